"""The loop of 08_regularization that obeys early stopping: the validation loss decides, the best parameters come back."""

from __future__ import annotations

import numpy as np

from labkit.grading.compare import close
from labkit.grading.model import Case, Edit, Exercise, Mistake
from labkit.grading.wire import Code

NOTEBOOK = "08_regularization"

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
            "patience too short by one",
            Edit("EarlyStopping(patience)", "EarlyStopping(patience - 1)"),
            "It stops one epoch too soon: with patience 1 the first epoch that is not better stops it, with patience 2 the second in a row.",
        ),
        Mistake(
            "max_epochs ignored",
            Edit("range(max_epochs)", "range(500)"),
            "It goes on past max_epochs: the loop runs at most that many times, however much patience is left.",
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
