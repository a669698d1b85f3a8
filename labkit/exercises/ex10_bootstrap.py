"""The exercise bootstrap_interval of 10_evaluation: how sure is a score?

Any way of drawing from rng is right, so the cases are such that chance decides nothing: the statistic takes a few values only,
and each end of the interval lies five standard errors and more inside the share of its value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.exercises.ex10_splits import generator
from labkit.grading.compare import close, difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.observe import revive
from labkit.grading.wire import Code, Rng

NOTEBOOK = "10_evaluation"
RNG = "its numbers"  # the aspect that asks whether the draws come from the rng that was passed in

ONE = "number of resamples"  # the aspect in which one value makes both ends

MEAN = Code("mean", "def mean(rows):\n    return rows.mean()\n")
LARGEST = Code("largest", "def largest(rows):\n    return rows.max()\n")
GAP = Code("largest_gap", "def largest_gap(rows):\n    return abs(rows[:, 0] - rows[:, 1]).max()\n")

# A Generator whose first 600 numbers are 0: whoever draws row numbers from it gets the same one each time.  (Later ones are not,
# because some draws are repeated until they are not 0, and would never end.)
ZERO_RNG = Code(
    "rng",
    "bits = np.random.MT19937(0)\n"
    "state = bits.state\n"
    "state['state']['key'][:] = 0\n"
    "state['state']['key'][-1], state['state']['pos'] = 12345, 0\n"
    "bits.state = state\n"
    "rng = np.random.Generator(bits)\n",
)


def bootstrap_cases(rng: np.random.Generator) -> list[Case]:
    def drawn() -> Rng:
        return generator(rng)

    def few_values() -> np.ndarray:
        """Return 7 numbers: 3 low ones, a middle one twice, the largest twice: (3/7)^7 = 0.003 and (5/7)^7 = 0.095."""
        low, middle, high = rng.uniform(0, 1, 3), rng.uniform(2, 3), rng.uniform(4, 5)
        return rng.permutation([*low, middle, middle, high, high])

    coins = np.array(
        [0.0, *rng.permutation(np.repeat([0.0, 1.0], 4)), 1.0]
    )  # 2.5 % lies between P(at most 1 of 10) = 0.011 and 0.055
    eight = rng.uniform(1, 2, 8)  # a power of 2: row numbers take the bits as they are
    gaps, start = few_values(), rng.uniform(-20, 20, 7)
    sign = rng.choice([-1, 1], 7)
    two = rng.uniform(1, 2) * np.array([1.0, 3.0])
    return [
        Case("five zeros and five ones", (MEAN, coins, drawn()), {"n_resamples": 2000}),
        Case("the largest of seven numbers", (LARGEST, few_values(), drawn()), {"n_resamples": 800}),
        Case("an interval of 50 %", (MEAN, coins, drawn()), {"n_resamples": 1200, "level": 0.5}, aspect="level"),
        Case(
            "rows that are pairs",
            (GAP, np.column_stack([start, start + sign * gaps]), drawn()),
            {"n_resamples": 800},
            aspect="rows stay whole",
        ),
        Case("what is usual", (LARGEST, few_values(), drawn()), aspect="defaults"),
        Case("two numbers", (MEAN, rng.permutation(two), drawn()), {"n_resamples": 300}, aspect="extremes"),
        Case("a single number", (MEAN, two[:1], drawn()), {"n_resamples": 20}, aspect="extremes"),
        Case("a single resample", (MEAN, rng.uniform(1, 2, 9), drawn()), {"n_resamples": 1}, aspect=ONE),
        Case("an rng that only draws zeros", (MEAN, eight, ZERO_RNG), {"n_resamples": 30}, aspect=RNG),
    ]


OTHER_RNG = (
    "another rng",
    "With an rng that only draws zeros every resample is one row, again and again, and the interval has no width; yours has one. The "
    "draws come from np.random or a generator of your own: use the rng that is passed.",
)
SAME = (
    "the same resample each time",
    "All resamples are the same, so the interval has no width: the rows are drawn once, before the loop, or a generator is made anew in it. Draw anew from "
    "rng for each.",
)
RESAMPLES = (
    "n_resamples not used",
    "With n_resamples = 1 there is a single value, and both ends are that value. Yours has another number of resamples: use n_resamples.",
)
same_interval = close("low", "high")


def interval(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the ends; those of a single resample are alike, and where rng only draws zeros, any row may be drawn all the time."""
    if isinstance(got, np.ndarray) and got.shape == (2,):
        got = tuple(got)  # np.quantile's own two: they can be unpacked like a tuple
    finding = same_interval(case, expected, got)
    if finding is None or finding.stage != "values":
        return finding
    low, high = (float(end) for end in got)
    alike = difference(low, high) is None
    if case.aspect == ONE:
        rows = revive(case.args[1])
        if alike and rows.min() <= low <= rows.max():
            return None
        return Finding("values", f"returned an interval from {low:.4g} to {high:.4g}.", RESAMPLES[1], RESAMPLES[0])
    if case.aspect != RNG:
        if alike and len(revive(case.args[1])) > 1:
            return Finding(finding.stage, finding.sentence, SAME[1], SAME[0])
        return finding
    if alike:
        return None
    return Finding("values", f"returned an interval from {low:.4g} to {high:.4g}.", OTHER_RNG[1], OTHER_RNG[0])


