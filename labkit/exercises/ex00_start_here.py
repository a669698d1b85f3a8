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


def two_products(w: Any, x: Any, b: Any) -> Any:
    return w[0] * x[..., 0] + w[1] * x[..., 1] + b


def last_product_left_out(w: Any, x: Any, b: Any) -> Any:
    return x[..., :-1] @ w[:-1] + b


def only_the_last_product(w: Any, x: Any, b: Any) -> Any:
    return w[-1] * x[..., -1] + b


def bias_on_the_inputs(w: Any, x: Any, b: Any) -> Any:
    return (x + b) @ w


def sum_goes_on(w: Any, x: Any, b: Any) -> Any:
    return np.cumsum(x @ w) + b if x.ndim == 2 else x @ w + b


def first_row_only(w: Any, x: Any, b: Any) -> Any:
    return np.atleast_2d(x)[0] @ w + b


def products_in_place(w: Any, x: Any, b: Any) -> Any:
    x *= w
    return x.sum(axis=-1) + b


def row_by_row_always(w: Any, x: Any, b: Any) -> Any:
    return np.array([np.dot(w, row) + b for row in x])


def as_many_products_as_rows(w: Any, x: Any, b: Any) -> Any:
    z = 0
    for i in range(len(x)):
        z = z + w[i] * x[i]
    return z + b


def one_input_as_a_batch(w: Any, x: Any, b: Any) -> Any:
    return np.atleast_2d(x) @ w + b


def one_input_as_a_table(w: Any, x: Any, b: Any) -> Any:
    return np.atleast_2d(x) @ w[:, None] + b


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
            "two products only",
            two_products,
            "Only the first two products are added up, and here there are three. A neuron may have any number of inputs: go "
            "through all of w, however long it is.",
        ),
        Mistake(
            "last product left out",
            last_product_left_out,
            "The last product is missing: range(d) already stops at d - 1, so it needs no `- 1` of its own.",
        ),
        Mistake(
            "only the last product",
            only_the_last_product,
            "Only the last product is left: each step of the loop overwrites the one before. Add to z instead of setting it.",
        ),
        Mistake(
            "weights added",
            lambda w, x, b: (w + x).sum(axis=-1) + b,
            "You add each weight to its input. A weight multiplies its input: w_i x_i.",
        ),
        Mistake(
            "sums multiplied",
            lambda w, x, b: w.sum() * x.sum(axis=-1) + b,
            "You add up first and multiply then. Each input has a weight of its own: multiply in pairs, then add up.",
        ),
        Mistake(
            "multiplied by the bias",
            lambda w, x, b: (x @ w) * b,
            "You multiply by b. The bias is a number that is added to the sum, whatever the inputs are.",
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
            "sum goes on from row to row",
            sum_goes_on,
            "The first z of the batch is right, the others hold what was summed before: set the sum back for every row.",
        ),
        Mistake(
            "first row only",
            first_row_only,
            "Right for one input. For a batch only the first row's z comes back: does a `return` inside the loop end it too soon?",
        ),
        Mistake(
            "always taken as a batch",
            row_by_row_always,
            'This loops over the rows of x, which is right for a batch. A single input is (d,), and its "rows" are single '
            "numbers: treat that case, too, or find a product that fits both.",
        ),
        Mistake(
            "length of the batch for the number of inputs",
            as_many_products_as_rows,
            "Right for one input. For a batch len(x) counts the rows, and x[i] is a whole row. The inputs of a neuron are the "
            "numbers of one row, as many as there are weights.",
        ),
        Mistake(
            "one input comes back as a batch",
            one_input_as_a_batch,
            "Right for a batch. For a single input (d,) one plain number is asked, and this is an array of length 1.",
        ),
        Mistake(
            "one input comes back as a table",
            one_input_as_a_table,
            "The numbers are right, but they stand in a table of one column. Leave w as (d,): the result is (n,) for a batch, "
            "and a plain number for one input.",
        ),
        Mistake(
            "outer product",
            lambda w, x, b: np.outer(x, w) + b,
            "np.outer multiplies every input with every weight. Only the pairs w_i x_i belong together, and they are added up.",
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
            "x changed in place",
            products_in_place,
            "`x *= w` writes the products into the caller's x, which has lost its values afterwards. `x * w` makes a new array.",
        ),
        Mistake(
            "step applied",
            Edit("np.asarray(x) @ np.asarray(w) + b", "np.where(np.asarray(x) @ np.asarray(w) + b >= 0, 1.0, 0.0)"),
            "You went one step further, to the neuron's decision 0 or 1. Here only z itself is asked.",
        ),
        Mistake(
            "sigmoid applied",
            lambda w, x, b: 1 / (1 + np.exp(-(x @ w + b))),
            "You went one step further and squeezed z through a sigmoid. Here only z itself is asked.",
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
