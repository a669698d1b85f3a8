"""The last exercise of 12_lab_regression, judged by what it predicts for rows whose answers it never sees."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Tensor

NOTEBOOK = "12_lab_regression"
ENOUGH = 0.9  # R² that is asked for; a good training reaches 0.97 to 0.99
GOOD = 0.8  # R² from which on a guess at what went wrong is right
SCALES = np.array([1.0, 1000.0, 0.01])


def table(rng: np.random.Generator, n: int, center: float, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Return rows in three different units and answers far from 0, almost on a plane that bends a little."""
    z = rng.normal(size=(n, 3))
    slope = rng.uniform(0.7, 1.3, 3) * np.array([1.0, -1.0, 1.0])
    y = z @ slope + 0.3 * np.abs(z[:, 0]) + 0.1 * rng.normal(size=n)
    X = z * SCALES + np.array([5.0, 3000.0, -0.02])
    return X.astype(np.float32), (center + spread * y[:, None]).astype(np.float32)


def prediction_cases(rng: np.random.Generator) -> list[Case]:
    def held_out(label: str, center: float, spread: float, lower: bool = False) -> Case:
        X, y = table(rng, 260, center, spread)
        order = (
            np.argsort(y[200:, 0]) + 200
        )  # the rows to predict lie higher than the training rows, or lower: another mean
        order = order[:40] if lower else order[20:]
        given = (Tensor(X[:200]), Tensor(y[:200]), Tensor(X[order]))
        return Case(label, given, secret=(y[order], y[:200]))

    def broken() -> Case:
        X, y = table(rng, 240, 1500.0, 90.0)
        X[-1, 1] = 1e7  # nobody can predict this row; the others must not suffer
        given = (Tensor(X[:200]), Tensor(y[:200]), Tensor(X[200:]))
        return Case(
            "rows of which the last is a broken measurement", given, aspect="a broken row", secret=(y[200:-1], y[:200])
        )

    X, y = table(rng, 220, 1500.0, 90.0)
    high = 200 + int(np.argsort(y[200:, 0])[-3])
    alone = (Tensor(X[:200]), Tensor(y[:200]), Tensor(X[high : high + 1]))
    return [
        held_out("prices around 9000", 9000.0, 800.0),
        held_out("changes around −80", -80.0, 6.0, lower=True),
        broken(),
        Case("a single row", alone, aspect="a single row", secret=(y[high : high + 1], y[:200])),
    ]


FAR = (
    "The predictions lie around {here:.4g}, and y_train around {there:.4g}. Either they are still in the units in which the network learned: bring them "
    "back, times the std of y_train, plus its mean. Or y was not scaled, and a network that starts at 0 does not get there in so few steps."
)
MEAN = (
    "The predictions are nearly all the same: the network has learned the mean and nothing else. Were prediction (n, 1) and target (n,) "
    "stretched to n × n? Is one column of X so large that it drowns the others? Or does the optimizer take no step?"
)
SHORT = (
    "The network has not learned enough: draw its losses. Scale the columns of X and y by the training rows, and train until the loss "
    "rests; Adam with lr = 0.02 needs about 100 steps on all rows. With dropout or batch norm: model.eval() before it predicts."
)
COLUMN = "Return the predictions alone: a tensor with one row for each row of X, and one column."
FLAT = "The predictions are (m,). A column (m, 1) is asked for, for one row too: no squeeze is needed."
BEYOND = (
    "The predictions lie around {here:.4g}, far beyond anything in y_train, which lies around {there:.4g}. Are the new rows scaled as the training rows "
    "were? Was y scaled before the training, if the predictions are brought back, and by its std, not its variance? Or did the training blow up: "
    "draw its losses."
)
OFFSET = (
    "The predictions go up and down with the answers, but lie too far off. Are the new rows scaled by the mean and std of the training rows? Or is the "
    "training too short?"
)


