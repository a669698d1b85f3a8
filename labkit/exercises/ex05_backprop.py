"""The exercises of 05_backprop, in the notebook's order: losses, one layer, its gradients and their check, the network."""

from __future__ import annotations

from labkit.exercises.ex05_entropy import EXERCISES as ENTROPY
from labkit.exercises.ex05_gradients import EXERCISES as GRADIENTS
from labkit.exercises.ex05_layers import EXERCISES as LAYERS
from labkit.exercises.ex05_losses import EXERCISES as LOSSES
from labkit.exercises.ex05_network import EXERCISES as NETWORK

EXERCISES = (*LOSSES, *ENTROPY, *LAYERS, *GRADIENTS, *NETWORK)
