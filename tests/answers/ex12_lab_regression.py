"""Right answers to 12_lab_regression that differ from the reference: other layers, other loops, other torch calls."""

import itertools

import torch
import torch.nn.functional as F
from torch import nn

# ------------------------------------------------------------------------------------------------ data and split


def make_regression_data__normal_and_size(n=100, n_features=3, noise=0.1, *, generator):
    X = torch.normal(0.0, 1.0, size=(n, n_features), generator=generator)
    w = torch.normal(0.0, 1.0, size=(n_features, 1), generator=generator)
    y = torch.matmul(X, w).add(torch.normal(0.0, 1.0, size=(n, 1), generator=generator), alpha=noise)
    return X, y, w


def make_regression_data__flat_draws_made_columns(n=100, n_features=3, noise=0.1, *, generator):
    X = torch.randn((n, n_features), generator=generator)
    w = torch.randn(n_features, generator=generator)
    y = (X * w).sum(dim=1) + noise * torch.randn(n, generator=generator)
    return [X, y[:, None], w.reshape(-1, 1)]


def make_regression_data__filled_in_place(n=100, n_features=3, noise=0.1, *, generator):
    X = torch.empty(n, n_features).normal_(generator=generator)
    w = torch.empty(n_features, 1).normal_(generator=generator)
    y = torch.empty(n, 1).normal_(generator=generator)
    y *= noise
    y += torch.einsum("nd,dk->nk", X, w)
    return X, y, w


def split_and_scale__masks_and_lists(X, y, n_test, *, generator):
    rows = torch.randperm(X.shape[0], generator=generator).tolist()
    X_test, y_test = X[rows[:n_test]], y[rows[:n_test]]
    X_train, y_train = X[rows[n_test:]], y[rows[n_test:]]
    std, mean = torch.std_mean(X_train, 0, correction=0)
    return X_train.sub(mean).div(std), X_test.sub(mean).div(std), y_train, y_test


def split_and_scale__shuffled_first_and_numpy_std(X, y, n_test, *, generator):
    order = torch.randperm(len(y), generator=generator)
    X, y = X[order], y[order]
    train = X[n_test:].numpy()
    X = (X - torch.from_numpy(train.mean(axis=0))) / torch.from_numpy(train.std(axis=0))
    return X[n_test:], X[:n_test], y[n_test:], y[:n_test]


def split_and_scale__in_place_on_copies(X, y, n_test, *, generator):
    order = torch.randperm(len(X), generator=generator)
    X_train, X_test = X[order[n_test:]].clone(), X[order[:n_test]].clone()
    for column in range(X.shape[1]):
        a = X_train[:, column]
        m = a.mean()
        s = ((a - m) ** 2).mean() ** 0.5
        X_test[:, column] = (X_test[:, column] - m) / s
        X_train[:, column] = (a - m) / s
    return X_train, X_test, y[order[n_test:]], y[order[:n_test]]


# ------------------------------------------------------------------------------------------------------ networks


class RegressionNN__sequential(nn.Module):
    def __init__(self, n_features=3):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_features, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, X):
        return self.net(X)


class RegressionNN__functional_defined_from_the_back(nn.Module):
    def __init__(self, n_features=3):
        super().__init__()
        self.last = nn.Linear(32, 1)
        self.second = nn.Linear(64, 32)
        self.first = nn.Linear(n_features, 64)

    def forward(self, X):
        return self.last(F.relu(self.second(torch.clamp(self.first(X), min=0))))


class RegressionNN__module_list(nn.Module):
    def __init__(self, n_features=3):
        super().__init__()
        widths = [n_features, 64, 32, 1]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(widths))

    def forward(self, X):
        for layer in self.layers[:-1]:
            X = layer(X).relu()
        return self.layers[-1](X)


class RegressionNN__own_parameters(nn.Module):
    def __init__(self, n_features=3):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(64, n_features) * 0.3)
        self.b1 = nn.Parameter(torch.zeros(64))
        self.w2 = nn.Parameter(torch.randn(32, 64) * 0.2)
        self.b2 = nn.Parameter(torch.zeros(32))
        self.w3 = nn.Parameter(torch.randn(1, 32) * 0.2)
        self.b3 = nn.Parameter(torch.zeros(1))

    def forward(self, X):
        h = torch.relu(X @ self.w1.T + self.b1)
        h = torch.relu(h @ self.w2.T + self.b2)
        return h @ self.w3.T + self.b3


