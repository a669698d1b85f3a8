"""What the exercises on optimizers in 04_gradient_descent share: their inputs, and the mistakes that are made in all of them."""

from __future__ import annotations

import numpy as np

NOTEBOOK = "04_gradient_descent"
OPTIMIZERS = "labkit.reference.optimizers:"

TYPES = "shapes and types"
EPSILON = "epsilon"
RATES = "rates and defaults"
REFUSES = "refuses"

# ------------------------------------------------------------------------------------------- inputs for a step in common


def both_signs(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return numbers between 0.3 and 2 in size, half of them negative, in a random order."""
    n = int(np.prod(shape))
    signs = rng.permutation(np.where(np.arange(n) % 2 == 0, 1.0, -1.0))
    return (signs * rng.uniform(0.3, 2.0, n)).reshape(shape)


def positive(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Return numbers between 0.3 and 3: a memory of squares."""
    return rng.uniform(0.3, 3.0, shape)


IN_PLACE = (
    "w changed in place",
    "The numbers are right, but `w -= …` writes into the caller's array. Write `w_new = w - …`, which makes a new one.",
)
ASCENT = (
    "ascent",
    "This walks uphill: the gradient points to where the loss grows fastest, so the step is taken against it, with a minus.",
)
NO_RATE = ("learning rate forgotten", "The learning rate lr is not used: it multiplies the whole step.")
EPS_INSIDE = (
    "epsilon inside the root",
    "Your eps stands under the root, so it acts as sqrt(eps), which is far larger. Take the root first, then add eps.",
)
EPS_FIXED = ("epsilon fixed", "A number is written into the code where the argument eps belongs.")
EPS_FORGOTTEN = (
    "epsilon forgotten",
    "Where the memory and the gradient are both 0 this divides 0 by 0. Add eps to the root before you divide.",
)
NO_ROOT = (
    "root forgotten",
    "You divide by the squares themselves. The step should not depend on the gradient's units: divide by the root of them.",
)
NOT_SQUARED = (
    "gradient not squared",
    "The memory must collect g squared. With g itself, steps to and fro cancel, and the root of a negative number is nan.",
)
OLD_MEMORY = (
    "old memory in the step",
    "The step divides by the memory from before this gradient. Update the memory first, and use the new one in the step.",
)
SWAPPED = ("results swapped", "Right numbers in the wrong order: return the new parameters first, then the memory.")
