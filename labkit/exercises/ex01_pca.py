"""The last exercise of 01_tensors: principal components, where the sign of each one is anybody's choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.grading.compare import difference, same
from labkit.grading.model import Case, Exercise, Finding, Mistake

PARTS = ("components", "scores", "explained_variance_ratio")


def spread_out(rng: np.random.Generator, n: int, deviations: list[float]) -> np.ndarray:
    """Return n rows far from the origin with these deviations along hidden directions: distinct, so the order is sure."""
    d = len(deviations)
    rows = rng.normal(size=(n, d))
    U, _, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    turn, _ = np.linalg.qr(rng.normal(size=(d, d)))
    return np.sqrt(n) * U * deviations @ turn.T + rng.uniform(2.0, 4.0, size=d) * rng.choice([-1, 1], size=d)


def uncorrelated(rng: np.random.Generator) -> np.ndarray:
    """Return the corners of a box, so that the directions are the axes; the longest side is neither first nor last."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=float)
    sides = np.array([1.0, 4.0, 2.0]) * rng.uniform(0.9, 1.1, size=3)
    return rng.permutation(corners) * sides + rng.uniform(2.0, 4.0, size=3)


def pca_cases(rng: np.random.Generator) -> list[Case]:
    X = spread_out(rng, 12, [5.0, 2.5, 1.2, 0.5])
    wide = spread_out(rng, 30, [6.0, 4.0, 2.5, 1.5, 1.0, 0.6, 0.3])[:5]
    whole = np.round(10 * spread_out(rng, 9, [4.0, 2.0, 0.8])).astype(int)
    return [
        Case("twelve rows of four columns", (X, 2)),
        Case("columns that are uncorrelated already", (uncorrelated(rng), 2)),
        Case("nine rows of five columns", (spread_out(rng, 9, [3.0, 2.0, 1.0, 0.4, 0.2]), 3)),
        Case("all components", (X, 4), aspect="number of components"),
        Case("one component", (X[:, :3], 1), aspect="number of components"),
        Case("more columns than rows", (wide, 2), aspect="shapes and types"),
        Case("whole numbers", (whole, 2), aspect="shapes and types"),
        Case("float32 numbers", (X.astype(np.float32), 2), aspect="shapes and types"),
    ]


# ---------------------------------------------------------------------------------------------- wrong answers
# Each is a function of (X, n_components), like the student's own.


def parts(X: Any, n_components: int, *, centre: Any = None) -> tuple[Any, Any, Any]:
    """Return what the exercise asks for; ``centre`` replaces the column means."""
    centred = X - (X.mean(axis=0) if centre is None else centre)
    U, S, Vt = np.linalg.svd(centred, full_matrices=False)
    return Vt[:n_components], (U * S)[:, :n_components], S[:n_components] ** 2 / (S**2).sum()


def rows_centred(X: Any, n_components: int) -> Any:
    return parts(X, n_components, centre=X.mean(axis=1, keepdims=True))


def columns_standardized(X: Any, n_components: int) -> Any:
    return parts((X - X.mean(axis=0)) / X.std(axis=0), n_components)


