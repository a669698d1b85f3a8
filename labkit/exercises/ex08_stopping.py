"""The watcher of 08_regularization: it counts epochs, and keeps copies of the best parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Code

NOTEBOOK = "08_regularization"

# Live parameters that several steps of one case share: the list that update and restore get, and a training that goes on
# to change its arrays in place.  Each Code of a case runs by itself, so they meet in a module of their own.
ROOM = (
    "import sys\n"
    "import types\n"
    "room = sys.modules.setdefault('early_stopping_case', types.ModuleType('early_stopping_case'))\n"
)
FRESH = ROOM + "room.arrays = [np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0])]\n"
TRAIN = Code(
    "train",
    FRESH + "def train():\n    for a in room.arrays:\n        a += 1.0\n    return [a.copy() for a in room.arrays]\n",
)
LOOK = Code("look", ROOM + "def look():\n    return [a.copy() for a in room.arrays]\n")
PARAMS = Code("params", ROOM + "params = list(room.arrays)\n")
HANDS = (("set", "_train", TRAIN), ("set", "_look", LOOK))


def told(
    rng: np.random.Generator, losses: tuple, *, get: tuple[str, ...] = ("best_loss", "best_epoch", "waited")
) -> tuple:
    """Return the steps that report these losses, with other parameters each time, and then read the attributes."""
    updates = tuple(("update", loss, [rng.normal(size=(2, 3)), rng.normal(size=3)]) for loss in losses)
    return (*updates, *(("get", name) for name in get))


def watcher_cases(rng: np.random.Generator) -> list[Case]:
    a, b, c, d, e, f = (float(v) for v in np.cumsum(rng.uniform(0.2, 0.5, 6)))  # rising losses
    best = ("best_loss", "best_epoch", "best_params")
    live = (
        *HANDS,
        ("_train",),
        ("update", b, PARAMS),
        ("_train",),
        ("update", a, PARAMS),
        ("_train",),
        ("update", c, PARAMS),
    )
    nan = float("nan")
    return [
        Case("losses that fall, rise and rise", (3,), steps=told(rng, (e, c, a, b, d, c))),
        Case("a rise that is made up for", (3,), steps=told(rng, (d, b, c, e, a, c, b, d))),
        Case("patience 1", (1,), steps=told(rng, (d, c, b, c))),
        Case("a fall that stays above the best", (2,), steps=told(rng, (a, f, e))),
        Case("a loss that stays the same", (2,), steps=told(rng, (b, a, a, a)), aspect="equal losses"),
        Case(
            "a new watcher",
            (5,),
            steps=(("get", "best_epoch"), ("get", "best_params"), ("get", "best_loss"), ("get", "waited")),
            aspect="the start",
        ),
        Case("parameters that differ each time", (4,), steps=told(rng, (c, a, b), get=best), aspect="best parameters"),
        Case(
            "training that changes the same arrays",
            (4,),
            steps=(*live, ("get", "best_params")),
            aspect="best parameters",
        ),
        Case("the best put back", (4,), steps=(*live, ("restore", PARAMS), ("_look",)), aspect="restore"),
        Case(
            "nothing seen before restore",
            (4,),
            steps=(*HANDS, ("_train",), ("restore", PARAMS), ("_look",)),
            aspect="restore",
        ),
        Case(
            "min_delta = 0.1 and a slow fall",
            (2, 0.1),
            steps=told(rng, (3.0, 2.95, 2.8, 2.75, 2.72)),
            aspect="min_delta",
        ),
        Case(
            "min_delta = 0.5 and a fall with relapses",
            (3,),
            {"min_delta": 0.5},
            steps=told(rng, (4.0, 3.6, 3.8, 3.3, 3.4, 3.2, 3.4)),
            aspect="min_delta",
        ),
        Case("a loss that is not a number", (2,), steps=told(rng, (b, nan, a, nan, nan)), aspect="not a number"),
    ]


def follows(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare what each step returned, and say which epoch it was; what restore returns does not matter."""
    epoch = 0
    for (verb, *inputs), e, g in zip(case.steps, expected, got, strict=True):
        if verb in ("set", "restore", "_train"):
            continue
        if verb == "update":
            epoch += 1
            finding = difference(e, g, where=f"the answer of update in epoch {epoch}")
            if finding and isinstance(g, bool | np.bool_ | np.ndarray) and finding.stage == "values":
                did, should = ("stopped", "went on") if bool(g) else ("went on", "stopped")
                sentence = (
                    f"{did} at epoch {epoch} (loss {inputs[0]:.3g}); it should have {should.replace('went', 'gone')}."
                )
                finding = Finding(
                    "values",
                    sentence,
                    "Write the losses in a row and count by hand: how many in a row were not better than the best?",
                )
        elif verb == "get":
            finding = difference(e, g, where=inputs[0] if epoch else f"{inputs[0]} before any epoch")
        else:
            finding = difference(e, g, where="the parameters after restore")
        if finding:
            return finding
    return None


