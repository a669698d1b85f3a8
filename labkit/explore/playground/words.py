"""What the playground says: the state of a training in one live sentence, for readers who do not see the picture."""

from __future__ import annotations

from labkit.explore.playground.model import TOO_LARGE, Training

KEY = (
    "Blue, ○ and dashed: class 0, negative numbers. Orange, △ and solid: class 1, positive numbers. White: 0. "
    "Points rimmed in black are for testing. The thicker a line, the larger the weight; the dark curve is the border."
)


def describe(training: Training) -> str:
    """Return the epoch, both losses and accuracies, and what has gone wrong, if anything."""
    now = training.now
    k, n = training.points.n_train, len(training.points.X)
    text = f"Epoch {now.epoch}: loss {now.train_loss:.3g} on {k} training points, {now.test_loss:.3g} on {n - k} test points"
    if now.train_accuracy is not None and now.test_accuracy is not None:
        text += f"; accuracy {now.train_accuracy:.1%} and {now.test_accuracy:.1%}"
    text += "."
    if training.diverged:
        return (
            f"{text} The training has diverged: the loss has passed {TOO_LARGE:.0e} or is no number any more. "
            "Take a smaller learning rate and reset."
        )
    dead, units = training.dead_units(), sum(training.state.hidden)
    if dead:
        text += f" {dead} of {units} ReLU units {'are' if dead > 1 else 'is'} dead: 0 for every training point."
    return text