def columns_apart(statistic: Any, data: Any, rng: Any, *, n_resamples: int = 1000, level: float = 0.95) -> Any:
    n, values = len(data), []
    for _ in range(n_resamples):
        if data.ndim == 1:
            resample = data[rng.integers(0, n, n)]
        else:
            resample = np.column_stack([column[rng.integers(0, n, n)] for column in data.T])
        values.append(statistic(resample))
    return tuple(np.quantile(values, [(1 - level) / 2, (1 + level) / 2]))


def normal_interval(statistic: Any, data: Any, rng: Any, *, n_resamples: int = 1000, level: float = 0.95) -> Any:
    n = len(data)
    values = [statistic(data[rng.integers(0, n, n)]) for _ in range(n_resamples)]
    z = {0.95: 1.959964, 0.5: 0.67449}[level]
    return statistic(data) - z * np.std(values), statistic(data) + z * np.std(values)


def normal_around_the_mean(statistic: Any, data: Any, rng: Any, *, n_resamples: int = 1000, level: float = 0.95) -> Any:
    n = len(data)
    values = [statistic(data[rng.integers(0, n, n)]) for _ in range(n_resamples)]
    z = {0.95: 1.959964, 0.5: 0.67449}[level]
    return np.mean(values) - z * np.std(values), np.mean(values) + z * np.std(values)


def resample_of_a_resample(statistic: Any, data: Any, rng: Any, *, n_resamples: int = 1000, level: float = 0.95) -> Any:
    values = []
    for _ in range(n_resamples):
        data = data[rng.integers(0, len(data), len(data))]
        values.append(statistic(data))
    return tuple(np.quantile(values, [(1 - level) / 2, (1 + level) / 2]))


def shuffles_the_data(statistic: Any, data: Any, rng: Any, *, n_resamples: int = 1000, level: float = 0.95) -> Any:
    values = []
    for _ in range(n_resamples):
        rng.shuffle(data)
        values.append(statistic(data))
    return tuple(np.quantile(values, [(1 - level) / 2, (1 + level) / 2]))


BELL = (
    "This is a mean ± 1.96 standard deviations, which assumes a bell shape and can reach beyond what is possible. The percentile interval takes quantiles of "
    "the resampled values as they are."
)
DRAW = "data[rng.integers(0, n, n)]"
QUANTILE = "np.quantile(values, [(1 - level) / 2, (1 + level) / 2])"

