"""The early stopping of 08_regularization: the watcher, and the loop that obeys it."""

from __future__ import annotations

from typing import Any

import numpy as np

from labkit.grading.compare import close, difference
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
        "__init__ stores patience and min_delta, and starts the attributes: best_loss = np.inf, best_epoch = 0, best_params = None, waited = 0.",
        "update asks one question: is loss < best_loss - min_delta? If yes, remember everything and set waited to 0; if no, add 1 to it.",
        "Copy each array: [np.array(p) for p in params]. The list alone is not enough.",
        "update ends with `return self.waited >= self.patience`; restore writes `p[...] = best` for each pair of arrays.",
    ),
)

# ---------------------------------------------------------------------------------------------------------- the loop

# params = [the number of epochs trained, a weight]: the losses are looked up in a table, so each case knows its story.
TRAIN_EPOCH = Code("train_epoch", "def train_epoch(params):\n    params[0] += 1.0\n    params[1] *= 0.5\n")


def lookup(name: str, losses: np.ndarray) -> Code:
    """Return a function of params that gives the loss after as many epochs as params have seen."""
    return Code(
        name, f"table = {[float(v) for v in losses]}\n\ndef {name}(params):\n    return table[int(params[0][0])]\n"
    )


def loop_cases(rng: np.random.Generator) -> list[Case]:
    def story(validation: list[float], patience: int, max_epochs: int, training: np.ndarray | None = None) -> tuple:
        # index 0 is the network before training: it is better than all others, so measuring it too early shows
        before = [0.01, *validation, *np.linspace(5, 9, 60)]
        falling = np.sort(rng.uniform(0.1, 2.0, len(before)))[::-1] if training is None else training
        params = [np.zeros(1), rng.normal(size=(2, 3))]
        return (
            TRAIN_EPOCH,
            lookup("training_loss", falling),
            lookup("validation_loss", np.array(before)),
            params,
            patience,
            max_epochs,
        )

    jitter = rng.uniform(0, 0.05, 12)
    u = np.array([2.0, 1.6, 1.3, 1.1, 1.2, 1.25, 1.0, 1.1, 1.3, 1.5, 1.8, 2.2])
    valley = list(u + jitter * 0.5)
    rough = np.concatenate([[3.0, 2.0, 2.5, 2.6, 2.7], np.linspace(1, 0.1, 80)])
    return [
        Case("a validation loss that falls and rises", story(valley, 3, 40)),
        Case("a valley before a deeper one", story(valley, 2, 40)),
        Case("patience 1", story(valley, 1, 40), aspect="patience"),
        Case("more patience than epochs", story(valley, 30, 9), aspect="max_epochs"),
        Case(
            "a validation loss that falls to the last epoch",
            story(list(np.linspace(3, 1, 8) + jitter[:8]), 3, 8),
            aspect="max_epochs",
        ),
        Case("a single epoch", story(valley, 3, 1), aspect="max_epochs"),
        Case(
            "a training loss that rises for a while",
            story(list(np.linspace(4, 2, 20)), 2, 15, rough),
            aspect="training loss",
        ),
    ]


ON_TRAINING = "stopping.update(validation_losses[-1], params)"

LOOP = Exercise(
    id="train_with_early_stopping",
    notebook=NOTEBOOK,
    reference="labkit.reference.stopped_training:train_with_early_stopping",
    title="Stop a training",
    probe="loop",
    in_place=True,
    points=2,
    cases=loop_cases,
    judge=close("training_losses", "validation_losses", "params"),
    mistakes=(
        Mistake(
            "stops on the training loss",
            Edit(ON_TRAINING, "stopping.update(training_losses[-1], params)"),
            "The training loss decides. It goes on falling while the network learns the noise by heart; the validation loss must decide.",
        ),
        Mistake(
            "last parameters returned",
            Edit("    stopping.restore(params)\n", ""),
            "These are the parameters of the last epoch. They are past the best: restore the best ones before you return, and if you kept them yourself, keep copies.",
        ),
        Mistake(
            "restored only when stopped",
            Edit(
                "            break\n    stopping.restore(params)\n",
                "            stopping.restore(params)\n            break\n",
            ),
            "The best parameters are put back only when patience ran out. When max_epochs ends the training they must be, too.",
        ),
        Mistake(
            "never stops",
            Edit(
                "        if stopping.update(validation_losses[-1], params):\n            break",
                "        stopping.update(validation_losses[-1], params)",
            ),
            "It runs all max_epochs epochs: leave the loop when update says so.",
        ),
        Mistake(
            "last epoch not recorded",
            Edit(
                "        training_losses.append(training_loss(params))\n        validation_losses.append(validation_loss(params))\n        if stopping.update(validation_losses[-1], params):\n            break",
                "        now = validation_loss(params)\n        if stopping.update(now, params):\n            break\n        training_losses.append(training_loss(params))\n        validation_losses.append(now)",
            ),
            "The losses of the epoch that stops are missing: record them before you ask whether to stop.",
        ),
        Mistake(
            "measured before the epoch",
            Edit(
                "        train_epoch(params)\n        training_losses.append(training_loss(params))\n        validation_losses.append(validation_loss(params))\n",
                "        training_losses.append(training_loss(params))\n        validation_losses.append(validation_loss(params))\n        train_epoch(params)\n",
            ),
            "The losses are measured before the epoch, so they belong to the parameters of the epoch before: train first, then measure.",
        ),
        Mistake(
            "patience off by one",
            Edit("EarlyStopping(patience)", "EarlyStopping(patience + 1)"),
            "It trains one epoch too long: pass patience on as it is.",
        ),
        Mistake(
            "losses swapped",
            Edit(
                "return training_losses, validation_losses, params", "return validation_losses, training_losses, params"
            ),
            "The two lists of losses have changed places: first training, then validation.",
        ),
    ),
    hints=(
        "Before the loop: one EarlyStopping(patience) and two empty lists. The loop runs at most max_epochs times.",
        "In the loop: train, measure both losses, append them, and only then ask `stopping.update(…, params)`.",
        "After the loop, not inside it: stopping.restore(params). Then return the two lists and params.",
    ),
)
