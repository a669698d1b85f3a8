"""The examples in the references' docstrings are read by students, so they must be true."""

import doctest
import importlib
from pathlib import Path

import pytest

import labkit.reference

REFERENCE = Path(labkit.reference.__file__).parent
MODULES = sorted(path.stem for path in REFERENCE.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("stem", MODULES)
def test_examples_in_docstrings_are_true(stem):
    results = doctest.testmod(importlib.import_module(f"labkit.reference.{stem}"))
    assert results.attempted > 0, f"{stem}.py has no example in any docstring"
    assert results.failed == 0, f"{results.failed} examples of {stem}.py fail; see the output above"


def test_examples_of_the_gradient_check_are_true():
    results = doctest.testmod(importlib.import_module("labkit.gradients"))
    assert results.attempted > 0
    assert results.failed == 0