def components_as_columns(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components.T, scores, ratio


def across_the_directions(X: Any, n_components: int) -> Any:
    directions, _, ratio = parts(X, min(X.shape))
    components = directions[:, :n_components].T
    return components, (X - X.mean(axis=0)) @ components.T, ratio[:n_components]


def all_components(X: Any, n_components: int) -> Any:
    return parts(X, min(X.shape))


def scores_first(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return scores, components, ratio


def not_of_length_1(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components * np.sqrt((scores**2).sum(axis=0))[:, None], scores, ratio


def smallest_first(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, min(X.shape))
    return components[::-1][:n_components], scores[:, ::-1][:, :n_components], ratio[::-1][:n_components]


def largest_last(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components[::-1], scores[:, ::-1], ratio[::-1]


def scores_of_raw_rows(X: Any, n_components: int) -> Any:
    components, _, ratio = parts(X, n_components)
    return components, X @ components.T, ratio


def scores_of_one_size(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components, scores / np.sqrt((scores**2).sum(axis=0)), ratio


def rebuilt_rows(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components, scores @ components + X.mean(axis=0), ratio


def ratio_of_singular_values(X: Any, n_components: int) -> Any:
    components, scores, _ = parts(X, n_components)
    S = np.sqrt(parts(X, min(X.shape))[2])
    return components, scores, S[:n_components] / S.sum()


def ratio_of_the_kept(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components, scores, ratio / ratio.sum()


def two_kinds_of_variance(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components, scores, ratio * len(X) / (len(X) - 1)


def running_total(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components, scores, np.cumsum(ratio)


def shares_of_all(X: Any, n_components: int) -> Any:
    components, scores, _ = parts(X, n_components)
    return components, scores, parts(X, min(X.shape))[2]


def percentages(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components, scores, 100 * ratio


def ratio_of_squared_variances(X: Any, n_components: int) -> Any:
    components, scores, _ = parts(X, n_components)
    variances = parts(X, min(X.shape))[2] ** 2
    return components, scores, variances[:n_components] / variances.sum()


def always_two(X: Any, n_components: int) -> Any:
    return parts(X, min(2, *X.shape))


def always_two_directions(X: Any, n_components: int) -> Any:
    components, scores, _ = parts(X, 2)
    return components, scores, parts(X, n_components)[2]


def without_signs(X: Any, n_components: int) -> Any:
    components, _, ratio = parts(X, n_components)
    return np.abs(components), (X - X.mean(axis=0)) @ np.abs(components).T, ratio


def scores_with_vt(X: Any, n_components: int) -> Any:
    components, _, ratio = parts(X, n_components)
    Vt = parts(X, min(X.shape))[0]
    if len(Vt) < X.shape[1]:
        raise ValueError("Vt is not square")
    return components, ((X - X.mean(axis=0)) @ Vt)[:, :n_components], ratio


def scores_as_rows(X: Any, n_components: int) -> Any:
    components, scores, ratio = parts(X, n_components)
    return components, scores.T, ratio


def correlations_of_raw(X: Any, n_components: int) -> Any:
    components, _, ratio = columns_standardized(X, n_components)
    return components, (X - X.mean(axis=0)) @ components.T, ratio


def values_sorted_alone(X: Any, n_components: int) -> Any:
    components, scores, _ = smallest_first(X, n_components)
    return components, scores, parts(X, n_components)[2]


def variance_itself(X: Any, n_components: int, ddof: int = 0) -> Any:
    components, scores, _ = parts(X, n_components)
    return components, scores, scores.var(axis=0, ddof=ddof)


SORTED_ALONE = (
    "The shares stand in falling order, but the directions do not follow them: the eigenvalues were sorted alone. Sort both with one "
    "order (np.argsort), the values and the COLUMNS of the eigenvectors."
)
UNSORTED = (
    "These are directions of the data, but not the ones of the largest variance, or not in that order: np.linalg.eig returns them in "
    "no order at all, eigh upwards. Sort by variance, the largest first, before you cut."
)

WRONG: dict[str, tuple[Callable[[Any, int], Any], str]] = {
    "not centred": (
        lambda X, n_components: parts(X, n_components, centre=0),
        "X is not centred, so the first direction points from the origin to the cloud instead of along it. Subtract the "
        "column means first.",
    ),
    "rows centred": (
        rows_centred,
        "You subtract each row's mean. Centring moves the cloud to the origin: subtract the mean of each COLUMN, axis=0.",
    ),
    "one mean for the whole table": (
        lambda X, n_components: parts(X, n_components, centre=X.mean()),
        "You subtract one number, the mean of the whole table. Each column has its own mean: axis=0.",
    ),
    "columns standardized": (
        columns_standardized,
        "You also divide by each column's std, which is another analysis (PCA of the correlations). Here the columns are "
        "centred only.",
    ),
    "components as columns": (
        components_as_columns,
        "Your components are columns. Each ROW is to be one direction, shape (n_components, d): transpose it.",
    ),
    "all components kept": (
        all_components,
        "These are all components there are. Keep the first n_components: of the directions, the scores and the shares.",
    ),
    "scores before components": (
        scores_first,
        "The right arrays in the wrong order: return the components first, then the scores.",
    ),
    "components not of length 1": (
        not_of_length_1,
        "Your components point the right way but have other lengths (were they multiplied by S?). Each direction has "
        "length 1; how far the data spread along it is in the scores.",
    ),
    "across the directions": (
        across_the_directions,
        "You cut across the directions, so each of yours is made of one entry of every direction. np.linalg.svd gives Vᵀ, "
        "with the directions as its ROWS; eigh gives them as the COLUMNS of its matrix.",
    ),
    "smallest variance first": (
        smallest_first,
        "These are the directions of the SMALLEST variance: eigh sorts upwards. Turn the order round before you cut.",
    ),
    "largest variance last": (
        largest_last,
        "The right directions in reverse order: the component with the largest variance comes first.",
    ),
    "scores of the raw rows": (
        scores_of_raw_rows,
        "The scores come from X itself. They are the coordinates of the CENTRED rows, and so have mean 0.",
    ),
    "scores all of one size": (
        scores_of_one_size,
        "The columns of U have length 1 whatever the variance is. The scores are centred @ components.T, or U times S.",
    ),
    "eigenvalues sorted without their directions": (values_sorted_alone, SORTED_ALONE),
    "standardized columns and centred scores": (
        correlations_of_raw,
        "Your directions belong to standardized columns (np.corrcoef does that, too), which is another analysis. Use the centred "
        "columns, or their covariance.",
    ),
    "signs thrown away": (
        without_signs,
        "The signs inside a direction are lost (np.abs?). Only a whole direction may be turned round; its entries keep their signs "
        "against each other.",
    ),
    "centred @ Vt": (
        scores_with_vt,
        "The scores come from centred @ Vt. A score is the product of a row with a direction, and the directions are the ROWS of Vt: a "
        "transpose is missing.",
    ),
    "scores as rows": (
        scores_as_rows,
        "The scores are transposed: one ROW for each row of X, one column for each component.",
    ),
    "always two components": (
        always_two,
        "Two components come back, whatever n_components says: use the argument wherever you cut.",
    ),
    "always two directions": (
        always_two_directions,
        "Two directions come back, whatever n_components says: use the argument wherever you cut.",
    ),
    "rows rebuilt instead of scores": (
        rebuilt_rows,
        "These are the rows rebuilt in the old coordinates, d numbers each. The scores are their coordinates along the "
        "components: n_components numbers each.",
    ),
    "ratio of singular values": (
        ratio_of_singular_values,
        "The ratio uses the singular values themselves. A variance is a mean of squares: square them first.",
    ),
    "ratio of the kept ones only": (
        ratio_of_the_kept,
        "You divide by the variance of the kept components, so the shares always add up to 1. Divide by the total variance "
        "of all columns: the shares then say what was left out.",
    ),
    "n and n − 1 in one ratio": (
        two_kinds_of_variance,
        "The shares of all components would not add up to 1: one of the two variances is divided by n, the other by n − 1. "
        "Use the same for both.",
    ),
    "running total of the ratios": (
        running_total,
        "These are running totals. Return each component's own share; a running total (np.cumsum) is for the plot.",
    ),
    "shares of all components": (
        shares_of_all,
        "These are the shares of all components there are. Keep the first n_components of them, as of the directions.",
    ),
    "percentages": (
        percentages,
        "These are percentages. A ratio lies between 0 and 1: leave out the 100.",
    ),
    "ratio of squared variances": (
        ratio_of_squared_variances,
        "The ratio uses the squares of the variances. Singular values are squared to give variances; eigenvalues of the covariance "
        "ARE variances.",
    ),
    "variance instead of its share": (
        variance_itself,
        "These are the variances along the components. The ratio divides them by the total variance of all columns.",
    ),
    "variance with n − 1 instead of its share": (
        lambda X, n_components: variance_itself(X, n_components, ddof=1),
        "These are the variances along the components, with n − 1. The ratio divides them by the total variance, and the "
        "n − 1 cancels.",
    ),
}

# ------------------------------------------------------------------------------------------------------ judge


def same_but_for_signs(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare with each component turned to the reference's side; name a known mistake whatever its signs are."""
    finding = difference(expected, turned(got, expected), names=PARTS)
    if finding is None:
        return None
    for name, (wrong, sentence) in WRONG.items():
        if is_like(outcome(wrong, case), got, any_sign=wrong is across_the_directions):
            return Finding(finding.stage, finding.sentence, sentence, name)
    name, advice = special(case, expected, got)
    return Finding(finding.stage, finding.sentence, advice or finding.advice, name)


def special(case: Case, expected: Any, got: Any) -> tuple[str, str]:
    """Return the name of a mistake and what to say of it where no listed one fits exactly, or two empty texts."""
    if not numeric(got):
        return "", ""
    X, n_components = case.args
    if got[0].shape == (n_components, len(X)):
        return "directions of the rows", (
            "Your directions have one number for each ROW of X. A direction lives in the space of the columns: d numbers. "
            "Take Vt rather than U, and rowvar=False in np.cov."
        )
    if of_other_order(X, got[0]):
        if same(got[2], expected[2]):
            return "eigenvalues sorted without their directions", SORTED_ALONE
        return "directions not sorted", UNSORTED
    if across(X, got[0]):
        return "across the directions", WRONG["across the directions"][1]
    components, scores, _ = turned(got, expected)
    if components.shape == expected[0].shape and parallel(components, expected[0]):
        return "components not of length 1", WRONG["components not of length 1"][1]
    if not same(components, expected[0]) or scores.shape != expected[1].shape:
        return "", ""
    if same(np.abs(scores), np.abs(expected[1])) and not same(scores, expected[1]):
        return "signs at odds", (
            "A sign is at odds: a component may be turned round, but only together with its column of scores. Compute the "
            "scores with the very components that you return."
        )
    stretch = np.sqrt((scores**2).sum(axis=0) / (expected[1] ** 2).sum(axis=0))
    if not np.isclose(stretch, 1).all() and same(scores, expected[1] * stretch):
        return "scores stretched", (
            "Each column of your scores is stretched. The scores keep the data's own scale: centred @ components.T."
        )
    return "", ""


def parallel(components: np.ndarray, right: np.ndarray) -> bool:
    """Whether the rows point the right way, or the opposite one, but have other lengths than 1."""
    lengths = np.sqrt((components**2).sum(axis=1))
    if not (lengths > 0).all() or np.allclose(lengths, 1, atol=1e-4):
        return False
    return bool(np.allclose(np.abs((components * right).sum(axis=1)) / lengths, 1, atol=1e-4))


def of_other_order(X: np.ndarray, components: np.ndarray) -> bool:
    """Whether these rows are principal directions of X, but not the first ones in their order."""
    directions = parts(X.astype(float), min(X.shape))[0]
    if components.ndim != 2 or components.shape[1:] != directions.shape[1:] or len(components) > len(directions):
        return False
    overlap = np.abs(components @ directions.T)
    places = overlap.argmax(axis=1)
    found = np.allclose(overlap.max(axis=1), 1, atol=1e-4) and np.allclose((components**2).sum(axis=1), 1, atol=1e-4)
    return bool(found and (places != np.arange(len(places))).any())


def across(X: np.ndarray, components: np.ndarray) -> bool:
    """Whether each of these rows holds one entry of every principal direction of X, in any order and with any signs."""
    directions = parts(X.astype(float), min(X.shape))[0]
    if components.shape[1:] != (len(directions),):
        return False
    entries, mine = np.sort(np.abs(directions.T), axis=1), np.sort(np.abs(components), axis=1)
    return all(bool(np.isclose(entries, row, atol=1e-4).all(axis=1).any()) for row in mine)


def outcome(wrong: Callable[[Any, int], Any], case: Case) -> Any:
    """Return what a wrong answer returns, or None when it would stop here."""
    try:
        return wrong(*case.args)
    except ValueError:
        return None


def numeric(value: Any) -> bool:
    """Whether this is a triple of real arrays."""
    arrays = isinstance(value, tuple | list) and len(value) == 3 and all(isinstance(v, np.ndarray) for v in value)
    return arrays and all(v.dtype.kind in "iuf" for v in value) and value[0].ndim == value[1].ndim == 2


def signs(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return −1 for each row of ``a`` that points away from the same row of ``b``, else 1."""
    return np.where((a * b).sum(axis=1) < 0, -1, 1).astype(a.dtype)


def turned(got: Any, expected: Any) -> Any:
    """Return ``got`` with each component, and its column of scores, turned to the expected side where shapes allow it."""
    if not numeric(got) or any(got[i].shape != expected[i].shape for i in (0, 1)):
        return got
    flip = signs(got[0], expected[0])
    return got[0] * flip[:, None], got[1] * flip, got[2]


def is_like(wrong: Any, got: Any, *, any_sign: bool) -> bool:
    """Whether ``got`` is this wrong answer, when each singular vector's sign was free.

    ``any_sign``: the signs differ within a component, and its scores with them, so its size alone is compared.
    """
    if wrong is None or not numeric(got) or any(g.shape != w.shape for g, w in zip(got, wrong, strict=True)):
        return False
    if not (same(np.abs(wrong[0]), np.abs(got[0])) and same(wrong[2], got[2])):
        return False
    if wrong[1].shape[1] != wrong[0].shape[0]:  # components are columns, or the rows were rebuilt
        return same(np.abs(wrong[1]), np.abs(got[1]))
    flip = signs(got[0], wrong[0])
    return any_sign or (same(got[0] * flip[:, None], wrong[0]) and same(got[1] * flip, wrong[1]))


PCA = Exercise(
    id="pca",
    notebook="01_tensors",
    reference="labkit.reference.tensors:pca",
    points=2,
    title="Find the directions of largest variance",
    cases=pca_cases,
    judge=same_but_for_signs,
    mistakes=tuple(Mistake(name, wrong, sentence) for name, (wrong, sentence) in WRONG.items()),
    hints=(
        "First move the cloud to the origin: centred = X - X.mean(axis=0).",
        "np.linalg.svd(centred, full_matrices=False) returns U, S, Vt. Print their shapes: which of them has directions in "
        "the d-dimensional space, and are they its rows or its columns?",
        "components are the first n_components rows of Vt. The scores are the centred rows in these coordinates: a matrix "
        "product with components.T.",
        "S**2 is n times the variance along each direction. Divide by the sum over ALL of them, then cut.",
    ),
)