BETTER = "if loss < self.best_loss - self.min_delta:"
COPIES = "[np.array(p) for p in params]"
STOP = "return self.waited >= self.patience"

WATCHER = Exercise(
    id="EarlyStopping",
    notebook=NOTEBOOK,
    reference="labkit.reference.early_stopping:EarlyStopping",
    title="Know when to stop",
    probe="layer",
    points=3,
    cases=watcher_cases,
    judge=follows,
    mistakes=(
        Mistake(
            "stops an epoch late",
            Edit(STOP, "return self.waited > self.patience"),
            "It stops one epoch late. With patience 1 the first epoch that is not better stops it: waited >= patience.",
        ),
        Mistake(
            "stops an epoch early",
            Edit(STOP, "return self.waited >= max(self.patience - 1, 1)"),
            "It stops one epoch early: with patience 3 it takes three epochs in a row that are not better.",
        ),
        Mistake(
            "patience ignored",
            Edit(STOP, "return self.waited >= 1"),
            "It stops at the first epoch that is not better, whatever the patience.",
        ),
        Mistake(
            "counter never reset",
            Edit("            self.waited = 0\n        else", "        else"),
            "The counter is never set back: a new best starts the waiting anew, so that only epochs in a row count.",
        ),
        Mistake(
            "compared with the epoch before",
            Edit(
                BETTER,
                "before, self.last = getattr(self, 'last', np.inf), loss\n        if loss < before - self.min_delta:",
            ),
            "The loss is compared with that of the epoch before. Better means better than the *best* so far: after a bad epoch a half-bad one is no progress.",
        ),
        Mistake(
            "equal counts as better",
            Edit(BETTER, "if loss <= self.best_loss - self.min_delta:"),
            "A loss equal to the best counts as better here. It is no progress: the comparison is <.",
        ),
        Mistake(
            "kept by reference",
            Edit(COPIES, "list(params)"),
            "best_params holds the arrays themselves, not copies. Training goes on to change them in place, so your best network turns into the last one: copy each array.",
        ),
        Mistake(
            "last parameters kept",
            Edit(
                "        self.epoch += 1\n",
                "        self.epoch += 1\n        self.best_params = [np.array(p) for p in params]\n",
                ((f"            self.best_params = {COPIES}\n            self.waited", "            self.waited"),),
            ),
            "The parameters are stored in every epoch. Store them only when the epoch is the best so far.",
        ),
        Mistake(
            "restore does not write",
            Edit("                p[...] = best", "                p = best"),
            "restore does not reach the arrays: `p = best` and `params[:] = …` change names and list, and the network keeps its own arrays. Write into each: `p[...] = best`.",
        ),
        Mistake(
            "min_delta ignored",
            Edit(" - self.min_delta:", ":"),
            "min_delta is not used: an epoch counts as better only when it beats the best by more than min_delta.",
        ),
        Mistake(
            "min_delta with the wrong sign",
            Edit(" - self.min_delta:", " + self.min_delta:"),
            "min_delta has the wrong sign: as it stands, a loss that is a little *worse* counts as better.",
        ),
        Mistake(
            "best_epoch counted from 0",
            Edit("self.best_epoch = self.epoch", "self.best_epoch = self.epoch - 1"),
            "best_epoch counts from 0: the first call of update is epoch 1.",
        ),
        Mistake(
            "not a number counts as better",
            Edit(BETTER, "if not loss >= self.best_loss - self.min_delta:"),
            "A loss that is nan counts as the best. Every comparison with nan is False, so ask whether the loss *is* lower, not whether it fails to be higher.",
        ),
    ),
    hints=(
        "__init__ stores patience and min_delta, and starts the attributes: best_loss = np.inf, best_epoch = 0, best_params = None, waited = 0. "
        "It also needs a counter of the epochs, for best_epoch.",
        "update asks one question: is loss < best_loss - min_delta? If yes, remember everything and set waited to 0; if no, add 1 to it.",
        "Copy each array: [np.array(p) for p in params]. The list alone is not enough.",
        "update ends with `return self.waited >= self.patience`; restore writes `p[...] = best` for each pair of arrays.",
    ),
)
