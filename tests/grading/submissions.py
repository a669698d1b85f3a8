"""Submissions to grade: small notebooks built here, honest and hostile, with the points that a fair grader gives.

Each hostile one is a class of attack from the threat model; ``points`` are per exercise of 02_perceptron, whose maxima are
perceptron_predict 1, perceptron_update 1, fit_perceptron 2 and xor_weights 1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from labkit.exercises import in_notebook
from labkit.source import reference_source, stub

NOTEBOOK = "02_perceptron"
EXERCISES = {e.id: e for e in in_notebook(NOTEBOOK)}
MAXIMA = {name: e.points for name, e in EXERCISES.items()}
IMPORTS = "import numpy as np\nimport labkit as lk"


@dataclass(frozen=True)
class Code:
    """A code cell and its metadata."""

    source: str
    metadata: tuple = ()  # as json.dumps would write a dict's items; () for none


def answer(name: str, source: str | None = None) -> dict:
    """Return the cell that answers an exercise: the course's answer unless another source is given."""
    text = reference_source(EXERCISES[name].reference) if source is None else source
    return cell(text, {"labkit": {"exercise": name}})


def unwritten(name: str) -> dict:
    """Return the cell with the stub."""
    return answer(name, stub(EXERCISES[name].reference))


def demo(source: str) -> dict:
    """Return a cell that only shows something."""
    return cell(source, {"labkit": {"role": "demo"}})


def cell(source: str, metadata: dict | None = None, outputs: list | None = None) -> dict:
    """Return a code cell of format 4."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata or {},
        "outputs": outputs or [],
        "source": source,
    }


def notebook(*cells: dict, **extra) -> dict:
    """Return a notebook of format 4.5 with these cells after the imports."""
    prose = {"cell_type": "markdown", "metadata": {}, "source": "# The perceptron"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [prose, cell(IMPORTS), *cells], **extra}


def honest(**changed: str) -> dict:
    """Return a notebook with the course's answers but for the sources given by name."""
    return notebook(*(answer(name, changed.get(name)) for name in EXERCISES))


def untouched() -> dict:
    """Return the student edition."""
    return notebook(*(unwritten(name) for name in EXERCISES))


def hostile(source: str, *, first: bool = True) -> dict:
    """Return a notebook whose answers are all nothing, with a cell that attacks before or after them."""
    answers = [answer(name, f"def {name}(*args, **kwargs):\n    return 0") for name in EXERCISES]
    attack = cell(source)
    return notebook(attack, *answers) if first else notebook(*answers, attack)


def save(tree: dict | str | bytes, path: Path) -> Path:
    """Write a notebook, or the raw text of something that is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = tree if isinstance(tree, bytes) else (tree if isinstance(tree, str) else json.dumps(tree)).encode()
    path.write_bytes(raw)
    return path


def hand_in(folder: Path, student: str, tree: dict | str | bytes, name: str = NOTEBOOK) -> Path:
    """Write a notebook to FOLDER/STUDENT/NAME.ipynb."""
    return save(tree, folder / student / f"{name}.ipynb")
