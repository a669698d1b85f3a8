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
RATE_FIXED = (
    "learning rate fixed",
    "A number stands in your code where the argument lr belongs: another rate makes no difference.",
)
OLD_RETURNED = (
    "old memory returned",
    "The new parameters are right, but the memory that comes back is the old one: the next step would not know of this gradient.",
)
ROOT_KEPT = (
    "root kept as the memory",
    "You return the root. The memory holds squares: take the root only where you divide by it.",
)
EPS_LAST = (
    "epsilon added to the step",
    "eps is added at the very end, to w itself: without brackets `a / b + eps` divides by b alone. It belongs to what you divide by.",
)
EPS_IN_MEMORY = (
    "epsilon in the memory",
    "eps has got into the memory and grows there at every step. The memory holds squares only; eps is added to the root.",
)
ABSOLUTE = (
    "absolute value instead of the square",
    "The memory collects |g|; it must collect g squared, so that its root has the unit of g.",
)
STEP_SQUARED = (
    "squared gradient in the step",
    "The numerator is g squared, which is never negative, so every parameter moves the same way. Squares belong in the memory only.",
)
STEP_LOST = (
    "gradient lost in the step",
    "The step is lr divided by the root, the same direction for every gradient: g itself belongs in the numerator.",
)
TIMES_ROOT = (
    "multiplied by the root",
    "You multiply by the root, so that steep directions take even longer steps. Divide by it.",
)
EPS_DEFAULT = (
    "default of eps",
    "With eps given it is right, but its default is not that of the statement: compare the first line.",
)
ALL_IN_PLACE = (
    "w and memory changed in place",
    "The numbers are right, but `-=`, `+=` and `*=` write into the caller's w and memory. Make new arrays: w_new = w - ….",
)
MEMORY_IN_PLACE = (
    "memory changed in place",
    "The numbers are right, but `+=` or `*=` writes into the caller's memory. Make a new array: s_new = ….",
)
SWAPPED = ("results swapped", "Right numbers in the wrong order: return the new parameters first, then the memory.")
