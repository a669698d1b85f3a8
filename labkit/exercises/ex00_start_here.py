"""The exercise of 00_start_here: one neuron's weighted sum, for one input and for a batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake


def weighted_sum_cases(rng: np.random.Generator) -> list[Case]:
    w, x, batch = rng.normal(size=3), rng.normal(size=3), rng.normal(size=(5, 3))
    b = float(rng.uniform(0.5, 1.5))
    return [
        Case("one input of three numbers", (w, x, b)),
        Case("another input and a negative bias", (-w, batch[0], -2 * b)),
        Case("one input of four numbers", (rng.normal(size=4), rng.normal(size=4), b)),
        Case("a batch of five inputs", (w, batch, b), aspect="batches"),
        Case("a batch of three inputs of three numbers", (w, batch[:3], b), aspect="batches"),
        Case("a batch of one input", (w, batch[:1], b), aspect="batches"),
        Case("whole numbers", (np.array([2, -1]), np.array([[3, 4], [0, 0]]), 0.5), aspect="types"),
        Case("float32 numbers", (w.astype(np.float32), batch.astype(np.float32), b), aspect="types"),
    ]


def bias_with_every_product(w: Any, x: Any, b: Any) -> Any:
    return (w * x + b).sum(axis=-1)


def products_not_added(w: Any, x: Any, b: Any) -> Any:
    return w * x + b


def one_number_for_the_batch(w: Any, x: Any, b: Any) -> Any:
    return np.sum(w * x) + b


def down_the_columns(w: Any, x: Any, b: Any) -> Any:
    return (w * x).sum(axis=0) + b


def weights_as_a_column(w: Any, x: Any, b: Any) -> Any:
    return (w[:, None] * x).sum(axis=-1) + b


def a_column_of_sums(w: Any, x: Any, b: Any) -> Any:
    return x @ w[:, None] + b


def factors_swapped(w: Any, x: Any, b: Any) -> Any:
    return np.dot(w, x) + b


def mean_for_sum(w: Any, x: Any, b: Any) -> Any:
    return (w * x).mean(axis=-1) + b


def weights_left_out(w: Any, x: Any, b: Any) -> Any:
    return x.sum(axis=-1) + b


def three_products(w: Any, x: Any, b: Any) -> Any:
    return w[0] * x[..., 0] + w[1] * x[..., 1] + (w[2] * x[..., 2] if len(w) > 2 else 0) + b


def bias_on_the_inputs(w: Any, x: Any, b: Any) -> Any:
    return (x + b) @ w


WEIGHTED_SUM = Exercise(
    id="weighted_sum",
    notebook="00_start_here",
    reference="labkit.reference.neuron:weighted_sum",
    title="One neuron's weighted sum",
    cases=weighted_sum_cases,
    judge=close(),
    mistakes=(
        Mistake(
            "bias forgotten",
            Edit(" + b", ""),
            "The bias b is missing: after the products are added up, add b.",
        ),
        Mistake(
            "bias with every product",
            bias_with_every_product,
            "You add b to every product, so it counts once for each weight. Add up the products first, then add b once.",
        ),
        Mistake(
            "bias on the inputs",
            bias_on_the_inputs,
            "You add b to the inputs, before the weights act, so b is multiplied by every weight. Add it once, at the end.",
        ),
        Mistake(
            "bias subtracted",
            Edit("+ b", "- b"),
            "You subtract b. A threshold would be subtracted; a bias is added: z = … + b.",
        ),
        Mistake(
            "products not added up",
            products_not_added,
            "These are the single products w_i x_i (plus b). A neuron adds them up: sum over the last axis.",
        ),
        Mistake(
            "mean instead of sum",
            mean_for_sum,
            "You average the products; a neuron adds them up, so z grows with the number of inputs.",
        ),
        Mistake(
            "weights left out",
            weights_left_out,
            "You add up the inputs themselves: each one must first be multiplied by its own weight.",
        ),
        Mistake(
            "three products only",
            three_products,
            "Right for three numbers. A neuron may have any number of inputs: add up all products, however long w is.",
        ),
        Mistake(
            "one number for the whole batch",
            one_number_for_the_batch,
            "Right for one input. For a batch you add up all its rows into one number; every row must keep its own z: "
            "sum over the last axis only.",
        ),
        Mistake(
            "summed down the columns",
            down_the_columns,
            "Right for one input. For a batch you sum down the columns (axis 0), which mixes different inputs; the "
            "numbers of one input stand in a row, along the last axis.",
        ),
        Mistake(
            "factors swapped",
            factors_swapped,
            "Right for one input. For a batch the order of the product matters: w on the left meets the columns of x, "
            "and the weights belong to the numbers in a row.",
        ),
        Mistake(
            "weights as a column",
            weights_as_a_column,
            "Your weights have shape (d, 1). Broadcasting stretches them against x of shape (d,) into d×d products; "
            "leave w as (d,), so that each weight meets its own input.",
        ),
        Mistake(
            "a column of sums",
            a_column_of_sums,
            "The numbers are right, but an axis of length 1 is left over, and a column of shape (n, 1) will broadcast to "
            "n×n later on. Leave out keepdims=True and w[:, None]: the result is (n,), and a plain number for one input.",
        ),
        Mistake(
            "step applied",
            Edit("np.asarray(x) @ np.asarray(w) + b", "np.where(np.asarray(x) @ np.asarray(w) + b >= 0, 1.0, 0.0)"),
            "You went one step further, to the neuron's decision 0 or 1. Here only z itself is asked.",
        ),
    ),
    hints=(
        "Do it on paper first: w = (2, −1), x = (3, 4), b = 0.5. Multiply in pairs, add the two products, add b.",
        "For one input, `w * x` holds all products at once. What adds them up?",
        "A batch has one input a row. `w * x` still works, and the sum must run along each row: `axis=-1` means the "
        "last axis, for one input and for a batch.",
        "The same in one operation: the matrix product `x @ w` is the weighted sum of each row of x. Then add b.",
    ),
)

EXERCISES = (WEIGHTED_SUM,)
