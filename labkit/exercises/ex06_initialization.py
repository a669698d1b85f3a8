"""The first exercise of 06_networks: first weights, judged by how they are spread and never by their values."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code, Rng

SIZES = [80, 50, 60]  # so many weights that their spread tells He's rule from its neighbours: 4000 and 3000
FOLLOWS = "drawn from rng"

# A generator that only knows zero: a Mersenne twister whose memory is zeros never leaves them. Every normal draw
# from it is its mean, so that weights which differ here do not come from rng.
ONLY_ZERO = Code(
    "rng",
    "bits = np.random.MT19937(0)\n"
    "bits.state = {'bit_generator': 'MT19937', 'state': {'key': np.zeros(624, np.uint32), 'pos': 624}}\n"
    "rng = np.random.Generator(bits)\n",
)


def init_cases(rng: np.random.Generator) -> list[Case]:
    seed = int(rng.integers(10**6))
    return [
        Case("a network with one hidden layer", (list(SIZES), Rng(seed))),
        Case("four layers of different sizes", ([2, 8, 5, 7, 3], Rng(seed + 1)), aspect="shapes"),
        Case("a single layer", ([6, 1], Rng(seed + 2)), aspect="shapes"),
        Case("a generator that only draws the mean", ([9, 7, 4], ONLY_ZERO), aspect=FOLLOWS),
        Case("one size alone", ([5], Rng(seed)), aspect="too few sizes"),
    ]


START = {
    "all zeros": "The first weights are zero. Then no signal passes, and with ReLU no gradient either: nothing would ever be "
    "learned. Draw them at random.",
    "equal weights": "Units of a layer start with the same weights. They compute the same, get the same gradient and stay the same "
    "for ever, so that the layer has in truth one unit: every weight needs a draw of its own.",
    "variance for standard deviation": "2 / d_in is the variance of He's rule; rng.normal asks for the standard deviation, its root.",
    "no factor 2": "The spread is sqrt(1 / d_in). He's rule has a 2 in it, because ReLU stops half of the signal: sqrt(2 / d_in).",
    "fan-out for fan-in": "The spread follows the number of outputs of each matrix. In He's rule it is the number of its inputs, its rows.",
    "not scaled": "The weights have a standard deviation of 1. He's rule makes them smaller where many inputs are added: sqrt(2 / d_in).",
    "Glorot's rule": "This is Glorot's rule, which looks at inputs and outputs together. He's rule, made for ReLU, has the inputs alone: "
    "sqrt(2 / d_in).",
    "uniform between the spreads": "The weights are spread evenly between minus and plus sqrt(2 / d_in). That number is to be the standard "
    "deviation of a normal distribution: rng.normal.",
    "uniform": "The weights are spread evenly between two bounds. A normal distribution is asked for: rng.normal.",
    "rng not used": "The numbers do not come from the rng that is passed in, so nobody could make the same network again. Draw "
    "with rng.normal(…), not from np.random or a generator of your own.",
    "same spread for all layers": "All layers have the same spread. He's rule follows the number of inputs of each layer: sqrt(2 / d_in), "
    "with the d_in of that layer.",
    "root of the 2 only": "Only the 2 is under the root. He's rule takes the root of the whole quotient: sqrt(2 / d_in).",
    "no negative weights": "No weight is negative. He's rule draws both signs, with mean 0: rng.normal, neither rng.random nor an absolute value.",
    "drawn from the last layer": "The draws start at the output. The first layer's weights are drawn first, then the next ones: the same rng must "
    "give the same network to everybody.",
    "one list for all": "Weights and biases stand one after the other. Each layer is one pair: append((w, b)), two brackets.",
    "weights and biases apart": "These are two lists. One list is asked for, with a pair (w, b) for each layer.",
    "b before w": "The pairs are (b, w). The weights come first: (w, b).",
    "bias of the inputs": "The biases are as many as the inputs of the layer. Each output has a bias: np.zeros(d_out).",
    "w transposed": "The matrices are (d_out, d_in). Rows are inputs and columns are outputs: (d_in, d_out), so that x @ w works.",
    "one layer only": "Only the first layer comes back: does the `return` stand inside of the loop?",
    "last layer missing": "The last layer is missing: L + 1 sizes make L layers.",
    "biases not zero": "The biases start at zero: np.zeros(d_out). Only the weights are drawn.",
}


def starts_well(case: Case, expected: Any, got: Any) -> Finding | None:
    """Return what is wrong with the first weights, however they were drawn: shapes, zero biases, spread, source."""
    if finding := difference(_zeros(expected), _zeros(got)):
        if name := _form(_zeros(expected), _zeros(got)):
            return Finding(finding.stage, finding.sentence, START[name], name)
        form = "A list with one pair (w, b) for each layer is asked for: w of shape (d_in, d_out), b of shape (d_out,)."
        return Finding(finding.stage, finding.sentence, finding.advice or form)
    params = [(np.asarray(w, dtype=float), np.asarray(b, dtype=float)) for w, b in got]
    for i, (_, b) in enumerate(params):
        if b.any():
            return _named(
                "biases not zero", f"returned a bias other than 0 in layer {i}: {b[np.flatnonzero(b)[0]]:.4g}."
            )
    if case.aspect == FOLLOWS:
        if any(np.ptp(w) for w, _ in params):
            return _named(
                "rng not used", "returned weights that differ, although every draw from this rng is the same."
            )
        return None
    for i, (w, _) in enumerate(params):
        if not w.any():
            return _named("all zeros", f"returned weights that are all zero in layer {i}.")
        if np.unique(w, axis=1).shape[1] < w.shape[1] or (w.size > 1 and not np.ptp(w)):
            return _named("equal weights", f"returned equal columns of weights in layer {i}.")
    if len(params) > 1 and _backwards(case, params):
        return _named("drawn from the last layer", "returned weights that were drawn in another order of layers.")
    return _spread(params) if case.args[0] == SIZES else None


def _backwards(case: Case, params: list) -> bool:
    """Whether these are He's weights, drawn from the output to the input."""
    sizes, seed = case.args
    rng = np.random.default_rng(seed.seed)
    layers = reversed(list(pairwise(sizes)))
    drawn = [rng.normal(0.0, np.sqrt(2 / d_in), (d_in, d_out)) for d_in, d_out in layers]
    return all(np.allclose(w, other, rtol=1e-5) for (w, _), other in zip(params, reversed(drawn), strict=True))


