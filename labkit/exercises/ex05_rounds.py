"""How NeuralNetwork in 05_backprop is asked and judged: round by round, with parameters that the check puts into it."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex05_entropy import labels, softmax
from labkit.grading.compare import difference
from labkit.grading.model import Case, Finding
from labkit.grading.wire import Rng

FIRST = "first weights"
NAMES = ("w1", "b1", "w2", "b2")
SIZES = (80, 50, 60)  # so many weights that their spread tells He's rule from its neighbours: 4000 and 3000
SEED = 20_000  # of the first weights that are looked at

# ------------------------------------------------------------------------------------------------------ cases


def parameters(rng: np.random.Generator, n_in: int, n_hidden: int, n_out: int) -> tuple[np.ndarray, ...]:
    """Return generic w1, b1, w2, b2."""
    shapes = ((n_in, n_hidden), (n_hidden,), (n_hidden, n_out), (n_out,))
    return tuple(rng.normal(size=shape) for shape in shapes)


def given(values: tuple[np.ndarray, ...]) -> tuple:
    """Return the steps that replace the network's own first weights, whatever they are."""
    return tuple(("set", name, value) for name, value in zip(NAMES, values, strict=True))


GET = tuple(("get", name) for name in NAMES)


def network_cases(rng: np.random.Generator) -> list[Case]:
    sizes = (4, 6, 3)
    X, y = rng.normal(size=(5, 4)), labels(rng, 5, 3)
    X2, y2 = rng.normal(size=(7, 4)), labels(rng, 7, 3)
    start = given(parameters(rng, *sizes))
    one = given((np.array([[0.7], [0.4]]), np.array([0.1]), np.array([[0.5, -0.3]]), np.array([0.0, 0.2])))
    tilt = rng.permutation([0.5, 0.0, -0.5]) + rng.uniform(
        -0.1, 0.1, (6, 3)
    )  # one logit of each row is above 709, where exp ends
    large = given((np.full((4, 6), 300.0), np.zeros(6), tilt, np.ones(3)))
    args = (*sizes, Rng(1))
    learn = (("forward", X), ("backward", y), ("step", 0.3))
    again = (("forward", X2), ("backward", y2), ("step", 0.05))
    row = np.abs(rng.normal(size=(1, 2)))
    return [
        Case("forward on five rows, its weights given", args, steps=(*start, ("forward", X))),
        Case("forward and backward on five rows", args, steps=(*start, ("forward", X), ("backward", y))),
        Case("one round with lr = 0.3", args, steps=(*start, *learn, *GET)),
        Case(
            "backward called twice after one forward",
            args,
            steps=(*start, ("forward", X), ("backward", y), ("backward", y)),
            aspect="again and again",
        ),
        Case(
            "three rounds on two batches", args, steps=(*start, *learn, *again, *learn, *GET), aspect="again and again"
        ),
        Case(
            "one row, one hidden unit",
            (2, 1, 2, Rng(1)),
            steps=(*one, ("forward", row), ("backward", y[:1] % 2)),
            aspect="shapes",
        ),
        Case(
            "logits in the hundreds",
            args,
            steps=(*large, ("forward", np.abs(X) + 0.3), ("backward", y)),
            aspect="very large numbers",
            quiet=True,
        ),
        Case(
            "a new network",
            (*SIZES, Rng(SEED)),
            steps=(
                *GET,
                ("__init__", *SIZES, Rng(SEED)),
                ("get", "w1"),
                ("__init__", *SIZES, Rng(SEED + 1)),
                ("get", "w1"),
            ),
            aspect=FIRST,
        ),
    ]


# ------------------------------------------------------------------------------------------------------ judge

