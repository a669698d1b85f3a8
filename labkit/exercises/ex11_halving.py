"""The tournament of 11_tuning: who is measured on which rung, and who goes on."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code

NOTEBOOK = "11_tuning"
NAMES = ("best_config", "best_score", "rungs")
FEW = "numbers that do not divide"


def learners(rng: np.random.Generator, n: int) -> tuple[dict[str, float], ...]:
    """Return n configs whose ranking turns round: who is ahead after a short training has the lowest ceiling."""
    ceiling = np.linspace(0.5, 0.9, n) + rng.uniform(-0.1, 0.1, n) / n
    speed = 1.0 / (1 + np.arange(n)) ** 0.8
    return tuple({"ceiling": float(ceiling[i]), "speed": float(speed[i])} for i in rng.permutation(n))


EVALUATE = Code(
    "evaluate",
    'def evaluate(config, budget):\n    return float(config["ceiling"] * (1 - np.exp(-config["speed"] * budget)))\n',
)
OVERFITS = Code(
    "evaluate",
    "def evaluate(config, budget):\n"
    '    return float(-(1.2 - config["ceiling"]) - 0.1 * np.log(budget) * (1.5 - config["speed"]))\n',
)
PLAIN = Code("evaluate", "def evaluate(config, budget):\n    return float(config + 0.001 * budget)\n")


def budget(first: int) -> Code:
    """Return a first budget that ends a tournament without an end, before its numbers fill the memory."""
    source = (
        "class Budget(int):\n"
        "    def __mul__(self, other):\n"
        "        if self > 10**9:\n"
        "            raise RuntimeError('the tournament does not end: the budget has grown beyond 1000000000. How many are still in: none? (n // eta "
        "may be 0, and at least one goes on)')\n"
        "        return Budget(int(self) * other)\n"
        "    __rmul__ = __mul__\n"
        f"min_budget = Budget({first})\n"
    )
    return Code("min_budget", source)


def halving_cases(rng: np.random.Generator) -> list[Case]:
    numbers = np.linspace(0, 1, 12)[rng.permutation(12)]
    return [
        Case("9 configs, of which a third goes on", (learners(rng, 9), EVALUATE, budget(1))),
        Case("16 configs, of which a half goes on", (learners(rng, 16), EVALUATE, budget(2)), {"eta": 2}),
        Case("scores that fall as the budget grows", (learners(rng, 9), OVERFITS, budget(1)), aspect="kinds of scores"),
        Case("configs that are numbers in an array", (numbers, PLAIN, budget(5)), {"eta": 2}, aspect="kinds of scores"),
        Case("14 configs, of which a third goes on", (learners(rng, 14), EVALUATE, budget(3)), aspect=FEW),
        Case(
            "11 configs, of which a quarter goes on", (learners(rng, 11), EVALUATE, budget(1)), {"eta": 4}, aspect=FEW
        ),
        Case("a single config", (learners(rng, 1), EVALUATE, budget(4)), aspect="few configs"),
        Case("2 configs, of which a third goes on", (learners(rng, 2), EVALUATE, budget(1)), aspect="few configs"),
    ]


def tournament(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the rungs first, who was in and with which budget; then the winner."""
    if not isinstance(got, list | tuple) or len(got) != 3 or not isinstance(got[2], list | tuple):
        return difference(expected, got, names=NAMES)
    for k, rung in enumerate(got[2][: len(expected[2])]):
        if finding := _rung(k + 1, expected[2][k], rung):
            return finding
    if len(got[2]) != len(expected[2]):
        more = "goes on after" if len(got[2]) > len(expected[2]) else "ends before"
        return Finding(
            "shape",
            f"returned {len(got[2])} rungs; expected {len(expected[2])}.",
            f"The tournament {more} the rung on which only one is in: that one is measured, and then it has won.",
        )
    return difference(expected, got, names=NAMES)


