"""The first exercises of 11_tuning: numbers spread over orders of magnitude, and every combination of choices."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Rng

NOTEBOOK = "11_tuning"
REFERENCE = "labkit.reference.search_space:"
BOUNDS = "bounds that are refused"

# ------------------------------------------------------------------------------------------------- log-uniform


def sample_cases(rng: np.random.Generator) -> list[Case]:
    a, b, c, d, e, f = (Rng(int(seed)) for seed in rng.integers(10**6, size=6))
    low, high = 10 ** rng.uniform(-5, -4), 10 ** rng.uniform(-0.5, -0.1)
    return [
        Case("2000 learning rates between 0.0001 and 1", (1e-4, 1.0, 2000, a)),
        Case("500 numbers between other bounds", (float(low), float(high), 500, b)),
        Case("numbers above 1", (3.0, 3e6, 60, c), aspect="other sizes and bounds"),
        Case("a narrow range", (0.2, 0.3, 40, d), aspect="other sizes and bounds"),
        Case("whole numbers as bounds", (8, 512, 50, e), aspect="other sizes and bounds"),
        Case("a single number", (1e-3, 10.0, 1, f), aspect="other sizes and bounds"),
        Case("bounds that are swapped", (1.0, 1e-4, 5, a), aspect=BOUNDS),
        Case("bounds that are equal", (0.5, 0.5, 5, d), aspect=BOUNDS),
        Case("a lower bound of 0", (0.0, 1.0, 5, b), aspect=BOUNDS),
        Case("a negative lower bound", (-1.0, 1.0, 5, c), aspect=BOUNDS),
    ]


SAYS = {
    "uniform": "These numbers are uniform themselves: between 0.0001 and 1 nine in ten lie above 0.1, and hardly any near the lower "
    "end. It is the *logarithm* that must be uniform.",
    "from high to low": "The bounds have changed places: the draw runs from high down to low. The smallest number that rng can give belongs to low.",
    "put in order": "The right numbers, put in order of size. Whoever takes the first ten of them would try small ones only: leave them as drawn.",
    "another rng": "The numbers are spread as they should be, but they are not those that the rng gives: draw from the rng that is passed, once, "
    "with rng.uniform, so that the search can be repeated.",
}


def spread(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the numbers; where they differ, say how they are spread."""
    finding = difference(expected, got)
    if finding is None or finding.stage != "values" or np.size(expected) < 50:
        return finding
    low, high = float(case.args[0]), float(case.args[1])
    x = np.asarray(got, dtype=float)
    if x.min() < 0.999 * low or x.max() > 1.001 * high:
        advice = f"Some lie outside the bounds: the smallest is {x.min():.4g}, the largest {x.max():.4g}."
        return Finding("values", finding.sentence, advice)
    if x.size > 50 and len(np.unique(x)) <= x.size // 2:
        advice = f"There are only {len(np.unique(x))} different numbers among them: every number between the bounds must be possible."
        return Finding("values", finding.sentence, advice)
    if (np.diff(x) > 0).all() and np.allclose(x, np.sort(expected)):
        return Finding("values", finding.sentence, SAYS["put in order"], "put in order")
    if (np.diff(x) > 0).all():
        return Finding(
            "values", finding.sentence, "They lie in order, at even distances: nothing was drawn. Ask the rng."
        )
    if np.allclose(x * expected, low * high):
        return Finding("values", finding.sentence, SAYS["from high to low"], "from high to low")
    v, n = np.sort(np.log(x / low) / np.log(high / low)), x.size
    u = np.sort((x - low) / (high - low))
    even = np.arange(n) / n
    distance, plain = (float(np.abs(s - even).max()) for s in (v, u))  # Kolmogorov's, nearly
    limit = 2 / np.sqrt(n)  # an honest draw is farther away once in 1500 times
    if distance < limit:
        return Finding("values", finding.sentence, SAYS["another rng"], "another rng")
    if plain < limit:
        return Finding("values", finding.sentence, SAYS["uniform"], "uniform")
    advice = "Draw a histogram of np.log10 of your numbers: it has to be flat from the lower bound to the upper one."
    return Finding("values", finding.sentence, advice)