START = {
    "all zeros": "The first weights are zero. Then every hidden unit does the same and gets the same gradient for ever, and with ReLU "
    "no gradient at all: they must be drawn at random.",
    "variance for standard deviation": "2 / n is the variance of He's rule; rng.normal asks for the standard deviation, its root.",
    "no factor 2": "The spread is sqrt(1 / n). He's rule has a 2 in it, because ReLU stops half of the signal: sqrt(2 / n).",
    "fan-out for fan-in": "The spread follows the number of outputs of each matrix. In He's rule n is the number of its inputs, its rows.",
    "not scaled": "The weights have a standard deviation of 1. He's rule makes them smaller where many inputs are added: sqrt(2 / n).",
    "all equal": "All weights of a matrix are the same number. Then all hidden units do the same and get the same gradient for ever: draw "
    "them at random.",
    "fan-in and fan-out": "The spread takes inputs and outputs together, as Glorot's rule does. In He's rule n is the number of inputs "
    "alone, the rows of the matrix.",
    "n_in for both": "Both matrices have the spread of the first. The rows of w2 are the hidden units: sqrt(2 / n_hidden).",
    "same spread for both": "Both matrices have the same spread, whatever their sizes. He's rule follows the number of rows: sqrt(2 / n).",
    "bounds for the spread": "sqrt(2 / n) is taken as the bound of a uniform draw. It is the standard deviation of a normal one: rng.normal.",
    "uniform": "The weights are spread evenly between two bounds. A normal distribution is asked for: rng.normal.",
    "rng not used": "The numbers do not come from the rng that is passed in: with the same seed a network must start with the same "
    "weights, and with another seed with others. Draw them with rng.normal(…).",
    "biases not zero": "The biases start at zero: np.zeros(n_hidden) and np.zeros(n_out). Only the weights are drawn.",
}


def starts_well(expected: tuple, got: tuple) -> Finding | None:
    """Return what is wrong with the first weights, however they were drawn: their spread counts, not their values."""
    for name, e, g in zip(NAMES, expected, got, strict=False):
        finite = isinstance(g, np.ndarray) and g.dtype.kind in "fiu" and bool(np.isfinite(g).all())
        if finding := difference(np.zeros(e.shape), np.zeros(g.shape) if finite else g, where=name):
            return finding
    w1, b1, w2, b2, again, other = got[0], got[1], got[2], got[3], got[5], got[7]
    if b1.any() or b2.any():
        return _start("biases not zero", "starts with biases other than 0.")
    if not w1.any() or not w2.any():
        return _start("all zeros", "starts with weights that are all zero.")
    if np.ptp(w1) == 0 or np.ptp(w2) == 0:
        return _start("all equal", "starts with weights that are all the same.")
    n_in, n_hidden, n_out = SIZES
    ratio = np.array([w1.std() * np.sqrt(n_in / 2), w2.std() * np.sqrt(n_hidden / 2)])  # 1 and 1 by He's rule
    sentence = f"starts with standard deviations of {w1.std():.4f} in w1 and {w2.std():.4f} in w2; expected about {np.sqrt(2 / n_in):.4f} and {np.sqrt(2 / n_hidden):.4f}."
    known = {
        "no factor 2": [np.sqrt(1 / 2)] * 2,
        "variance for standard deviation": [np.sqrt(2 / n_in), np.sqrt(2 / n_hidden)],
        "fan-out for fan-in": [np.sqrt(n_in / n_hidden), np.sqrt(n_hidden / n_out)],
        "fan-in and fan-out": [np.sqrt(n_in / (n_in + n_hidden)), np.sqrt(n_hidden / (n_hidden + n_out))],
        "n_in for both": [1.0, np.sqrt(n_hidden / n_in)],
        "bounds for the spread": [np.sqrt(1 / 3)] * 2,
        "not scaled": [np.sqrt(n_in / 2), np.sqrt(n_hidden / 2)],
    }
    for name, other_ratio in known.items():
        if np.allclose(ratio, other_ratio, rtol=0.07):  # five standard errors of a spread from 3000 numbers
            return _start(name, sentence)
    if not np.allclose(ratio, 1, rtol=0.07) and abs(w1.std() / w2.std() - 1) < 0.05:
        return _start("same spread for both", sentence)
    if not np.allclose(ratio, 1, rtol=0.07):
        return Finding(
            "values", sentence, "He's rule: the standard deviation is sqrt(2 / number of rows of the matrix)."
        )
    for name, w in (("w1", w1), ("w2", w2)):
        if abs(w.mean()) > 5 * w.std() / np.sqrt(w.size):
            return Finding(
                "values", f"starts with a mean of {w.mean():.4f} in {name}; expected about 0.", "He's rule has mean 0."
            )
        if np.mean((w / w.std()) ** 4) < 2.4:  # 3 for a normal distribution, 1.8 for a uniform one
            return _start("uniform", f"starts with a {name} that has no tails.")
    if not np.array_equal(w1, again) or np.array_equal(w1, other):
        return _start("rng not used", "does not follow the seed of rng.")
    return None