def _rung(number: int, expected: Any, got: Any) -> Finding | None:
    """Return what is wrong with one rung, counted from 1."""
    where = f"rung {number}"
    if not isinstance(got, list | tuple) or len(got) != 2 or not isinstance(got[1], dict):
        return Finding(
            "type",
            f"returned something else as {where} than a budget and a dict.",
            "Append (budget, scores), where scores is a dict {position in configs: score}.",
        )
    if finding := difference(expected[0], got[0], where=f"the budget of {where}"):
        return Finding(
            finding.stage, finding.sentence, "The first rung has min_budget; from rung to rung it is multiplied by eta."
        )
    (_, e), (_, g) = expected, got
    if e.keys() == g.keys():
        return difference(e, g, where=f"the scores of {where}, config ")
    if len(e) != len(g):
        return Finding(
            "values",
            f"measured {len(g)} configs on {where}; expected {len(e)}.",
            "Of n that were in, the best n // eta go on, at least one; and only they are measured again.",
        )
    return Finding(
        "values",
        f"measured the configs at the positions {_listed(g)} on {where}; expected {_listed(e)}.",
        "As many as should be, but others: the keys are positions in configs, and those with the highest scores of the rung before go on.",
    )


def _listed(scores: dict) -> str:
    names = sorted(scores, key=lambda name: (len(name), name))
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")


