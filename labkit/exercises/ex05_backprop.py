"""The exercises of 05_backprop, in the notebook's order: losses, one layer, its gradients and their check, the network."""

from __future__ import annotations

from labkit.exercises.ex05_binary import BINARY
from labkit.exercises.ex05_differences import NUMERICAL
from labkit.exercises.ex05_entropy import CROSS
from labkit.exercises.ex05_gradients import SOFTMAX
from labkit.exercises.ex05_layers import EXERCISES as LAYERS
from labkit.exercises.ex05_losses import EXERCISES as LOSSES
from labkit.exercises.ex05_network import NETWORK

EXERCISES = (*LOSSES, BINARY, CROSS, *LAYERS, SOFTMAX, NUMERICAL, NETWORK)
