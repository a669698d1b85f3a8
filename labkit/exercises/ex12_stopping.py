"""The stopping rule of 12_lab_regression: the loss has been still for some epochs in a row."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake

NOTEBOOK = "12_lab_regression"


def from_changes(start: float, changes: Any) -> np.ndarray:
    """Return the losses that begin at ``start`` and move by these changes."""
    return np.concatenate([[start], start + np.cumsum(np.asarray(changes, dtype=float))])


def stopping_cases(rng: np.random.Generator) -> list[Case]:
    def large(k: int) -> np.ndarray:  # falls that break a row
        return -rng.uniform(0.3, 0.6, k)

    def small(k: int) -> np.ndarray:  # up and down, within the tolerance 0.1
        return rng.choice([-1.0, 1.0], k) * rng.uniform(0.02, 0.09, k)

    def case(label: str, changes: list, aspect: str = "values", start: float = 9.0, **options: Any) -> Case:
        given = {"tolerance": 0.1, "patience": 3} | options
        return Case(label, (from_changes(start, np.concatenate(changes)),), given, aspect=aspect)

    rest, little = small(3), rng.choice([-0.1, 0.1], 2)
    rises = np.abs(large(4))
    zigzag = np.array([0.5, -0.5] * 4)
    return [
        case("losses that fall, then rest", [large(int(rng.integers(2, 6))), small(8)]),
        case("rests that are broken twice", [large(2), small(2), large(1), small(2), large(2), small(5)]),
        case("a slow slope: small falls only", [large(3), np.full(6, -0.08)]),
        case(
            "losses that fall to nearly nothing",
            [[-0.5, -0.48], np.abs(small(1)) * 0.5, -np.abs(small(5)) * 0.05],
            start=1.0,
        ),
        case("a rest from the start, and back to it", [rest, -rest]),
        case("two long rests", [large(2), small(4), large(3), small(5)]),
        case(
            "changes a little above the tolerance", [large(1), small(2), little * 1.3, small(2), little * 1.8, small(3)]
        ),
        case("losses that never rest", [large(9)], "never"),
        case("short rests only", [small(2), large(1), small(2), large(1), small(2), large(1)], "never"),
        case("losses that rise", [rises, large(3), rises], "never"),
        case("losses that swing", [zigzag], "never"),
        case("a rest that ends with the last epoch", [large(4), small(3)], "the ends"),
        case("a rest that is one epoch short at the end", [large(4), small(2)], "the ends"),
        case("a single loss", [[]], "the ends"),
        case("patience 1", [large(3), small(4)], "patience", patience=1),
        case("patience 6", [large(2), small(4), large(1), small(9)], "patience", patience=6),
        case("small losses that still move", [np.array([0.5, -0.5, 0.5, -0.5, 0.5, -0.5]) * 0.15], "never", start=0.05),
        Case(
            "changes of exactly the tolerance",
            (from_changes(4.0, [-1.0, -0.25, 0.25, -0.25, -0.25]),),
            {"tolerance": 0.25, "patience": 3},
            aspect="exactly the tolerance",
        ),
        Case(
            "the tolerance and patience of the statement",
            (from_changes(3.0, [*large(4), *np.tile([-0.05, 0.03], 3), *(small(9) * 0.1)]),),
            aspect="defaults",
        ),
    ]


def epoch_judge(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare the epochs; None and a number are told apart by what they say about the training."""
    losses = case.args[0]
    if isinstance(got, bool):
        return Finding(
            "type", f"returned {got}.", "The number of the epoch is asked for, or None; not whether it stops."
        )
    if expected is None:
        if got is None:
            return None
        return Finding(
            "values",
            f"returned {got!r:.60}; expected None.",
            "No row of still epochs is long enough: return None after the loop.",
        )
    if got is None:
        text = (
            "A row of still epochs is long enough: does the count come that far, and is there a `return` in the loop?"
        )
        return Finding("values", f"returned None; expected epoch {expected}.", text)
    finding = difference(expected, got)
    if finding is None or finding.stage != "values":
        return finding
    changes = np.abs(np.diff(losses))[:8]
    shown = ", ".join(f"{c:.2g}" for c in changes) + (", …" if len(losses) > 9 else "")
    advice = f"The loss changes by {shown} from epoch to epoch, beginning with epoch 2. Mark the still ones and count by hand."
    return Finding(
        "values", f"returned {np.asarray(got).item():.6g}; expected epoch {expected} of {len(losses)}.", advice
    )


