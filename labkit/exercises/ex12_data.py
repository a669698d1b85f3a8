"""The data of 12_lab_regression, made so that their truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex12_cases import generator
from labkit.grading.compare import difference, same
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

NOTEBOOK = "12_lab_regression"
OTHER_NUMBERS = {
    "X": "These are other random numbers. Use generator=generator in each call of torch.randn, and draw X first, then w, then e.",
    "w": "X is right and w is not. w comes from the second call of torch.randn, with two axes: (n_features, 1).",
    "y": "X and w are right and y is not: y = X @ w + noise * e, with e from the third call of torch.randn, as large as y.",
}


def data_cases(rng: np.random.Generator) -> list[Case]:
    seed = int(rng.integers(10**6))

    def case(label: str, n: int, d: int, noise: float, k: int, aspect: str = "values") -> Case:
        return Case(label, (n, d, noise), {"generator": generator(seed + k)}, aspect=aspect)

    return [
        case("seven rows of three features", 7, 3, 0.1, 0),
        case("the same with another generator", 7, 3, 0.1, 1),
        case("five rows with much noise", 5, 2, 4.0, 2),
        case("no noise", 6, 4, 0.0, 3, "noise"),
        case("noise below 1", 6, 4, 0.25, 4, "noise"),
        case("a single row", 1, 3, 0.5, 5, "shapes"),
        case("a single feature", 6, 1, 0.5, 6, "shapes"),
        Case("nothing but a generator", (), {"generator": generator(seed + 7)}, aspect="defaults"),
    ]


NO_GRADIENT = (
    "Data are given, not learned: y would carry a graph, and the second backward of a training through it would fail. Only a network's "
    "weights ask for gradients."
)
FLOAT64 = (
    "These are float64 numbers, and a generator gives other ones for float64. torch.randn draws float32 by itself, and a network's "
    "weights are float32, too: no dtype is needed."
)
FLOAT32 = "torch.randn draws float32 by itself, and a network's weights are float32, too: leave the numbers as they are drawn."


def data_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the three tensors; other random numbers get the order of the draws instead of arithmetic."""
    finding = difference(expected, got, names=("X", "y", "w"))
    if finding is None and (asks := [n for n, part in zip(("X", "y", "w"), got, strict=True) if part.requires_grad]):
        return Finding("type", f"returned {' and '.join(asks)} with requires_grad=True; expected data.", NO_GRADIENT)
    if finding is None:
        kinds = [part.array.dtype for part in got]
        other = next((i for i, kind in enumerate(kinds) if kind != np.float32), None)
        if other is None:
            return None
        name, kind = ("X", "y", "w")[other], kinds[other]
        return Finding("dtype", f"returned {kind} numbers as {name}; expected float32.", FLOAT32, "not float32")
    if finding.stage != "values" or "in the order" in finding.sentence:
        return finding
    if any(part.array.dtype == np.float64 for part in got):
        return Finding(finding.stage, finding.sentence, FLOAT64, "not float32")
    part = next(name for name, i in (("X", 0), ("w", 2), ("y", 1)) if not same(expected[i], got[i]))
    return Finding(finding.stage, finding.sentence, OTHER_NUMBERS[part])


