"""A fresh network is He's, has logits for outputs, and its epoch counts every row once."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score

from labkit.reference.epoch import train_epoch
from labkit.reference.mlp import accuracy, init_params, mlp_forward
from labkit.reference.train_step_torch import torch_train_step


def test_first_weights_follow_he_and_biases_are_zero():
    params = init_params([300, 400, 200], np.random.default_rng(0))
    for (w, b), d_in in zip(params, (300, 400), strict=True):
        assert w.std() == pytest.approx(np.sqrt(2 / d_in), rel=0.02)
        assert abs(w.mean()) < 4 * np.sqrt(2 / d_in) / np.sqrt(w.size)
        assert not b.any()


def test_first_weights_are_drawn_layer_by_layer():
    first, second = init_params([2, 8, 3], np.random.default_rng(7))
    z = np.random.default_rng(7).standard_normal(2 * 8 + 8 * 3)
    np.testing.assert_allclose(first[0].ravel(), z[:16] * 1.0, rtol=1e-12)
    np.testing.assert_allclose(second[0].ravel(), z[16:] * np.sqrt(2 / 8), rtol=1e-12)


def test_signals_keep_their_size_through_many_he_layers():
    rng = np.random.default_rng(0)
    logits = mlp_forward(init_params([256] * 21, rng), rng.normal(size=(200, 256)))
    assert 0.5 < np.mean(logits**2) / 2 < 2  # after 19 ReLUs and a plain layer that doubles the mean square


def test_one_size_is_refused():
    with pytest.raises(ValueError, match=r"\[3\]"):
        init_params([3], np.random.default_rng(0))


@given(sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5), n=st.integers(1, 5), seed=st.integers(0, 99))
def test_forward_equals_torch_modules(sizes, n, seed):
    rng = np.random.default_rng(seed)
    params = [(w, rng.normal(size=b.shape)) for w, b in init_params(sizes, rng)]
    modules = []
    for w, b in params:
        linear = torch.nn.Linear(*w.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(w.T))
            linear.bias.copy_(torch.tensor(b))
        modules += [linear, torch.nn.ReLU()]
    X = rng.normal(size=(n, sizes[0]))
    before = X.copy()
    theirs = torch.nn.Sequential(*modules[:-1])(torch.tensor(X)).detach().numpy()
    np.testing.assert_allclose(mlp_forward(params, X), theirs, rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(X, before)


@given(n=st.integers(1, 20), k=st.integers(1, 5), seed=st.integers(0, 99))
def test_accuracy_equals_scikit_learn(n, k, seed):
    rng = np.random.default_rng(seed)
    logits, y = rng.normal(size=(n, k)), rng.integers(k, size=n)
    assert accuracy(logits, y) == pytest.approx(accuracy_score(y, logits.argmax(axis=1)))


@given(n=st.integers(1, 30), batch_size=st.integers(1, 40), seed=st.integers(0, 99))
def test_the_epoch_loss_is_the_mean_over_rows(n, batch_size, seed):
    X = np.random.default_rng(seed).normal(size=n)
    seen = []

    def step(X_batch, y_batch):
        np.testing.assert_array_equal(y_batch, 2 * X_batch)
        seen.extend(X_batch.tolist())
        return X_batch.mean()

    loss = train_epoch(step, X, 2 * X, batch_size, np.random.default_rng(seed))
    assert loss == pytest.approx(X.mean(), abs=1e-12)
    assert seen == X[np.random.default_rng(seed).permutation(n)].tolist()


def small_model():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout(0.5), torch.nn.Linear(4, 2)).double()
    return model, torch.optim.SGD(model.parameters(), lr=0.5)


def test_the_torch_step_is_one_step_with_this_batch_alone():
    model, optimizer = small_model()
    model[1].p = 0.0
    model.eval()
    X, y = torch.randn(6, 3, dtype=torch.float64), torch.tensor([0, 1, 0, 1, 1, 1])
    loss = torch.nn.functional.cross_entropy(model(X), y)
    expected = [
        p - 0.5 * g for p, g in zip(model.parameters(), torch.autograd.grad(loss, model.parameters()), strict=True)
    ]
    for p in model.parameters():
        p.grad = torch.full_like(p, 100.0)  # left over from somewhere else
    assert torch_train_step(model, optimizer, X, y) == pytest.approx(loss.item(), rel=1e-12)
    assert model.training
    for p, wanted in zip(model.parameters(), expected, strict=True):
        torch.testing.assert_close(p.detach(), wanted.detach())


def test_the_torch_step_returns_a_number_and_learns():
    model, optimizer = small_model()
    model[1].p = 0.0
    X = torch.randn(20, 3, dtype=torch.float64)
    y = (X[:, 0] > 0).long()
    losses = [torch_train_step(model, optimizer, X, y) for _ in range(50)]
    assert type(losses[0]) is float
    assert losses[-1] < 0.5 * losses[0]