def all_measured_again(configs: Any, evaluate: Any, min_budget: Any, eta: int = 3) -> Any:
    n_in, budget, rungs = len(configs), min_budget, []
    while True:
        scores = {i: evaluate(configs[i], budget) for i in range(len(configs))}
        rungs.append((budget, scores))
        if n_in == 1:
            best = max(scores, key=lambda i: scores[i])
            return configs[best], scores[best], rungs
        n_in, budget = max(1, n_in // eta), budget * eta


MEASURE = "scores = {i: evaluate(configs[i], budget) for i in still_in}"
KEEP = "max(1, len(ranked) // eta)"
GROW = "budget = budget * eta"
WON = "return configs[still_in[0]], scores[still_in[0]], rungs"

HALVING = Exercise(
    id="successive_halving",
    notebook=NOTEBOOK,
    reference="labkit.reference.halving:successive_halving",
    title="A tournament",
    probe="loop",
    points=2,
    cases=halving_cases,
    judge=tournament,
    mistakes=(
        Mistake(
            "the worst go on",
            Edit(", reverse=True", ""),
            "The configs with the *lowest* scores go on. Higher is better: sort downwards.",
        ),
        Mistake(
            "budget does not grow",
            Edit(GROW, "budget = budget * 1"),
            "Every rung has the same budget. Those that go on deserve a longer look: multiply the budget by eta from rung to rung.",
        ),
        Mistake(
            "budget grows by addition",
            Edit(GROW, "budget = budget + min_budget"),
            "The budget grows by min_budget from rung to rung; it must be *multiplied* by eta, so that every rung costs about the same.",
        ),
        Mistake(
            "budget grows before the first rung",
            Edit("budget, rungs = min_budget, []", "budget, rungs = min_budget * eta, []"),
            "The first rung already has eta times min_budget: let the budget grow at the end of a rung.",
        ),
        Mistake(
            "half go on, whatever eta",
            Edit(KEEP, "max(1, len(ranked) // 2)"),
            "Half of them go on, whatever eta is: it is one in eta, len // eta.",
        ),
        Mistake(
            "budget doubles, whatever eta",
            Edit(GROW, "budget = budget * 2"),
            "The budget doubles, whatever eta is: multiply it by eta.",
        ),
        Mistake(
            "rounded up",
            Edit(KEEP, "-(-len(ranked) // eta)"),
            "The number that goes on is rounded up, or to the nearest; n // eta rounds down (but at least one goes on).",
        ),
        Mistake(
            "eta of them go on",
            Edit(KEEP, "max(1, min(eta, len(ranked) - 1))"),
            "Always eta configs go on. It is one *in* eta: the number that was in, divided by eta.",
        ),
        Mistake(
            "all measured again",
            all_measured_again,
            "All configs are measured on every rung, those that are out as well. That is what the tournament is meant to save.",
        ),
        Mistake(
            "winner not measured",
            Edit(
                "        if len(still_in) == 1:\n            " + WON + "\n",
                "",
                (
                    (
                        "        still_in = sorted",
                        "        if len(ranked) <= max(2, eta) or len(ranked) // eta <= 1:\n"
                        "            return configs[ranked[0]], scores[ranked[0]], rungs\n        still_in = sorted",
                    ),
                ),
            ),
            "The last rung is missing: who is left alone is measured once more, with the full budget, and that is its score.",
        ),
        Mistake(
            "winner of the first rung",
            Edit(WON, "return configs[max(rungs[0][1], key=rungs[0][1].get)], max(rungs[0][1].values()), rungs"),
            "This is the best of the first rung, after the shortest training. The winner is who is left at the end.",
        ),
        Mistake(
            "best score of all rungs",
            Edit(WON, "return configs[still_in[0]], max(max(s.values()) for _, s in rungs), rungs"),
            "The score is the highest of all rungs. Scores of different budgets are not compared: it is the winner's on the last rung.",
        ),
        Mistake(
            "positions counted anew",
            Edit("rungs.append((budget, scores))", "rungs.append((budget, dict(enumerate(scores.values()))))"),
            "The positions are counted anew on each rung. The keys are positions in *configs*, so that one can be followed from rung to rung.",
        ),
        Mistake(
            "three for eta",
            Edit(KEEP, "max(1, len(ranked) // 3)", ((GROW, "budget = budget * 3"),)),
            "A third goes on and the budget is tripled whatever eta says. That is only the default: use eta in both places.",
        ),
        Mistake(
            "budget tripled, whatever eta",
            Edit(GROW, "budget = budget * 3"),
            "The budget is tripled whatever eta says: multiply it by eta.",
        ),
        Mistake(
            "eta added to the budget",
            Edit(GROW, "budget = budget + eta"),
            "eta is added to the budget. It must be *multiplied* by eta, so that every rung costs about the same.",
        ),
        Mistake(
            "budgets added up",
            Edit(MEASURE, MEASURE.replace("budget)", "budget + sum(b for b, _ in rungs))")),
            "The budgets of all rungs are added up. evaluate gets the budget of this rung, which is the whole training and not what is added to it.",
        ),
        Mistake(
            "first budget ignored",
            Edit("budget, rungs = min_budget, []", "budget, rungs = 1, []"),
            "The first rung has the budget 1 whatever min_budget says.",
        ),
        Mistake(
            "chosen without looking",
            Edit("ranked = sorted(still_in, key=lambda i: scores[i], reverse=True)", "ranked = still_in"),
            "The first ones in the list go on, whatever their scores are. Sort the positions by their scores first, highest first.",
        ),
        Mistake(
            "survivors recorded",
            Edit(
                "rungs.append((budget, scores))",
                "rungs.append((budget, scores if len(still_in) == 1 else {i: scores[i] for i in sorted(still_in, key=lambda i: -scores[i])[: max(1, len(still_in) // eta)]}))",
            ),
            "A rung records only those who go on from it. It holds the scores of all who took part.",
        ),
        Mistake(
            "position of the winner",
            Edit("return configs[still_in[0]]", "return still_in[0]"),
            "best_config is the winner's position. The config itself is asked for: configs[position].",
        ),
        Mistake(
            "score of the first rung",
            Edit(WON, "return configs[still_in[0]], rungs[0][1][still_in[0]], rungs"),
            "The config is right and its score is that of the first rung, after the shortest training. The score of the last rung is asked for.",
        ),
        Mistake(
            "scores added up",
            Edit(
                MEASURE,
                MEASURE.replace(
                    "evaluate(configs[i], budget)", "evaluate(configs[i], budget) + (rungs[-1][1][i] if rungs else 0)"
                ),
            ),
            "The scores of all rungs are added up. Each rung decides by its own scores: they come from the longest training so far.",
        ),
        Mistake(
            "one always left out",
            Edit(
                "for i in still_in}",
                "for i in (still_in[:-1] or still_in)}",
                (("sorted(still_in, key", "sorted(scores, key"),),
            ),
            "The last of those who are still in is never measured: does a slice or a range end one too early?",
        ),
    ),
    hints=(
        "Keep a list of the positions that are still in; at the start that is `range(len(configs))`. Then `while True:`.",
        "On a rung: a dict of the scores of those still in; append it with the budget. One left? Then return.",
        "Else rank the positions by their scores, highest first, and keep the first `max(1, len(still_in) // eta)`. Multiply the budget.",
    ),
)