def _form(expected: list, got: Any) -> str:
    """Return the name of a familiar other form of the parameters, or nothing."""
    ws, bs = [w for w, _ in expected], [b for _, b in expected]
    forms = {
        "one list for all": [part for pair in expected for part in pair],
        "weights and biases apart": [ws, bs],
        "b before w": [(b, w) for w, b in expected],
        "bias of the inputs": [(w, np.zeros(len(w))) for w in ws],
        "w transposed": [(w.T, b) for w, b in expected],
        "one layer only": expected[:1],
        "last layer missing": expected[:-1],
    }
    apart = [list(part) for part in got] if isinstance(got, list) and all(isinstance(p, tuple) for p in got) else got
    return next(
        (
            name
            for name, form in forms.items()
            if difference(form, apart if name == "weights and biases apart" else got) is None
        ),
        "",
    )


def _zeros(params: Any) -> Any:
    """Return the parameters with their finite numbers set to 0 and their pairs as tuples: their form alone."""
    if not isinstance(params, list | tuple):
        return params
    pairs = [tuple(pair) if isinstance(pair, list | tuple) else pair for pair in params]
    return [tuple(map(_zero, pair)) if isinstance(pair, tuple) else pair for pair in pairs]


def _zero(part: Any) -> Any:
    numbers = isinstance(part, np.ndarray) and part.dtype.kind in "fiu" and bool(np.isfinite(part).all())
    return np.zeros(part.shape) if numbers else part


