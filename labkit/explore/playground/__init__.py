"""The playground: choose data, inputs and a network, and watch it learn, unit by unit.

One file a concern: state (settings and their string), data, model (training in bites), layout and frame (the picture), words,
presets, controls, screen (frames no faster than seen), app (what binds them).

Sources: D. Smilkov, S. Carter et al., "Direct-manipulation visualization of deep networks" (2017), whose Playground this follows.
"""

from labkit.explore.playground.app import Playground, explorer
from labkit.explore.playground.model import Training
from labkit.explore.playground.presets import PRESETS, Preset
from labkit.explore.playground.state import State, parse

__all__ = ["PRESETS", "Playground", "Preset", "State", "Training", "explorer", "parse"]