def _start(name: str, sentence: str) -> Finding:
    return Finding("values", sentence, START[name], name)


GRADS = tuple(f"d{name}" for name in NAMES)
FORMS = {
    "softmax in forward": "forward returns probabilities. The loss contains the softmax already: return the logits, or softmax acts "
    "twice and the loss cannot fall to 0.",
    "dw transposed": "A gradient has the shape of its weights: w1 is (n_in, n_hidden), so dw1 is x.T @ dz1 and not dz1.T @ x.",
    "db not summed": "A bias moves every row of the batch, so its gradient is the sum over the rows: axis=0.",
    "db summed to one number": "db is one number. Each unit has its own bias; only the batch is summed away: axis=0.",
    "db summed over the units": "You summed over the units. Each has its own bias; what is summed away is the batch: axis=0.",
    "db is a mean": "db averages over the rows. The 1/n of the mean loss is in the gradient of the logits already: sum over the rows.",
}


def known_form(expected: tuple, got: Any, finding: Finding) -> Finding | None:
    """Return the finding for gradients of a familiar wrong form: transposed, not summed, averaged."""
    if not isinstance(got, tuple | list) or len(got) != len(expected):
        return None
    for name, e, g in zip(GRADS, expected, got, strict=True):
        if not isinstance(g, np.ndarray) or difference(e, g) is None:
            continue
        if e.ndim == 2 and difference(e.T, g) is None:
            mistake = "dw transposed"
        elif e.ndim == 1 and g.ndim == 0 and difference(e.sum(), g) is None:
            mistake = "db summed to one number"
        elif e.ndim == 1 and g.shape in ((5,), (7,)) and difference(e.sum(), g.sum()) is None:
            mistake = "db summed over the units"
        elif e.ndim == 1 and g.ndim == 2 and len(g) > 1 and difference(e, g.sum(axis=0)) is None:
            mistake = "db not summed"
        elif e.ndim == 1 and g.shape == e.shape and e.any() and _is_a_share(e, g):
            mistake = "db is a mean"
        else:
            return None
        told = difference(e, g, where=name) or finding
        return Finding(told.stage, told.sentence, FORMS[mistake], mistake)
    return None


def _is_a_share(e: np.ndarray, g: np.ndarray) -> bool:
    rows = (5, 7)  # of the batches in the cases
    return any(difference(e / n, g) is None for n in rows)


FORWARDS = {
    "classes returned": "forward returns the number of a class for each row. The loss needs the logits themselves, (n, n_out).",
    "sigmoid for ReLU": "The hidden layer has a sigmoid. A ReLU is asked for: np.maximum(z1, 0).",
    "tanh for ReLU": "The hidden layer has a tanh. A ReLU is asked for: np.maximum(z1, 0).",
    "b1 not in forward": "forward leaves b1 out. While it is 0 nothing shows; add it all the same.",
    "b2 not in forward": "forward leaves b2 out. While it is 0 nothing shows; add it all the same.",
    "parameters under other names": "The check put other parameters into w1, b1, w2 and b2, and forward computed with the first ones all "
    "the same. Are they kept under other names (W1?), or in a list that was made once?",
}