DRAW = "np.exp(rng.uniform(np.log(low), np.log(high), size))"

SAMPLE = Exercise(
    id="sample_log_uniform",
    notebook=NOTEBOOK,
    reference=REFERENCE + "sample_log_uniform",
    title="Draw over orders of magnitude",
    cases=sample_cases,
    judge=spread,
    mistakes=(
        Mistake("uniform", Edit(DRAW, "rng.uniform(low, high, size)"), SAYS["uniform"]),
        Mistake("from high to low", Edit(DRAW, "high * (low / high) ** rng.random(size)"), SAYS["from high to low"]),
        Mistake("another rng", Edit("rng.uniform(", "np.random.default_rng(0).uniform("), SAYS["another rng"]),
        Mistake(
            "logarithms returned",
            Edit(DRAW, "rng.uniform(np.log(low), np.log(high), size)"),
            "These are the logarithms. The way back is missing: exp of what was drawn.",
        ),
        Mistake(
            "base-10 logarithms returned",
            Edit(DRAW, "rng.uniform(np.log10(low), np.log10(high), size)"),
            "These are the exponents. The way back is missing: 10 to the power of what was drawn.",
        ),
        Mistake(
            "bases mixed",
            Edit("np.exp(", "10.0 ** ("),
            "The logarithm is the natural one and the way back is with 10: take exp with log, or 10 ** with log10.",
        ),
        Mistake(
            "bases mixed the other way",
            Edit("np.log(low), np.log(high)", "np.log10(low), np.log10(high)"),
            "The logarithm is to base 10 and the way back is exp: take 10 ** with log10, or exp with log.",
        ),
        Mistake(
            "log of a uniform draw",
            Edit(DRAW, "np.log(rng.uniform(np.exp(low), np.exp(min(high, 700)), size))"),
            "Inside out: first the logarithm of the *bounds*, then the draw, then exp.",
        ),
        Mistake(
            "exp of a uniform draw",
            Edit("np.log(low), np.log(high)", "low, high"),
            "The draw runs between the bounds themselves, and exp is taken of that. First the logarithm of both bounds, then the draw, then exp.",
        ),
        Mistake(
            "size ignored",
            Edit(", size))", "))"),
            "It is a single number: rng.uniform takes size as its third argument and then gives that many.",
        ),
        Mistake(
            "100 numbers always",
            Edit(", size))", ", 100))"),
            "There are 100 numbers whatever size says: pass size on to rng.uniform.",
        ),
        Mistake(
            "a column",
            Edit(", size))", ", (size, 1)))"),
            "The numbers come as a column. A plain row of them is asked for, (size,): the third argument of rng.uniform is just size.",
        ),
        Mistake(
            "cut to whole numbers",
            Edit(DRAW, f"{DRAW}.astype(int)"),
            "The numbers are cut to whole ones, which makes 0 of nearly every learning rate. Leave them as they are drawn.",
        ),
        Mistake(
            "uniform between the roots",
            Edit(DRAW, "rng.uniform(low**0.5, high**0.5, size) ** 2"),
            "The roots are uniform here, and not the logarithms: that helps a little, and still leaves the small numbers out.",
        ),
        Mistake(
            "uniform in 1/x",
            Edit(DRAW, "1 / rng.uniform(1 / high, 1 / low, size)"),
            "It is 1/x that is uniform here, so nearly all numbers lie at the lower end. It must be the logarithm.",
        ),
        Mistake(
            "one number repeated",
            Edit(DRAW, "np.full(size, np.exp(rng.uniform(np.log(low), np.log(high))))"),
            "It is one number, size times over: pass size to rng.uniform.",
        ),
        Mistake(
            "equal bounds let through",
            Edit("if not 0 < low < high:", "if not 0 < low <= high:"),
            "Equal bounds must be refused with ValueError, too: there is nothing to choose between them.",
        ),
        Mistake(
            "bounds put in order",
            Edit("if not 0 < low < high:", "low, high = min(low, high), max(low, high)\n    if not 0 < low < high:"),
            "Swapped bounds are put in order without a word. Whoever swapped them should hear of it: raise ValueError.",
        ),
        Mistake(
            "bounds not checked",
            Edit("if not 0 < low < high:", "if low <= 0:", ((DRAW, "low * (high / low) ** rng.random(size)"),)),
            "Swapped bounds must be refused with ValueError: without a check they give numbers as if nothing were wrong.",
        ),
    ),
    hints=(
        "On a logarithmic axis the numbers must lie evenly. So draw on that axis: which are its two ends?",
        "np.log(low) and np.log(high) are the ends; `rng.uniform(left, right, size)` draws between them.",
        "np.exp brings what was drawn back. Before all that: `if not 0 < low < high: raise ValueError(...)`.",
    ),
)

