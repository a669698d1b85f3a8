"""The laboratory is judged by behaviour: other first weights and other layers pass, slips are told what they look like."""

from __future__ import annotations

import re

import pytest
import torch
from torch import nn

from labkit.exercises.ex12_activation import ACTIVATION
from labkit.exercises.ex12_classifier import CLASSIFIER
from labkit.exercises.ex12_data import DATA
from labkit.exercises.ex12_depth import BUILD
from labkit.exercises.ex12_network import NETWORK
from labkit.exercises.ex12_prediction import PREDICT
from labkit.exercises.ex12_split import SPLIT
from labkit.exercises.ex12_stopping import STOPPED
from labkit.grading.model import NOT_YET, PASSED
from labkit.lesson import examine


def network(body, n_out=1, **layers):
    """Return a RegressionNN whose forward is ``body(self, X)``; ``layers`` are added to the three that are asked for."""

    class Network(nn.Module):
        def __init__(self, n_features=3):
            super().__init__()
            self.a, self.b, self.c = nn.Linear(n_features, 64), nn.Linear(64, 32), nn.Linear(32, n_out)
            for name, make in layers.items():
                setattr(self, name, make())

        def forward(self, X):
            return body(self, X)

    return Network


def plain(net, X):
    return net.c(torch.relu(net.b(torch.relu(net.a(X)))))


def dropped(net, X):
    return net.c(net.d(torch.relu(net.b(torch.relu(net.a(X))))))


def returns_nothing(net, X):
    plain(net, X)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (network(dropped, d=lambda: nn.Dropout(0.3)), "differs in training mode"),
        (network(plain, norm=lambda: nn.BatchNorm1d(64)), "is not asked for"),
        (network(plain, n_out=2), "of shape (outputs, inputs)"),
        (network(lambda net, X: plain(net, X).detach()), "reach the weights"),
        (network(lambda net, X: torch.tanh(plain(net, X))), "look at forward"),
        (network(returns_nothing), "`return` line missing in forward"),
        (lambda n_features=3: nn.Linear, "parentheses"),
        (
            lambda n_features=3: [nn.Linear(n_features, 64), nn.Linear(64, 32), nn.Linear(32, 1)],
            "nn.Sequential(*layers)",
        ),
        (lambda n_features=3: torch.relu, "nn.Module"),
    ],
)
def test_a_network_that_is_not_the_one_asked_for_is_told_where_to_look(answer, said, seed):
    result = examine(NETWORK, answer, seed)
    assert (result.status, result.points) == (NOT_YET, 0)
    assert said in result.advice, f"{result.message} {result.advice}"


def test_a_missing_method_is_named():
    result = examine(CLASSIFIER, network(plain))
    assert "no method 'predict'" in result.message
    bare = type("Bare", (nn.Module,), {"__init__": lambda self, n_features=3: nn.Module.__init__(self)})
    assert "no method 'forward'" in examine(NETWORK, bare).message


def test_an_activation_or_a_builder_that_gives_no_module_is_told_so():
    classes = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}
    assert "parentheses" in examine(ACTIVATION, classes.__getitem__).advice
    assert "expected a torch module" in examine(BUILD, lambda n, hidden=(), activation=nn.ReLU: []).message


def trained(first_weights, width=24, steps=150, *, flat=False, scale_y=True, back=True, own=False):
    """Return a fit_and_predict that begins at other weights than the course's, with the slips that are switched on."""

    def answer(X_train, y_train, X):
        torch.manual_seed(first_weights)
        mean, std = X_train.mean(0), X_train.std(0)
        center, spread = (y_train.mean(), y_train.std()) if scale_y else (torch.tensor(0.0), torch.tensor(1.0))
        inputs, targets = (X_train - mean) / std, (y_train - center) / spread
        net = nn.Sequential(nn.Linear(X.shape[1], width), nn.Tanh(), nn.Linear(width, 1))
        optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
        for _ in range(steps):
            optimizer.zero_grad()
            nn.functional.mse_loss(net(inputs), targets[:, 0] if flat else targets).backward()
            optimizer.step()
        new = (X - X.mean(0)) / X.std(0) if own else (X - mean) / std
        with torch.no_grad():
            return center + spread * net(new) if back else net(new)

    return answer


@pytest.mark.parametrize("seed", range(8))
def test_an_honest_training_passes_from_any_first_weights(seed):
    result = examine(PREDICT, trained(seed + 100), seed)
    assert result.status == PASSED, result.message


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"back": False}, "Bring them back"),
        ({"flat": True}, "learn(s|ed) the mean"),
        ({"scale_y": False, "steps": 20}, "y was not scaled"),
        ({"steps": 2}, "not learned enough|too short|learned the mean"),
        ({"own": True}, "their own mean and std"),
    ],
)
def test_a_slip_in_the_training_is_told_by_its_predictions(slip, said, seed):
    result = examine(PREDICT, trained(seed, **slip), seed)
    assert (result.status, result.points) == (NOT_YET, 0)
    assert re.search(said, result.advice), f"{result.message} {result.advice}"


def test_other_random_numbers_are_told_the_order_of_the_draws():
    def fixed_truth(n=100, n_features=3, noise=0.1, *, generator):
        X, w = torch.randn(n, n_features, generator=generator), torch.ones(n_features, 1)
        return X, X @ w + noise * torch.randn(n, 1, generator=generator), w

    assert "second call" in examine(DATA, fixed_truth).advice

    def leaky_and_by_n_minus_1(X, y, n_test, *, generator):
        X, order = (X - X.mean(0)) / X.std(0), torch.randperm(len(X), generator=generator)
        return X[order[n_test:]], X[order[:n_test]], y[order[n_test:]], y[order[:n_test]]

    assert examine(SPLIT, leaky_and_by_n_minus_1).mistake == "scaled before the split, by n - 1"

    def by_the_range(X, y, n_test, *, generator):
        order = torch.randperm(len(X), generator=generator)
        X = (X - X[order[n_test:]].amin(0)) / (X[order[n_test:]].amax(0) - X[order[n_test:]].amin(0))
        return X[order[n_test:]], X[order[:n_test]], y[order[n_test:]], y[order[:n_test]]

    assert examine(SPLIT, by_the_range).mistake == "between 0 and 1"


def test_a_rule_that_says_whether_or_nothing_is_told_what_is_asked():
    def whether(losses, tolerance=0.01, patience=5):
        return True

    def printed(losses, tolerance=0.01, patience=5):
        print(len(losses))

    assert "number of the epoch" in examine(STOPPED, whether).advice
    assert "`return` in the loop" in examine(STOPPED, printed).advice