def own_parameters(case: Case) -> tuple[np.ndarray, ...]:
    """Return the first weights that the network of a case draws, when it draws as the course does."""
    n_in, n_hidden, n_out, seed = case.args
    rng = np.random.default_rng(seed.seed)
    w1 = rng.normal(0.0, np.sqrt(2 / n_in), (n_in, n_hidden))
    return w1, np.zeros(n_hidden), rng.normal(0.0, np.sqrt(2 / n_hidden), (n_hidden, n_out)), np.zeros(n_out)


def known_forward(case: Case, x: np.ndarray, expected: np.ndarray, got: Any) -> str:
    """Return the name of the mistake in a first forward, or nothing: another activation, a bias left out, other names."""
    w1, b1, w2, b2 = (case.steps[i][2] for i in range(4))
    o1, _, o2, _ = own_parameters(case)
    z1 = x @ w1 + b1
    with np.errstate(over="ignore"):
        variants = {
            "classes returned": expected.argmax(axis=1),
            "sigmoid for ReLU": 1 / (1 + np.exp(-z1)) @ w2 + b2,
            "tanh for ReLU": np.tanh(z1) @ w2 + b2,
            "b1 not in forward": np.maximum(x @ w1, 0) @ w2 + b2,
            "b2 not in forward": np.maximum(z1, 0) @ w2,
            "parameters under other names": np.maximum(x @ o1, 0) @ o2,
        }
    if difference(np.maximum(x @ o1 + b1, 0) @ o2 + b2, got) is None:
        return "parameters under other names"
    return next((name for name, value in variants.items() if difference(value, got) is None), "")


def known_move(start: np.ndarray, expected: Any, got: Any, finding: Finding) -> Finding:
    """Return the finding for a parameter after the first step, which says how far it moved along its gradient."""
    if not isinstance(got, np.ndarray) or got.shape != start.shape or finding.stage != "values":
        return finding
    moved, due = got - start, expected - start
    if not moved.any():
        advice = (
            "It has not moved at all. Does step write the new value back to self? `p = p - lr * g` in a loop only gives the name p to "
            "another array."
        )
        return Finding(finding.stage, finding.sentence, advice, "step without effect")
    share = float(np.sum(moved * due) / np.sum(due * due))
    if not np.allclose(moved, share * due, rtol=1e-4, atol=1e-9):
        return finding
    advice = (
        f"It moved {share:.4g} times as far as it should: is lr written as a number, divided by something, or is there a second step "
        "somewhere?"
    )
    return Finding(finding.stage, finding.sentence, advice, "another length of the step")


def follows_the_steps(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare what each step returned, and say which step it was; what ``step`` returns does not matter."""
    if case.aspect == FIRST:
        return starts_well(expected, got)
    done: list[str] = []
    start = {step[1]: step[2] for step in case.steps if step[0] == "set"}
    for (verb, *inputs), e, g in zip(case.steps, expected, got, strict=True):
        if verb == "set" or verb == "step":
            done += [verb] if verb == "step" else []
            continue
        if verb == "get":
            where = f"{inputs[0]} after {'the step' if done.count('step') == 1 else 'three steps'}"
            finding = difference(e, g, where=where)
            if finding and done.count("step") == 1:
                finding = known_move(start[inputs[0]], e, g, finding)
        elif verb == "backward":
            finding = difference(e, g, names=GRADS)
            finding = finding and (known_form(e, g, finding) or finding)
            if finding and done.count("backward"):
                finding = Finding(finding.stage, "the second time " + finding.sentence, finding.advice)
        else:
            finding = difference(e, g, where="the logits")
            if finding and difference(softmax(e), g) is None:
                finding = Finding(finding.stage, finding.sentence, FORMS["softmax in forward"], "softmax in forward")
            elif finding and not done and (name := known_forward(case, inputs[0], e, g)):
                finding = Finding(finding.stage, finding.sentence, FORWARDS[name], name)
        done.append(verb)
        if finding:
            return finding
    return None
