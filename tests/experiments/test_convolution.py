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


def blob(n=3):
    """Return noise in the middle of a wide black margin."""
    x = np.zeros((n, 1, 40, 40))
    x[:, :, 12:28, 12:28] = np.random.default_rng(0).normal(size=(n, 1, 16, 16))
    return x


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


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (2, 0), (0, -3), (-1, 2)])
def test_moved_agrees_with_roll_on_a_wide_margin(rows, columns):
    assert np.array_equal(ex.moved(blob(), rows, columns), np.roll(blob(), (rows, columns), axis=(2, 3)))


def test_moved_fills_the_gap_with_zeros_and_leaves_its_input_alone():
    x = np.ones((1, 1, 4, 4))
    assert ex.moved(x, 0, 1).sum() == 12
    assert ex.moved(x, -2, 0).sum() == 8
    assert x.sum() == 16


def test_augment_moves_by_at_most_the_padding_and_draws_from_torch():
    x = np.zeros((60, 1, 28, 28), np.float32)
    x[:, 0, 14, 14] = 1.0
    change = ex.augment(2)
    torch.manual_seed(0)
    first = change(x)
    torch.manual_seed(0)
    assert np.array_equal(first, change(x))
    places = np.argwhere(first)[:, 2:] - 14
    assert len(places) == 60
    assert np.abs(places).max() == 2
    assert len(np.unique(places, axis=0)) > 10


def test_a_convolution_is_equivariant_and_a_stride_only_to_its_multiples():
    errors = ex.equivariance_errors(blob(), range(9), 0)
    assert (errors["convolution, stride 1"] < 1e-12).all()
    for name, stride in (("convolution and pooling", 2), ("twice convolution and pooling", 4)):
        multiple = np.arange(9) % stride == 0
        assert (errors[name][multiple] < 1e-12).all()
        assert (errors[name][~multiple] > 0.1).all()


def test_accuracy_by_shift_measures_three_networks():
    table = ex.accuracy_by_shift([0], [0, 5], n=300, epochs=3)
    assert {name: rows.shape for name, rows in table.items()} == dict.fromkeys(
        [ex.DENSE, "LeNet-5", "LeNet-5, augmented"], (1, 2)
    )
    assert table["LeNet-5"][0, 0] > table["LeNet-5"][0, 1]


FIELDS = [("conv 1", 3, 5, 3), ("pool 1", 3, 6, 6), ("conv 2", 3, 14, 6), ("pool 2", 1, 16, 4)]


@pytest.mark.parametrize(("stage", "number", "size", "top"), FIELDS)
def test_the_gradient_fills_the_computed_receptive_field(stage, number, size, top):
    gradient = ex.field_gradient(stage, number, number)
    there = np.argwhere(gradient)
    assert ex.field_sizes(ex.KERNELS_AND_STRIDES)[list(ex.STAGES).index(stage)] == size
    assert there.min(axis=0).tolist() == [top, top]
    assert (there.max(axis=0) - there.min(axis=0) + 1).tolist() == [size, size]


def test_output_sides_of_lenet():
    assert ex.output_sides(ex.KERNELS_AND_STRIDES) == [24, 12, 8, 4]


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
