"""The laboratory's networks have the sizes they say, learn what they are given, and are measured without a trace."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss, mean_squared_error, r2_score
from torch import nn

from labkit.reference.lab_classifier_torch import BinaryClassifier, train_classifier
from labkit.reference.lab_data_torch import make_regression_data
from labkit.reference.lab_network_torch import RegressionNN, build_regression_net, make_activation
from labkit.reference.lab_prediction_torch import fit_and_predict
from labkit.reference.lab_scores_torch import regression_scores
from labkit.reference.lab_training_torch import l1_loss, make_optimizer, train_regression


@pytest.fixture(autouse=True)
def seeded():
    """Give every test the same first weights, and leave the global generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(11)
        yield


def data(noise=0.1, n=100):
    return make_regression_data(n, 3, noise, generator=torch.Generator().manual_seed(4))


def size(model):
    return sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("make", [RegressionNN, BinaryClassifier])
@pytest.mark.parametrize("d", [1, 3, 10])
def test_a_network_has_64_and_32_hidden_units_and_gives_a_column(make, d):
    model = make(d)
    assert size(model) == (d + 1) * 64 + 65 * 32 + 33
    for n in (1, 5):
        assert tuple(model(torch.zeros(n, d)).shape) == (n, 1)


@pytest.mark.parametrize("hidden", [(), (5,), (7, 4), (6, 5, 4)])
def test_a_built_net_is_the_composition_of_its_layers(hidden):
    model = build_regression_net(3, hidden, nn.Tanh)
    assert [type(layer) for layer in model] == [nn.Linear, nn.Tanh] * len(hidden) + [nn.Linear]
    X = torch.randn(6, 3)
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    h = X
    for layer in linear[:-1]:
        h = torch.tanh(h @ layer.weight.T + layer.bias)
    assert torch.allclose(model(X), h @ linear[-1].weight.T + linear[-1].bias, atol=1e-6)


def test_each_hidden_layer_has_an_activation_of_its_own():
    model = build_regression_net(3, (4, 4), nn.PReLU)
    assert model[1] is not model[3]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("relu", lambda x: np.maximum(x, 0)),
        ("leaky_relu", lambda x: np.where(x > 0, x, 0.01 * x)),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x))),
        ("tanh", np.tanh),
    ],
)
def test_an_activation_is_its_formula(name, right):
    x = np.linspace(-3, 3, 13)
    assert np.allclose(make_activation(name)(torch.tensor(x)), right(x), atol=1e-7)


@pytest.mark.parametrize(
    ("make", "rest"), [(make_activation, ()), (make_optimizer, ([nn.Parameter(torch.ones(1))], 0.1))]
)
def test_an_unknown_name_is_refused_with_the_known_ones(make, rest):
    with pytest.raises(ValueError, match=r"'swish'.*(relu|sgd), .*(tanh|adam)"):
        make("swish", *rest)


def test_first_steps_of_the_optimizers_are_those_of_their_formulas():
    """The gradient is 4: SGD moves by lr × 4; the others divide by a root mean square of the only gradient so far."""
    moves = {"sgd": 0.4, "rmsprop": 0.1 / np.sqrt(0.01), "adagrad": 0.1, "adam": 0.1}
    for name, move in moves.items():
        w = nn.Parameter(torch.tensor([2.0], dtype=torch.float64))
        optimizer = make_optimizer(name, [w], 0.1)
        (w**2).sum().backward()
        optimizer.step()
        assert abs(2.0 - w.item() - move) < 1e-6, name


def test_l1_refuses_what_would_be_stretched_and_has_the_sign_as_its_gradient():
    prediction = torch.tensor([[1.0], [5.0], [2.0]], requires_grad=True)
    l1_loss(prediction, torch.tensor([[3.0], [1.0], [1.0]])).backward()
    assert torch.allclose(prediction.grad, torch.tensor([[-1.0], [1.0], [1.0]]) / 3)
    with pytest.raises(ValueError, match=r"\(3, 1\).*\(3,\)"):
        l1_loss(prediction, torch.zeros(3))


@pytest.mark.parametrize("name", ["sgd", "rmsprop", "adagrad", "adam"])
@pytest.mark.parametrize("loss", [nn.functional.mse_loss, l1_loss])
def test_training_lowers_the_loss_it_is_given(name, loss):
    X, y, _ = data()
    model = RegressionNN(3)
    losses = train_regression(
        model,
        X,
        y,
        epochs=40,
        lr=0.01,
        loss=loss,
        optimizer=lambda parameters, lr: make_optimizer(name, parameters, lr),
    )
    with torch.no_grad():
        now = loss(model(X), y).item()
    assert len(losses) == 40
    assert now < losses[0]


def test_the_laboratory_as_it_is_set_reaches_the_noise():
    """3 features, 100 rows, noise 0.1, Adam 0.01, 100 epochs: R² above 0.97 on rows never seen."""
    X, y, _w = data(n=150)
    model = RegressionNN(3)
    losses = train_regression(model, X[:100], y[:100])
    assert losses[0] > 10 * losses[-1]
    assert regression_scores(model, X[100:], y[100:])[1] > 0.97


def test_scores_are_scikit_learns_and_leave_the_model_as_it_was():
    X, y, _ = data(noise=1.0)
    for training in (True, False):
        model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.5), nn.Linear(8, 1)).train(training)
        mse, r2 = regression_scores(model, X, y)
        assert model.training is training
        assert all(layer.training is training for layer in model)
        with torch.no_grad():
            prediction = model.eval()(X).numpy()
        assert abs(mse - mean_squared_error(y.numpy(), prediction)) < 1e-5 * mse
        assert abs(r2 - r2_score(y.numpy(), prediction)) < 1e-5 * abs(r2)


def test_a_classifier_learns_and_its_loss_and_accuracy_are_those_of_its_first_logits():
    X, y, _ = data(noise=0.5)
    labels = (y > 0).float()
    model = BinaryClassifier(3)
    with torch.no_grad():
        logits = model(X).double().numpy()[:, 0]
    losses, accuracies = train_classifier(model, X, labels, epochs=60)
    assert abs(losses[0] - log_loss(labels.numpy()[:, 0], 1 / (1 + np.exp(-logits)))) < 1e-5
    assert abs(accuracies[0] - np.mean((logits > 0) == labels.numpy()[:, 0])) < 1e-6
    assert losses[-1] < 0.5 * losses[0]
    assert (model.predict(X) == labels).float().mean() > 0.9
    assert set(model.predict(X).unique().tolist()) == {0.0, 1.0}


def test_predictions_come_in_the_units_of_the_answers():
    X, y, _ = data(noise=0.1, n=300)
    X, y = X * torch.tensor([1.0, 1000.0, 0.01]), 700 + 90 * y
    predictions = fit_and_predict(X[:200], y[:200], X[200:])
    assert r2_score(y[200:].numpy(), predictions.numpy()) > 0.95
    assert tuple(fit_and_predict(X[:200], y[:200], X[:1]).shape) == (1, 1)