Y = "X @ w + noise * e"
DRAW_X, DRAW_W = "torch.randn(n, n_features, generator=generator)", "torch.randn(n_features, 1, generator=generator)"
DRAW_E = "torch.randn(n, 1, generator=generator)"
DATA = Exercise(
    id="make_regression_data",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_data_torch:make_regression_data",
    title="Make data whose truth is known",
    cases=data_cases,
    judge=data_judge,
    mistakes=(
        Mistake(
            "y flat",
            Edit(Y, "(X @ w + noise * e).squeeze(-1)"),
            "y has shape (n,). A network predicts a column (n, 1), and the two together would be stretched to n × n: keep y a column.",
        ),
        Mistake(
            "noise stretched to n by n",
            Edit(DRAW_E, "torch.randn(n, generator=generator)"),
            "The noise is (n,) and X @ w is (n, 1): their sum is n × n. Draw the noise as a column, (n, 1).",
        ),
        Mistake(
            "generator not used",
            Edit(", generator=generator)", ")", (("generator):", "generator=None):"),)),
            "The numbers do not come from the generator that is passed, so nobody can repeat this run: give each torch.randn "
            "generator=generator.",
        ),
        Mistake(
            "noise taken for a variance",
            Edit("noise * e", "noise**0.5 * e"),
            "You multiply by the root of noise, as if it were a variance. It is the standard deviation: multiply by noise itself.",
        ),
        Mistake(
            "noise forgotten",
            Edit(" + noise * e", ""),
            "y lies exactly on the line: noise * e is missing.",
        ),
        Mistake(
            "noise not multiplied",
            Edit("noise * e", "noise"),
            "Each row gets the same number, noise. That moves the line and adds no randomness: multiply noise by e.",
        ),
        Mistake(
            "uniform numbers",
            Edit("torch.randn(", "torch.rand("),
            "torch.rand draws uniform numbers between 0 and 1; standard normal ones come from torch.randn.",
        ),
        Mistake(
            "w drawn first",
            Edit(
                f"X = {DRAW_X}",
                f"w = {DRAW_W}",
                ((f"    w = {DRAW_W}\n    e", f"    X = {DRAW_X}\n    e"),),
            ),
            "w is drawn before X. The generator gives its numbers in a row, so the order counts: X, w, e.",
        ),
        Mistake(
            "noise on X too",
            Edit("return X, X @ w + noise * e, w", "return X + noise * e, X @ w + noise * e, w"),
            "The noise belongs to y alone: X is returned as it was drawn.",
        ),
        Mistake(
            "w flat",
            Edit("e, w", "e, w.squeeze(-1)"),
            "w has shape (n_features,). It is asked for as a column (n_features, 1), so that X @ w is a column too.",
        ),
        Mistake(
            "noise without the generator",
            Edit(DRAW_E, "torch.randn(n, 1)"),
            "X and w come from the generator that is passed, and the noise does not, so y cannot be repeated: the third torch.randn needs generator=generator, too.",
        ),
        Mistake(
            "noise drawn before w",
            Edit(f"    w = {DRAW_W}\n    e = {DRAW_E}\n", f"    e = {DRAW_E}\n    w = {DRAW_W}\n"),
            "The noise is drawn before w. The generator gives its numbers in a row, so the order counts: X, w, e.",
        ),
        Mistake(
            "uniform noise",
            Edit(DRAW_E, "torch.rand(n, 1, generator=generator)"),
            "The noise is uniform between 0 and 1: it never takes anything away from y. torch.randn draws standard normal numbers.",
        ),
        Mistake(
            "noise squared",
            Edit("noise * e", "noise**2 * e"),
            "You multiply by noise squared, which is the variance of what is added. A standard normal number times noise has the standard deviation noise.",
        ),
        Mistake(
            "noise not scaled",
            Edit("noise * e", "e"),
            "e is added as it was drawn, with standard deviation 1 whatever noise says. noise is the factor in front of it.",
        ),
        Mistake(
            "noise ignored",
            Edit("noise * e", "0.1 * e"),
            "The noise is 0.1 whatever is passed. That is only the default: use the argument.",
        ),
        Mistake(
            "noise taken away",
            Edit("+ noise * e", "- noise * e"),
            "The noise is taken away instead of added. As noise it is just as good, but these are other numbers than y = X @ w + noise * e.",
        ),
        Mistake(
            "one noise for all rows",
            Edit(DRAW_E, "torch.randn(1, 1, generator=generator)"),
            "All rows get the same noise, a single number: that only moves the line up or down. Draw one number for each row, (n, 1).",
        ),
        Mistake(
            "noise inside the features",
            Edit("X @ w + noise * e, w", "(X + noise * e) @ w, w"),
            "The noise is added to the features before they meet w, so its size in y depends on w. Add it to X @ w.",
        ),
        Mistake(
            "n ignored",
            Edit("(n, ", "(100, "),
            "There are 100 rows whatever n says. That is only the default: use the argument, for X and for e.",
        ),
        Mistake(
            "n_features ignored",
            Edit(
                DRAW_X, "torch.randn(n, 3, generator=generator)", ((DRAW_W, "torch.randn(3, 1, generator=generator)"),)
            ),
            "There are three features whatever n_features says. That is only the default: use the argument, for X and for w.",
        ),
        Mistake(
            "sizes ignored",
            Edit("(n, n_features", "(100, 3", (("(n, 1", "(100, 1"), ("(n_features, 1", "(3, 1"))),
            "There are 100 rows of three features whatever is asked. Those are only the defaults: use n and n_features.",
        ),
        Mistake(
            "w a row",
            Edit("e, w", "e, w.T"),
            "w is a row, (1, n_features). It is asked for as a column (n_features, 1), so that X @ w works.",
        ),
        Mistake(
            "parts in another order",
            Edit("return X, X @ w + noise * e, w", "return X, w, X @ w + noise * e"),
            "The parts come back in the order X, w, y. Whoever writes X, y, w = make_regression_data(…) would take w for y: return X, y, w.",
        ),
    ),
    hints=(
        "Three draws, then one line. The shapes are (n, n_features), (n_features, 1) and (n, 1), and all else follows from them.",
        "torch.randn(rows, columns, generator=generator) draws standard normal numbers; a standard deviation is a factor.",
        "After X, w and e are drawn, in this order, y is X @ w + noise * e: a column, because w and e are columns.",
    ),
)