# -------------------------------------------------------------------------------------------------------- grid


def grid_cases(rng: np.random.Generator) -> list[Case]:
    lr = tuple(float(f"{v:.1e}") for v in (0.1, 0.01, 0.001) * rng.uniform(1.1, 9.9, 3))
    width = tuple(int(v) for v in rng.permutation(np.arange(8, 65, 8))[:2])
    depth = tuple(int(v) for v in rng.permutation(5)[:4])
    return [
        Case("two names", ({"lr": lr, "depth": depth},)),
        Case("three names", ({"width": width, "lr": lr, "depth": depth},)),
        Case("as many values of each name", ({"lr": lr, "l2": lr[::-1]},)),
        Case("a single name", ({"lr": lr},), aspect="few values"),
        Case("one value each", ({"lr": lr[:1], "depth": depth[:1]},), aspect="few values"),
        Case("a name without values", ({"lr": lr, "depth": ()},), aspect="nothing to choose"),
        Case("no names at all", ({},), aspect="nothing to choose"),
        Case("texts", ({"activation": ("relu", "tanh"), "lr": lr},), aspect="kinds of values"),
        Case("an array of values", ({"l2": rng.uniform(0, 1, 3), "width": width},), aspect="kinds of values"),
    ]


LIST = "A list of dicts is asked for, one dict {name: value} for each combination: [{...}, {...}, ...]."
NAMES_ORDER = "Each dict has the names in the order of values: what is added to a dict comes last, as in {**config, name: option}."