def _spread(params: list) -> Finding | None:
    n_in, n_out = np.array(SIZES[:-1]), np.array(SIZES[1:])
    if any(w.min() >= 0 for w, _ in params):
        return _named("no negative weights", "returned a layer without any negative weight.")
    stds = np.array([w.std() for w, _ in params])
    he = np.sqrt(2 / n_in)
    sentence = f"returned weights with standard deviations {stds[0]:.4f} and {stds[1]:.4f}; expected about {he[0]:.4f} and {he[1]:.4f}."
    known = {
        "no factor 2": np.sqrt(1 / n_in),
        "variance for standard deviation": 2 / n_in,
        "fan-out for fan-in": np.sqrt(2 / n_out),
        "not scaled": np.ones(2),
        "Glorot's rule": np.sqrt(2 / (n_in + n_out)),
        "uniform between the spreads": he / np.sqrt(3),
        "root of the 2 only": np.sqrt(2) / n_in,
    }
    for name, other in known.items():
        if np.allclose(stds, other, rtol=0.07):  # five standard errors of a spread from 3000 numbers
            return _named(name, sentence)
    if not np.allclose(stds, he, rtol=0.07) and abs(stds[0] / stds[1] - 1) < 0.05:
        return _named("same spread for all layers", sentence)
    if not np.allclose(stds, he, rtol=0.07):
        return Finding(
            "values", sentence, "He's rule: the standard deviation is sqrt(2 / number of rows of the matrix)."
        )
    for i, (w, _) in enumerate(params):
        if abs(w.mean()) > 5 * w.std() / np.sqrt(w.size):
            text = f"returned weights with a mean of {w.mean():.4f} in layer {i}; expected about 0."
            return Finding("values", text, "He's rule has mean 0: weights of both signs, as many of each.")
        if np.mean((w / w.std()) ** 4) < 2.4:  # 3 for a normal distribution, 1.8 for a uniform one
            return _named("uniform", f"returned weights without tails in layer {i}.")
    return None


def _named(name: str, sentence: str) -> Finding:
    return Finding("values", sentence, START[name], name)


HE = "np.sqrt(2 / d_in)"
DRAW = f"rng.normal(0.0, {HE}, (d_in, d_out))"

WRONG = {
    "all zeros": Edit(DRAW, "np.zeros((d_in, d_out))"),
    "equal weights": Edit(DRAW, "np.full((d_in, d_out), rng.normal())"),
    "variance for standard deviation": Edit(HE, "2 / d_in"),
    "no factor 2": Edit(HE, "np.sqrt(1 / d_in)"),
    "fan-out for fan-in": Edit(HE, "np.sqrt(2 / d_out)"),
    "not scaled": Edit(DRAW, "rng.standard_normal((d_in, d_out))"),
    "Glorot's rule": Edit(HE, "np.sqrt(2 / (d_in + d_out))"),
    "uniform between the spreads": Edit(DRAW, f"rng.uniform(-{HE}, {HE}, (d_in, d_out))"),
    "uniform": Edit(DRAW, "rng.uniform(-np.sqrt(6 / d_in), np.sqrt(6 / d_in), (d_in, d_out))"),
    "rng not used": Edit("rng.normal", "np.random.default_rng(0).normal"),
    "same spread for all layers": Edit(HE, "np.sqrt(2 / layer_sizes[0])"),
    "root of the 2 only": Edit(HE, "np.sqrt(2) / d_in"),
    "no negative weights": Edit(DRAW, f"np.abs({DRAW})"),
    "drawn from the last layer": Edit(
        "for i in range(len(layer_sizes) - 1):",
        "for i in reversed(range(len(layer_sizes) - 1)):",
        (("params.append((", "params.insert(0, ("),),
    ),
    "one list for all": Edit("params.append((w, np.zeros(d_out)))", "params += [w, np.zeros(d_out)]"),
    "weights and biases apart": Edit("return params", "return [w for w, _ in params], [b for _, b in params]"),
    "b before w": Edit("(w, np.zeros(d_out))", "(np.zeros(d_out), w)"),
    "bias of the inputs": Edit("np.zeros(d_out)", "np.zeros(d_in)"),
    "w transposed": Edit("(w, np.zeros(d_out))", "(w.T, np.zeros(d_out))"),
    "one layer only": Edit("    return params", "    return params[:1]"),
    "last layer missing": Edit("range(len(layer_sizes) - 1)", "range(len(layer_sizes) - 2)"),
    "biases not zero": Edit("np.zeros(d_out)", "0.1 * np.ones(d_out)"),
}

INIT = Exercise(
    id="init_params",
    notebook="06_networks",
    reference="labkit.reference.mlp:init_params",
    title="First weights",
    cases=init_cases,
    judge=starts_well,
    mistakes=tuple(Mistake(name, wrong, START[name]) for name, wrong in WRONG.items()),
    hints=(
        "One pair (w, b) for each step from one size to the next: three sizes make two layers.",
        "Go through neighbours: layer_sizes[i] inputs and layer_sizes[i + 1] outputs. Look at the shapes in the statement.",
        "w is rng.normal(0, the standard deviation of He's rule, (d_in, d_out)), b is np.zeros(d_out). Append the pair to a list.",
        "Before the loop: if len(layer_sizes) < 2, raise ValueError with a sentence.",
    ),
)