BOOTSTRAP = Exercise(
    id="bootstrap_interval",
    notebook=NOTEBOOK,
    reference="labkit.reference.bootstrap:bootstrap_interval",
    title="How sure is a score?",
    points=2,
    cases=bootstrap_cases,
    judge=interval,
    mistakes=(
        Mistake(
            "without replacement",
            Edit(DRAW, "data[rng.permutation(n)]"),
            "Every resample gives the same value. Drawing without replacement only reorders the rows: draw n row numbers with repeats "
            "(rng.integers), and compute the statistic of what was drawn, not of the data.",
        ),
        Mistake(
            "one value for all resamples",
            Edit(
                "[statistic(data[rng.integers(0, n, n)]) for _ in range(n_resamples)]",
                "statistic(data[rng.integers(0, n, (n_resamples, n))])",
            ),
            "All resamples go into the statistic together, which gives one value. Call it once for each resample: it takes n rows and gives a number.",
        ),
        Mistake(
            "both tails at each end",
            Edit(QUANTILE, "np.quantile(values, [1 - level, level])"),
            "The interval is too narrow: 1 - level is the share of *both* tails together, so each end takes half of it, (1 - level) / 2.",
        ),
        Mistake(
            "level for what lies outside",
            Edit(QUANTILE, "np.quantile(values, [level / 2, 1 - level / 2])"),
            "level is the share *inside* the interval, and you cut off half of it at each end. What is cut off at each end is (1 - level) / 2.",
        ),
        Mistake(
            "nothing cut off below",
            Edit(QUANTILE, "np.quantile(values, [0, level])"),
            "The lower end is the smallest value of all. What lies outside is shared by both ends: (1 - level) / 2 each.",
        ),
        Mistake(
            "upper end at level",
            Edit(QUANTILE, "np.quantile(values, [(1 - level) / 2, level])"),
            "The upper end is the level quantile, so too much is cut off above. It is the (1 + level) / 2 quantile: as much above as below.",
        ),
        Mistake(
            "statistic not used",
            Edit("statistic(data[", "np.mean(data["),
            "Means are computed, whatever statistic was passed: call statistic(rows).",
        ),
        Mistake(
            "one row a resample",
            Edit(DRAW, "data[rng.integers(0, n, 1)]"),
            "Each resample is a single row. It has as many rows as the data: draw n row numbers.",
        ),
        Mistake(
            "first row never drawn",
            Edit(DRAW, "data[rng.integers(min(1, n - 1), n, n)]"),
            "The first row is never drawn: row numbers begin at 0.",
        ),
        Mistake(
            "resample of a resample",
            resample_of_a_resample,
            "Each resample is drawn from the one before, in which rows are missing already, so that in the end all rows are the same. Draw from the data each "
            "time: give the resample another name.",
        ),
        Mistake(
            "shuffles the data",
            shuffles_the_data,
            "The rows are shuffled, in the caller's array, too, and every statistic is that of the same n rows. Draw n row numbers *with* replacement.",
        ),
        Mistake("mean and standard deviations of the values", normal_around_the_mean, BELL),
        Mistake(RESAMPLES[0], Edit("range(n_resamples)", "range(1000)"), RESAMPLES[1]),
        Mistake(
            "level not used",
            Edit(QUANTILE, "np.quantile(values, [0.025, 0.975])"),
            "The ends are always those of 95 %. Compute the two quantiles from level.",
        ),
        Mistake(
            "percentile of a share",
            Edit("np.quantile(values,", "np.percentile(values,"),
            "np.percentile counts from 0 to 100: 0.025 is nearly the smallest value. Use np.quantile, or multiply by 100.",
        ),
        Mistake(
            "lowest and highest",
            Edit(QUANTILE, "(min(values), max(values))"),
            "These are the smallest and the largest of all resampled values, which drift apart as there are more of them. Take the two quantiles.",
        ),
        Mistake(
            SAME[0],
            Edit(
                "    n = len(data)\n",
                "    n, data = len(data), data[rng.integers(0, len(data), len(data))]\n",
                ((DRAW, "data"),),
            ),
            SAME[1],
        ),
        Mistake(
            "quantiles of the data",
            Edit("np.quantile(values,", "np.quantile(data,"),
            "These are quantiles of the data: they say where single rows lie. Take those of the resampled statistic.",
        ),
        Mistake(
            "mean and standard deviations",
            normal_interval,
            "This is the statistic ± 1.96 standard deviations, which assumes a bell shape and can reach beyond what is possible. The percentile "
            "interval takes quantiles of the resampled values as they are.",
        ),
        Mistake(
            "reflected",
            Edit(
                "    low, high = " + QUANTILE,
                "    high, low = 2 * statistic(data) - " + QUANTILE,
            ),
            "This is the reflected ('basic') interval, 2 * statistic - quantile. The percentile interval takes the quantiles themselves.",
        ),
        Mistake(
            "ends swapped",
            Edit("return float(low), float(high)", "return float(high), float(low)"),
            "The upper end comes first: return low, high.",
        ),
        Mistake(
            "wrong number of rows",
            Edit(DRAW, "data[rng.integers(0, n, n_resamples)]"),
            "Each resample has n_resamples rows. It must have as many rows as the data, n: an interval for more rows is too narrow.",
        ),
        Mistake(
            "last row never drawn",
            Edit(DRAW, "data[rng.integers(0, max(n - 1, 1), n)]"),
            "The last row is never drawn: rng.integers(0, n, …) already leaves n itself out.",
        ),
        Mistake(
            "pairs torn apart",
            columns_apart,
            "Each column is drawn by itself, so a prediction meets another row's truth. Draw row numbers once and take whole rows: data[rows].",
        ),
        Mistake(
            OTHER_RNG[0],
            Edit(
                "rng.integers(0, n, n)",
                "own.integers(0, n, n)",
                (("    n = len(data)\n", "    n, own = len(data), np.random.default_rng(0)\n"),),
            ),
            OTHER_RNG[1],
        ),
    ),
    hints=(
        "rows = rng.integers(0, n, n) are n row numbers, with repeats; data[rows] is a resample.",
        "Collect statistic(data[rows]) in a list, n_resamples times.",
        "The two ends are np.quantile(values, (1 - level) / 2) and np.quantile(values, (1 + level) / 2).",
    ),
)