def combinations(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare lists of dicts: each must have the same names and values, no more."""
    if got is not None and not isinstance(got, list | tuple):
        finding = difference(expected, got)
        return finding and Finding(finding.stage, finding.sentence, LIST)
    if got is None:
        return difference(expected, got)
    if len(got) != len(expected):
        sizes = " × ".join(str(len(options)) for options in case.args[0].values()) or "1, the empty one"
        advice = f"The number of combinations is {sizes}: every value of a name meets every value of the others."
        return Finding("shape", f"returned {len(got)} items; expected {len(expected)}.", advice)
    for i, (e, g) in enumerate(zip(expected, got, strict=True)):
        if isinstance(g, dict) and (more := [name for name in g if name not in e]):
            return Finding("type", f"has the name {more[0]!r} in dict {i}.", f"Names asked for: {', '.join(e)}.")
        if isinstance(g, dict) and list(g) == list(e)[::-1] != list(e):
            return Finding(
                "values",
                f"has the names in the order {', '.join(g)} in dict {i}; expected {', '.join(e)}.",
                NAMES_ORDER,
            )
        if finding := difference(e, g, where=f"[{i}]"):
            if finding.stage == "values" and _sorted(expected) == _sorted(got):
                order = "The combinations are right, but their order is another: from one dict to the next the last name's value changes."
                return Finding("values", finding.sentence, order)
            return finding
    return None


def _sorted(configs: Any) -> list[str]:
    return sorted(str(sorted(config.items())) if isinstance(config, dict) else "" for config in configs)


def one_at_a_time(values: Any) -> Any:
    first = {name: options[0] for name, options in values.items() if len(options)}
    return [{**first, name: option} for name, options in values.items() for option in options]


def zipped(values: Any) -> Any:
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=False)]


def one_dict(values: Any) -> Any:
    configs: list[dict] = [{}]
    for name, options in values.items():
        configs = [{**config, name: option} for config in configs for option in options]
    config: dict = {}
    return [config for one in configs if config.update(one) is None]


LOOP = "for name, options in values.items():"

GRID = Exercise(
    id="grid",
    notebook=NOTEBOOK,
    reference=REFERENCE + "grid",
    title="Every combination",
    cases=grid_cases,
    judge=combinations,
    mistakes=(
        Mistake(
            "first name changes first",
            Edit("for config in configs for option in options", "for option in options for config in configs"),
            "The combinations are right, but the *first* name's value changes from one dict to the next; it must be the last name's.",
        ),
        Mistake(
            "zipped",
            zipped,
            "The values are taken side by side: first with first, second with second. A grid has every combination.",
        ),
        Mistake(
            "one name at a time",
            one_at_a_time,
            "Only one name changes at a time while the others keep their first value. A grid has every combination.",
        ),
        Mistake(
            "one dict for all",
            one_dict,
            "All entries are one and the same dict, which has been changed on the way: make a new dict for each combination.",
        ),
        Mistake(
            "values without names",
            Edit("return configs", "return [tuple(config.values()) for config in configs]"),
            "These are the values alone. Each combination is a dict {name: value}.",
        ),
        Mistake(
            "names sorted",
            Edit(
                "values.items()",
                "sorted(values.items())",
            ),
            "The names are sorted by the alphabet, which changes the order of the combinations: take them in the order in which they are given.",
        ),
        Mistake(
            "started from nothing",
            Edit("[{}]", "[]"),
            "The list that is extended starts without a single dict, so there is nothing to extend, and it stays empty. Start with a list that holds one empty dict.",
        ),
        Mistake(
            "return inside the loop",
            Edit("    return configs", "        return configs\n    return configs"),
            "Only the first name is in the grid: is the `return` indented into the loop over the names?",
        ),
        Mistake(
            "last value left out",
            Edit("for option in options", "for option in options[:-1]"),
            "The last value of each name is never used. A slice [:-1] leaves the last one out, and so does range(len(options) - 1).",
        ),
        Mistake(
            "a dict for each value",
            Edit(
                "[{**config, name: option} for config in configs for option in options]",
                "[*configs[name == next(iter(values)) :], *({name: option} for option in options)]",
            ),
            "Each dict has a single name. A combination has a value of *every* name: extend the dicts that are there.",
        ),
        Mistake(
            "whole lists as values",
            Edit("name: option}", "name: options}"),
            "The dicts hold all values of a name at once. Each combination has one value of each name: option, not options.",
        ),
        Mistake(
            "positions for values",
            Edit("for option in options", "for option in range(len(options))"),
            "The dicts hold positions 0, 1, 2 … The values at these positions are asked for.",
        ),
        Mistake(
            "names without values skipped",
            Edit("        configs = ", "        if len(options) == 0:\n            continue\n        configs = "),
            "A name without values is passed over. But a combination needs a value of every name, and there is none: the list is empty.",
        ),
        Mistake(
            "no combination of nothing",
            Edit("    return configs", "    return configs if values else []"),
            "Without any names there is one combination, the empty dict, just as a product of no factors is 1. Does an `if` of yours say otherwise?",
        ),
    ),
    hints=(
        "With one name it is a list of dicts with one entry each. What happens to that list when a second name comes?",
        "Start with a list that holds one empty dict. For each name, replace the list: every dict so far, with every value added.",
        "`{**config, name: option}` is a new dict with one entry more. Two loops in one list: configs outside, options inside.",
    ),
)
