"""The experiments on convolution measure what they say they measure."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from labkit.experiments import convolution as ex
from labkit.reference.lenet_torch import LeNet5


@pytest.fixture(scope="module")
def digits():
    return ex.load("digits", 0)


@pytest.mark.parametrize("name", list(ex.VARIANTS))
def test_each_variant_gives_ten_logits_and_learns(name, digits):
    rng = np.random.default_rng(0)
    X, y = digits.X_train[:200], digits.y_train[:200]
    run = ex.train(
        ex.VARIANTS[name](rng), X, y, rng, 3, validation=(digits.X_validation[:50], digits.y_validation[:50])
    )
    assert run.network.forward(X[:4]).shape == (4, 10)
    assert run.loss[-1] < run.loss[0]
    assert len(run.validation) == 3


def test_the_variants_that_are_compared_have_about_as_many_parameters():
    sizes = {name: make(np.random.default_rng(0)).theta.size for name, make in ex.VARIANTS.items()}
    assert sizes[ex.LENET] == sizes["LeNet-5, average pooling"] == sizes["LeNet-5, stride for pooling"] == 44_426
    assert sizes["LeNet-5, padding 2"] == 61_706
    assert all(0.9 * 44_426 < size < 1.1 * 44_426 for name, size in sizes.items() if name != "LeNet-5, padding 2")


def test_the_same_seed_gives_the_same_run(digits):
    first, second = (ex.train_on(digits, 3, 1, 128) for _ in range(2))
    assert np.array_equal(first.network.theta, second.network.theta)


def test_predict_goes_through_all_images_in_order(digits):
    network = ex.VARIANTS[ex.DENSE](np.random.default_rng(0))
    X = digits.X_validation[:600]
    assert np.array_equal(ex.predict(network, X), network.forward(X).argmax(axis=1))
    assert len(ex.predict(network, X[:0])) == 0
    assert np.allclose(ex.probabilities(network, X).sum(axis=1), 1, atol=1e-5)


def test_compare_is_a_training_for_each_seed_and_name():
    table = ex.compare([ex.DENSE, ex.LENET], [0, 1], 1, 128, data="clothes")
    assert {name: len(scores) for name, scores in table.items()} == {ex.DENSE: 2, ex.LENET: 2}
    assert table[ex.LENET][0] == ex._score(ex.LENET, 0, ex.load("clothes", 0), 1, 128)


def test_the_sealed_set_is_opened_once_a_run(capsys):
    sets = [ex.load("digits", seed) for seed in (0, 1)]
    runs = [ex.train_on(d, seed, 1, 128) for seed, d in enumerate(sets)]
    right = ex.sealed_scores(runs, sets)
    assert right.shape == (5000, 2)
    assert [d.openings for d in sets] == [1, 1]
    assert capsys.readouterr().out.count("opened 1 time") == 2


def test_the_interval_holds_the_mean_and_narrows_with_more_images():
    rng = np.random.default_rng(0)
    wide, narrow = (ex.interval(rng.random((n, 3)) < 0.9) for n in (100, 10_000))
    assert wide[1] < wide[0] < wide[2]
    assert narrow[2] - narrow[1] < 0.3 * (wide[2] - wide[1])
    assert abs(narrow[0] - 0.9) < 0.01


def test_seconds_takes_the_fastest_of_each():
    calls = []
    best = ex.seconds({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, repeats=2)
    assert calls == ["a", "b", "a", "b"]
    assert all(0 <= t < 1 for t in best.values())


def test_numpy_and_torch_walk_the_same_way(digits):
    ours, theirs = ex.side_by_side(LeNet5(), digits, 5)
    assert len(ours) == 5
    assert np.allclose(ours, theirs, atol=1e-4)


def test_weights_that_have_no_place_are_refused():
    network = ex.VARIANTS[ex.LENET](np.random.default_rng(0))
    with pytest.raises(ValueError, match="no parameter of the shape"):
        ex.same_weights(torch.nn.Linear(3, 4), network)
