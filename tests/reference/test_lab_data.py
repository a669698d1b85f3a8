"""The laboratory's data lie on their line but for the noise, and its split leaks nothing."""

import numpy as np
import pytest
import torch
from sklearn.preprocessing import StandardScaler

from labkit.reference.lab_data_torch import make_regression_data, split_and_scale
from labkit.reference.lab_scores_torch import r2_ceiling


def generator(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("noise", [0.0, 0.1, 2.0])
def test_what_the_line_leaves_over_has_the_noise_as_its_standard_deviation(noise):
    X, y, w = make_regression_data(20_000, 4, noise, generator=generator(3))
    assert (tuple(X.shape), tuple(y.shape), tuple(w.shape)) == ((20_000, 4), (20_000, 1), (4, 1))
    assert {X.dtype, y.dtype, w.dtype} == {torch.float32}
    residual = y - X @ w
    assert abs(residual.std().item() - noise) <= 0.02 * noise + 1e-6
    assert X.mean(dim=0).abs().max() < 0.03
    assert (X.std(dim=0) - 1).abs().max() < 0.03


def test_an_equal_generator_gives_equal_data_and_the_next_draw_others():
    rng = generator(5)
    first, second = make_regression_data(generator=rng), make_regression_data(generator=rng)
    again = make_regression_data(generator=generator(5))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], second[0])


@pytest.mark.parametrize(("n", "n_test"), [(10, 3), (7, 1), (12, 8)])
def test_every_row_is_in_one_part_with_its_answer_and_scaled_as_scikit_learn_does(n, n_test):
    X, y, _ = make_regression_data(n, 3, generator=generator(1))
    X = X * torch.tensor([1.0, 50.0, 0.1]) + 7
    X_train, X_test, y_train, y_test = split_and_scale(X, y, n_test, generator=generator(2))
    order = torch.randperm(n, generator=generator(2))
    assert torch.equal(torch.cat([y_test, y_train]), y[order])
    assert len(y_test) == n_test
    scaler = StandardScaler().fit(X[order[n_test:]].numpy())
    assert np.allclose(scaler.transform(X[order[n_test:]].numpy()), X_train, atol=1e-4)
    assert np.allclose(scaler.transform(X[order[:n_test]].numpy()), X_test, atol=1e-4)


@pytest.mark.parametrize("noise", [0.3, 1.0, 3.0])
def test_no_prediction_beats_the_ceiling_and_the_line_itself_reaches_it(noise):
    X, y, w = make_regression_data(50_000, 3, noise, generator=generator(8))
    reached = 1 - ((y - X @ w) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert abs(reached.item() - r2_ceiling(w, noise)) < 0.02