def RegressionNN__factory(n_features=3):
    layers = [nn.Linear(n_features, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(32, 1))


def make_activation__ifs(name):
    if name == "relu":
        return nn.ReLU()
    if name == "leaky_relu":
        return nn.LeakyReLU(negative_slope=0.01)
    if name == "sigmoid":
        return nn.Sigmoid()
    if name == "tanh":
        return nn.Tanh()
    raise ValueError("relu, leaky_relu, sigmoid, tanh")


def make_activation__match(name):
    match name:
        case "relu":
            return nn.Threshold(0.0, 0.0)
        case "leaky_relu":
            return nn.LeakyReLU()
        case "sigmoid" | "tanh":
            return {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh}[name]()
        case _:
            raise ValueError(name)


def make_activation__caught(name):
    made = {"relu": nn.ReLU(), "leaky_relu": nn.LeakyReLU(), "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh()}
    try:
        return made[name]
    except KeyError:
        raise ValueError(f"{name} is none of {sorted(made)}") from None


def build_regression_net__widths(n_features, hidden=(64, 32), activation=nn.ReLU):
    widths = [n_features, *hidden, 1]
    net = nn.Sequential()
    for i in range(len(widths) - 1):
        if i > 0:
            net.append(activation())
        net.append(nn.Linear(widths[i], widths[i + 1]))
    return net


def build_regression_net__nested(n_features, hidden=(64, 32), activation=nn.ReLU):
    if not hidden:
        return nn.Sequential(nn.Linear(n_features, 1))
    first, *others = hidden
    return nn.Sequential(
        nn.Linear(n_features, first), activation(), build_regression_net__nested(first, others, activation)
    )


def build_regression_net__blocks(n_features, hidden=(64, 32), activation=nn.ReLU):
    blocks = []
    for d_in, d_out in zip((n_features, *hidden), hidden, strict=False):
        blocks.append(nn.Sequential(nn.Linear(d_in, d_out), activation()))
    return nn.Sequential(*blocks, nn.Linear((n_features, *hidden)[-1], 1))


# ----------------------------------------------------------------------------------------- loss, optimizer, training


def l1_loss__library(prediction, y):
    if tuple(prediction.shape) != tuple(y.shape):
        raise ValueError("shapes differ")
    return F.l1_loss(prediction, y)


def l1_loss__sum_over_rows(prediction, y):
    if prediction.size() != y.size():
        raise ValueError(f"{prediction.size()} against {y.size()}")
    total = 0
    for p, t in zip(prediction, y, strict=True):
        total = total + torch.abs(p - t)
    return total.sum() / len(y)


def l1_loss__relus(prediction, y):
    if prediction.shape == y.shape:
        d = y - prediction
        return torch.mean(torch.relu(d) + torch.relu(-d))
    raise ValueError


def make_optimizer__ifs(name, parameters, lr):
    if name == "sgd":
        return torch.optim.SGD(parameters, lr)
    if name == "rmsprop":
        return torch.optim.RMSprop(parameters, lr)
    if name == "adagrad":
        return torch.optim.Adagrad(parameters, lr)
    if name == "adam":
        return torch.optim.Adam(parameters, lr)
    raise ValueError("no such optimizer")


def make_optimizer__all_made_from_a_list(name, parameters, lr):
    parameters = list(parameters)
    made = {
        "sgd": torch.optim.SGD(parameters, lr=lr),
        "rmsprop": torch.optim.RMSprop(parameters, lr=lr, alpha=0.99),
        "adagrad": torch.optim.Adagrad(parameters, lr=lr),
        "adam": torch.optim.Adam(parameters, lr=lr, betas=(0.9, 0.999)),
    }
    if name not in made:
        raise ValueError(f"{name}: not in {list(made)}")
    return made[name]


def make_optimizer__groups(name, parameters, lr):
    classes = dict(sgd="SGD", rmsprop="RMSprop", adagrad="Adagrad", adam="Adam")
    try:
        kind = getattr(torch.optim, classes[name])
    except KeyError as error:
        raise ValueError(name) from error
    return kind([{"params": list(parameters), "lr": lr}])


def train_regression__cleared_by_the_model(
    model, X, y, *, epochs=100, lr=0.01, loss=nn.functional.mse_loss, optimizer=torch.optim.Adam
):
    opt = optimizer(list(model.parameters()), lr=lr)
    history = []
    while len(history) < epochs:
        model.train()
        model.zero_grad()
        prediction = model.forward(X)
        error = loss(prediction, y)
        history.append(float(error))
        error.backward()
        opt.step()
    return history


def train_regression__tensors_turned_at_the_end(
    model, X, y, *, epochs=100, lr=0.01, loss=None, optimizer=None, **ignored
):
    loss = loss or nn.MSELoss()
    optimizer = (optimizer or torch.optim.Adam)(model.parameters(), lr=lr)
    model = model.train()
    seen = torch.zeros(epochs, dtype=torch.float64)
    for epoch in range(epochs):
        optimizer.zero_grad(set_to_none=False)
        value = loss(model(X), y)
        value.backward()
        optimizer.step()
        seen[epoch] = value.detach()
    return seen.tolist()


def train_regression__one_batch_of_all_rows(
    model, X, y, *, epochs=100, lr=0.01, loss=nn.functional.mse_loss, optimizer=torch.optim.Adam
):
    model.train(True)
    opt = optimizer(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        for start in range(0, len(X), len(X)):
            value = loss(model(X[start:]), y[start:])
            gradients = torch.autograd.grad(value, list(model.parameters()))
            for p, g in zip(model.parameters(), gradients, strict=True):
                p.grad = g
            opt.step()
        losses.append(value.detach().numpy().item())
    return losses


# -------------------------------------------------------------------------------------------------------- scores


def regression_scores__library(model, X, y):
    before = model.training
    model.train(False)
    with torch.inference_mode():
        prediction = model(X)
    model.train(before)
    mse = F.mse_loss(prediction, y)
    return float(mse), float(1 - mse / y.var(correction=0))


@torch.no_grad()
def regression_scores__decorated_numpy(model, X, y):
    was = model.training
    try:
        p = model.eval()(X).numpy().ravel()
    finally:
        if was:
            model.train()
    t = y.numpy().ravel()
    return [float(((t - p) ** 2).mean()), float(1 - ((t - p) ** 2).sum() / ((t - t.mean()) ** 2).sum())]


def regression_scores__loop(model, X, y):
    was = model.training
    model.eval()
    with torch.no_grad():
        predictions = [model(row[None]).item() for row in X]
    if was:
        model.train()
    answers = [value.item() for value in y]
    mean = sum(answers) / len(answers)
    sse = sum((a - p) ** 2 for a, p in zip(answers, predictions, strict=True))
    return sse / len(answers), 1 - sse / sum((a - mean) ** 2 for a in answers)


def r2_ceiling__one_minus(w, noise):
    return 1 - noise**2 / (float((w * w).sum()) + noise**2)


def r2_ceiling__product(w, noise):
    variance = (w.T @ w).item()
    return 1 / (1 + noise * noise / variance)


def r2_ceiling__python(w, noise):
    signal = sum(v[0] ** 2 for v in w.tolist())
    return signal / (signal + noise**2)


# ------------------------------------------------------------------------------------------------------ stopping


def stopped_epoch__windows(losses, tolerance=1e-2, patience=5):
    for end in range(patience + 1, len(losses) + 1):
        window = losses[end - patience - 1 : end]
        if all(abs(window[i + 1] - window[i]) <= tolerance for i in range(patience)):
            return end
    return None


def stopped_epoch__breaks(losses, tolerance=1e-2, patience=5):
    last_break = 1
    for epoch, (before, now) in enumerate(itertools.pairwise(losses), start=2):
        if not -tolerance <= now - before <= tolerance:
            last_break = epoch
        if epoch - last_break >= patience:
            return epoch
    return None


def stopped_epoch__convolution(losses, tolerance=1e-2, patience=5):
    still = (torch.as_tensor(losses, dtype=torch.float64).diff().abs() <= tolerance).double()
    if len(still) < patience:
        return None
    rows = still.unfold(0, patience, 1).sum(dim=1)
    found = torch.nonzero(rows == patience)
    return int(found[0]) + patience + 1 if len(found) else None


# ---------------------------------------------------------------------------------------------------- classifier


class BinaryClassifier__functional(nn.Module):
    def __init__(self, n_features=3):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(n_features, 64), nn.Linear(64, 32), nn.Linear(32, 1)

    def forward(self, X):
        return self.c(F.relu(self.b(F.relu(self.a(X)))))

    @torch.no_grad()
    def predict(self, X):
        return (torch.sigmoid(self.forward(X)) > 0.5).to(X.dtype)


class BinaryClassifier__where(nn.Module):
    def __init__(self, n_features=3):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(n_features, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())
        self.head = nn.Linear(32, 1)

    def forward(self, X):
        return self.head(self.body(X))

    def predict(self, X):
        logits = self.forward(X)
        return torch.where(logits > 0, torch.ones_like(logits), torch.zeros_like(logits))


class BinaryClassifier__rounded(nn.Sequential):
    def __init__(self, n_features=3):
        super().__init__(nn.Linear(n_features, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))

    def predict(self, X):
        return self(X).sigmoid().round().detach()


def train_classifier__module_loss(model, X, y, *, epochs=100, lr=0.01):
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        optimizer.zero_grad()
        logits = model(X)
        loss = criterion(logits, y)
        loss.backward()
        with torch.no_grad():
            right = (logits.sigmoid() > 0.5).float().eq(y).sum().item()
        optimizer.step()
        losses.append(loss.item())
        accuracies.append(right / len(y))
    return losses, accuracies


def train_classifier__softplus(model, X, y, *, epochs=100, lr=0.01):
    model.train()
    stepper = torch.optim.Adam(list(model.parameters()), lr)
    history = []
    for _ in range(epochs):
        z = model(X)
        value = (F.softplus(z) - y * z).mean()
        model.zero_grad()
        value.backward()
        stepper.step()
        classes = (z[:, 0] > 0).long().tolist()
        truth = y[:, 0].long().tolist()
        history.append((float(value), sum(c == t for c, t in zip(classes, truth, strict=True)) / len(truth)))
    return tuple([h[i] for h in history] for i in (0, 1))


def train_classifier__flat_on_both_sides(model, X, y, *, epochs=100, lr=0.01):
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses, accuracies = [], []
    for _ in range(epochs):
        logits, labels = model(X).squeeze(-1), y.squeeze(-1)
        loss = F.binary_cross_entropy_with_logits(logits, labels)
        accuracies.append(1 - (torch.heaviside(logits.detach(), torch.zeros(1).double()) - labels).abs().mean().item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, accuracies


# -------------------------------------------------------------------------------------------------------- predict


class fit_and_predict__class:
    def __init__(self):
        self.net = None

    def fit(self, X, y):
        self.mx, self.sx = X.mean(0, keepdim=True), X.std(0, keepdim=True, correction=0)
        self.my, self.sy = y.mean(0), y.std(0, correction=0)
        self.net = nn.Sequential(nn.Linear(X.shape[1], 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
        optimizer = torch.optim.Adam(self.net.parameters(), lr=0.02)
        for _ in range(120):
            optimizer.zero_grad()
            loss = (self.net((X - self.mx) / self.sx) - (y - self.my) / self.sy).pow(2).mean()
            loss.backward()
            optimizer.step()
        return self

    def predict(self, X):
        return self.net((X - self.mx) / self.sx).detach() * self.sy + self.my


def fit_and_predict__minibatches(X_train, y_train, X):
    low, high = X_train.min(0).values, X_train.max(0).values
    center, spread = y_train.mean().item(), y_train.std().item()
    inputs, targets = 4 * (X_train - low) / (high - low) - 2, (y_train - center) / spread
    net = nn.Sequential(nn.Linear(inputs.shape[1], 24), nn.ReLU(), nn.Linear(24, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for _ in range(20):
        for rows in torch.randperm(len(inputs)).split(32):
            loss = F.huber_loss(net(inputs[rows]), targets[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return center + spread * net(4 * (X - low) / (high - low) - 2)


def fit_and_predict__output_bias_first(X_train, y_train, X):
    torch.manual_seed(7)
    mean, std = X_train.mean(0), X_train.std(0)
    spread = y_train.std()
    net = nn.Sequential(nn.Linear(X_train.shape[1], 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
    with torch.no_grad():
        net[-1].bias.fill_((y_train.mean() / spread).item())
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
    for _ in range(150):
        optimizer.zero_grad()
        F.mse_loss(net((X_train - mean) / std), y_train / spread).backward()
        optimizer.step()
    return net((X - mean) / std) * spread


def train_classifier__cleared_after_the_step(model, X, y, *, epochs=100, lr=0.01):
    model.train()
    optimizer, history = torch.optim.Adam(model.parameters(), lr=lr), []
    for _ in range(epochs):
        logits = model(X)
        loss = F.binary_cross_entropy_with_logits(logits, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        right = (logits.detach() > 0).numpy() == y.numpy()
        history.append((loss.item(), float(right.mean())))
    return [pair[0] for pair in history], [pair[1] for pair in history]


def train_regression__cleared_after_the_step(
    model, X, y, *, epochs=100, lr=0.01, loss=nn.functional.mse_loss, optimizer=torch.optim.Adam
):
    model.train()
    opt = optimizer(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        value = loss(model(X), y)
        value.backward()
        opt.step()
        losses.append(value.item())
        opt.zero_grad()
    return losses