LOOP = "range(2, len(losses) + 1)"
COUNT = "still + 1 if change <= tolerance else 0"
CHANGE = "abs(losses[epoch - 1] - losses[epoch - 2])"
STOPPED = Exercise(
    id="stopped_epoch",
    notebook=NOTEBOOK,
    reference="labkit.reference.lab_stopping:stopped_epoch",
    title="When to stop",
    cases=stopping_cases,
    judge=epoch_judge,
    points=2,
    mistakes=(
        Mistake(
            "epochs counted from 0",
            Edit("return epoch\n", "return epoch - 1\n"),
            "This is the place in the list. Epochs count from 1: losses[0] is the loss of epoch 1.",
        ),
        Mistake(
            "count never reset",
            Edit(COUNT, "still + 1 if change <= tolerance else still"),
            "Still epochs are counted even when others come between. They must be in a row: an epoch that moves sets the count back to 0.",
        ),
        Mistake(
            "reset to 1",
            Edit("else 0", "else 1"),
            "After an epoch that moves, the count starts from 1, as if that epoch were still: start from 0.",
        ),
        Mistake(
            "an epoch too late",
            Edit("still == patience", "still > patience"),
            "It stops one still epoch too late: the epoch that makes the count equal to patience is the one.",
        ),
        Mistake(
            "an epoch too early",
            Edit("still == patience", "still == max(patience - 1, 1)"),
            "It stops one still epoch too early. A row of `patience` losses holds only patience − 1 changes; asked for are patience still epochs.",
        ),
        Mistake(
            "first epoch taken as still",
            Edit(LOOP, "range(1, len(losses) + 1)", ((CHANGE, "abs(losses[epoch - 1] - losses[max(epoch - 2, 0)])"),)),
            "The first epoch counts as still. It has none before it to compare with, so it does not count.",
        ),
        Mistake(
            "every fall counts as still",
            Edit(CHANGE, "losses[epoch - 1] - losses[epoch - 2]"),
            "The change keeps its sign, so that a large fall counts as still. Take its absolute value.",
        ),
        Mistake(
            "every rise counts as still",
            Edit(CHANGE, "losses[epoch - 2] - losses[epoch - 1]"),
            "It asks only whether the loss fell by more than the tolerance, so that every rise counts as still. Take the absolute value of the change.",
        ),
        Mistake(
            "the loss itself is small",
            Edit(CHANGE, "abs(losses[epoch - 1])"),
            "You compare the loss with the tolerance, not its change. A training may rest at any height: subtract the loss of the epoch before.",
        ),
        Mistake(
            "exactly the tolerance refused",
            Edit("change <= tolerance", "change < tolerance"),
            "A change of exactly the tolerance is still: at most means <=.",
        ),
        Mistake(
            "compared with the first of the row",
            Edit(
                "    still = 0\n",
                "    still, anchor = 0, losses[0]\n",
                (
                    (CHANGE, "abs(losses[epoch - 1] - anchor)"),
                    (
                        f"        still = {COUNT}\n",
                        f"        still = {COUNT}\n        anchor = anchor if still else losses[epoch - 1]\n",
                    ),
                ),
            ),
            "Each loss is compared with the one at which the row began. The epoch just before is asked for: a slow slope counts as still.",
        ),
        Mistake(
            "compared with the best",
            Edit(CHANGE, "abs(losses[epoch - 1] - min(losses[: epoch - 1]))"),
            "Each loss is compared with the lowest so far. The epoch just before is asked for, be it higher or lower.",
        ),
        Mistake(
            "last epoch instead of None",
            Edit("return None", "return len(losses)"),
            "A training that never rests gets its last epoch. It never stopped: return None, so that both can be told apart.",
        ),
        Mistake(
            "last epochs only",
            Edit(
                f"for epoch in {LOOP}:",
                "for epoch in range(max(2, len(losses) - patience + 1), len(losses) + 1):",
            ),
            "Only the last epochs are looked at. The training stops at the first row that is long enough, wherever it is.",
        ),
        Mistake(
            "patience ignored",
            Edit("still == patience", "still == 5"),
            "It waits for 5 epochs whatever patience says.",
        ),
        Mistake(
            "tolerance ignored",
            Edit("<= tolerance", "<= 1e-2"),
            "It compares with 0.01 whatever tolerance says.",
        ),
        Mistake(
            "relative change",
            Edit(CHANGE, CHANGE + " / losses[epoch - 2]"),
            "The change is divided by the loss. That is a better rule, as you will see, but this one asks for the plain difference: at most tolerance, in the loss's own units.",
        ),
        Mistake(
            "no new best",
            Edit(CHANGE, "min(losses[: epoch - 1]) - losses[epoch - 1]"),
            "It waits for a new lowest loss, as early stopping by validation does. This rule asks only whether the loss moves, up or down, from one epoch to the next.",
        ),
        Mistake(
            "spread of the last losses",
            Edit(
                "        if still == patience:\n",
                "        last = losses[max(epoch - 1 - patience, 0) : epoch]\n        if len(last) == patience + 1 and max(last) - min(last) <= tolerance:\n",
            ),
            "It asks that all of the last losses lie within the tolerance. Each epoch is compared with the one just before it only, so that a slow slope counts as still.",
        ),
        Mistake(
            "last epoch not looked at",
            Edit(LOOP, "range(2, len(losses))"),
            "The last epoch is never looked at: a range ends before its end. With epochs from 2 to len(losses), it is range(2, len(losses) + 1).",
        ),
        Mistake(
            "first epoch compared with the last",
            Edit(LOOP, "range(1, len(losses) + 1)"),
            "Epoch 1 is compared with losses[-1], and in Python that is the *last* one. The first epoch has none before it: begin with epoch 2.",
        ),
        Mistake(
            "counted from 2",
            Edit("return epoch\n", "return epoch + 1\n"),
            "This is one more than the epoch that completes the row. losses[0] is the loss of epoch 1, so losses[i] is that of epoch i + 1.",
        ),
        Mistake(
            "first epoch of the row",
            Edit("return epoch\n", "return epoch - patience + 1\n"),
            "This is the first still epoch of the row. Nobody can know then that four more will follow: the training stops at the last one.",
        ),
        Mistake(
            "epoch before the row",
            Edit("return epoch\n", "return epoch - patience\n"),
            "This is the epoch before the row begins. Nobody can know then what will follow: the training stops at the last still epoch of the row.",
        ),
        Mistake(
            "0 instead of None",
            Edit("return None", "return 0"),
            "A training that never rests gets 0. It never stopped: return None, so that nobody takes it for an epoch.",
        ),
        Mistake(
            "-1 instead of None",
            Edit("return None", "return -1"),
            "A training that never rests gets -1, which as an index means the last epoch. It never stopped: return None.",
        ),
        Mistake(
            "loss instead of the epoch",
            Edit("return epoch\n", "return losses[epoch - 1]\n"),
            "This is the loss at which it stops. The number of the epoch is asked for.",
        ),
        Mistake(
            "the last row that is long enough",
            Edit(
                "    still = 0\n",
                "    still, found = 0, None\n",
                (("            return epoch\n", "            found = epoch\n"), ("return None", "return found")),
            ),
            "It goes on after the rule has stopped it, and reports a later rest. The first row that is long enough decides: return inside the loop.",
        ),
        Mistake(
            "twice the tolerance",
            Edit("<= tolerance", "<= 2 * tolerance"),
            "A change of up to twice the tolerance passes. Up *or* down by at most tolerance means |change| <= tolerance.",
        ),
    ),
    hints=(
        "Keep one number: how many still epochs in a row there have been up to now. Begin with epoch 2, the first that has one before it.",
        "In the loop: if abs(this loss - the one before) <= tolerance, count one more; otherwise start again from 0.",
        "As soon as the count equals patience, return the epoch: with epoch from 2 to len(losses), its loss is losses[epoch - 1]. After the loop, None.",
    ),
)