def score_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Score the predictions on the answers that were kept back."""
    y, y_train = case.secret
    if isinstance(got, np.ndarray):
        got = Tensor(got)
    finding = difference(expected, got)
    if finding is not None and finding.stage != "values":
        return _other_form(case, got, finding)
    predicted = np.asarray(got.array, dtype=float)[: len(y)]
    spread = float(np.std(y_train))
    if len(y) == 1:
        off = float(abs(predicted - y)[0, 0]) / spread
        if off <= 0.6:
            return None
        return Finding(
            "values",
            f"is off by {off:.2g} standard deviations of y; expected at most 0.6.",
            _advice(predicted, y, y_train),
        )
    r2 = _r2(predicted, y)
    if r2 >= ENOUGH:
        return None
    sentence = f"gave predictions with R² = {r2:.3g} on answers it never saw; expected at least {ENOUGH}."
    name = _looks_like(predicted, y, y_train)
    if name == "" and case.aspect == "a broken row":  # the other cases, whose rows are all sound, were right
        name = "scaled by all rows"
    return Finding("values", sentence, SAID.get(name) or _advice(predicted, y, y_train), name)


def _other_form(case: Case, got: Any, finding: Finding) -> Finding:
    """Return the finding for something that is no column of predictions, with what it seems to be."""
    if got is None or finding.stage not in ("type", "shape"):
        return finding
    shape = got.array.shape if isinstance(got, Tensor) else ()
    advice = FLAT if len(shape) == 1 else COLUMN
    if len(shape) == 2 and shape[0] == len(case.args[0].array):
        advice = "These are predictions for the training rows. X, the third argument, holds the rows to predict."
    return Finding(finding.stage, finding.sentence, advice)


def _r2(predicted: np.ndarray, y: np.ndarray) -> float:
    return 1 - float(np.sum((predicted - y) ** 2) / np.sum((y - y.mean()) ** 2))


def _looks_like(p: np.ndarray, y: np.ndarray, y_train: np.ndarray) -> str:
    """Return the mistake whose undoing makes good predictions of p, whatever the network was, or ""."""
    mean, std = float(np.mean(y_train)), float(np.std(y_train))
    undone = {
        "predictions left scaled": mean + std * p,
        "only the mean brought back": mean + std * (p - mean),
        "only the std brought back": p + mean,
        "brought back without having been scaled": (p - mean) / std,
    }
    found = next((name for name, better in undone.items() if _r2(better, y) > GOOD), "")
    if found:
        return found
    in_place = _r2(p - p.mean() + y.mean(), y)  # how good it would be, were it not for one number added to all
    if abs(float(p.mean()) / (std * mean) - 1) < 0.05 and in_place > GOOD:
        return "mean added before the std"
    moved = abs(float(p.mean()) - mean) < 0.3 * abs(float(y.mean()) - mean) and float(np.std(p)) > 0.9 * float(
        np.std(y)
    )
    if moved and in_place > 0.5:
        return "new rows scaled by themselves"
    low = float(np.mean(y)) < mean - 0.2 * std
    if (
        low and float(np.max(np.abs(p[y < mean] - mean))) < 0.1 * std
    ):  # only below the mean: rows above it were right before
        return "ReLU on the output"
    all_the_same = float(np.std(p)) < 0.04 * std and abs(float(p.mean()) - mean) < 0.1 * std
    return "(n,) against (n, 1)" if all_the_same else ""


def _advice(predicted: np.ndarray, y: np.ndarray, y_train: np.ndarray) -> str:
    """Return what the predictions look like: in other units, all the same, moved, or merely poor."""
    here, there, spread = float(predicted.mean()), float(np.mean(y_train)), float(np.std(y_train))
    if abs(here - there) > 4 * spread and abs(here) > 2 * abs(there):
        return BEYOND.format(here=here, there=there)
    if abs(here - there) > 4 * spread:
        return FAR.format(here=here, there=there)
    if len(y) > 1 and float(np.std(predicted)) < 0.2 * float(np.std(y)):
        return MEAN
    if len(y) > 1 and float(np.corrcoef(predicted[:, 0], y[:, 0])[0, 1]) ** 2 > ENOUGH:
        return OFFSET
    return SHORT


LEAK = (
    "One broken row spoils the predictions of the others, so mean and std were taken from the new rows as well: a leak. A row must say nothing about "
    "how the others are scaled. Take both from the training rows alone."
)
BACK = "return y_mean + y_std * model((X - x_mean) / x_std)"
PREDICT = Exercise(
    id="fit_and_predict",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_prediction_torch:fit_and_predict",
    title="From rows to predictions",
    probe="predict",
    points=3,
    cases=prediction_cases,
    judge=score_judge,
    mistakes=(
        Mistake(
            "predictions left scaled",
            Edit(BACK, "return model((X - x_mean) / x_std)"),
            "The predictions are in the units in which the network learned. Bring them back to those of y: times the std of y_train, plus its mean.",
        ),
        Mistake(
            "only the mean brought back",
            Edit(BACK, "return y_mean + model((X - x_mean) / x_std)"),
            "The mean of y is added again, but its std is forgotten: first times the std, then plus the mean.",
        ),
        Mistake(
            "new rows not scaled",
            Edit(BACK, "return y_mean + y_std * model(X)"),
            "The network learned on scaled columns and gets the new rows as they are. Scale them in the same way, with the training rows' numbers.",
        ),
        Mistake(
            "new rows scaled by themselves",
            Edit("(X - x_mean) / x_std", "(X - X.mean(dim=0)) / X.std(dim=0)"),
            "The new rows are scaled by their own mean and std (or batch norm does so, without model.eval()), so a row's prediction depends on its company, and for a single row std is not a "
            "number. Use the training rows' numbers.",
        ),
        Mistake(
            "features not scaled",
            Edit("(X_train - x_mean) / x_std", "X_train", (("(X - x_mean) / x_std", "X"),)),
            "The columns of X go in as they are, and the one in thousands drowns the others. Scale each column by the training rows' mean and std.",
        ),
        Mistake(
            "answers not scaled",
            Edit("(y_train - y_mean) / y_std", "y_train", (("y_mean + y_std * model", "model"),)),
            "The targets are in the thousands, and the network starts at 0: in so few steps it does not come near them. Scale y by its mean and std "
            "and bring the predictions back.",
        ),
        Mistake(
            "(n,) against (n, 1)",
            Edit("model(inputs), targets", "model(inputs).squeeze(-1), targets"),
            "The loss compares (n,) with (n, 1): every prediction with every answer. The network learns the mean of y and nothing else. Keep both as "
            "columns.",
        ),
        Mistake(
            "only the std brought back",
            Edit(BACK, "return y_std * model((X - x_mean) / x_std)"),
            "The predictions have their spread back and not their place: times the std of y_train, and then plus its mean.",
        ),
        Mistake(
            "mean added before the std",
            Edit(BACK, "return y_std * (y_mean + model((X - x_mean) / x_std))"),
            "The way back runs in the wrong order: scaling took the mean away and then divided, so first multiply by the std, then add the mean.",
        ),
        Mistake(
            "brought back without having been scaled",
            Edit("(y_train - y_mean) / y_std", "y_train"),
            "The network has learned y as it is, and its predictions are multiplied by the std and moved by the mean all the same. Scale y before the training, too.",
        ),
        Mistake(
            "scaled by all rows",
            Edit(
                "x_mean, x_std = X_train.mean(dim=0), X_train.std(dim=0)",
                "x_mean, x_std = torch.cat([X_train, X]).mean(dim=0), torch.cat([X_train, X]).std(dim=0)",
            ),
            LEAK,
        ),
        Mistake(
            "ReLU on the output",
            Edit("nn.Linear(32, 1))", "nn.Linear(32, 1), nn.ReLU())"),
            "No prediction is below the mean of y_train: a ReLU comes after the last layer, and scaled answers are below 0 as often as above. Nothing comes after the last linear layer.",
        ),
        Mistake(
            "hardly trained",
            Edit("range(100)", "range(3)"),
            "The network is hardly trained: its loss has only begun to fall. Take more steps.",
        ),
        Mistake(
            "never trained",
            Edit("        optimizer.step()\n", ""),
            "The network is as random as it was made: the optimizer takes no step after backward.",
        ),
    ),
    hints=(
        "Four numbers a column decide: mean and std of X_train and of y_train. Take them first, and use them for the new rows too.",
        "Train on (X_train - x_mean) / x_std and (y_train - y_mean) / y_std; a hidden layer of 32 units, Adam with lr = 0.02 and 100 steps are enough.",
        "At the end, under torch.no_grad(): y_mean + y_std * model((X - x_mean) / x_std).",
    ),
)
SAID = {mistake.name: mistake.sentence for mistake in PREDICT.mistakes}
