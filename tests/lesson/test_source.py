"""Stubs and solutions are cut from the references: signature and statement stay, bodies go."""

from __future__ import annotations

import ast
import sys
import types

import pytest

from labkit import source
from labkit.exercises import CATALOG

CLASS = '''
class Counter:
    """Return how often it was stepped.

    Two lines.
    """

    limit = 3

    def __init__(self, start=0):
        """Start at start."""
        self.n = start

    def step(
        self,
        by=1,
    ):
        """Go on."""
        self.n += by
        return self.n

    def bare(self):
        return self.n

    def _private(self):
        return 1


def one_liner(x): return x
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "counter_module.py").write_text(CLASS)
    monkeypatch.syspath_prepend(str(tmp_path))
    source._module.cache_clear()
    yield "counter_module"
    sys.modules.pop("counter_module", None)


@pytest.mark.parametrize("exercise", CATALOG.values(), ids=lambda e: e.id)
def test_a_stub_keeps_signature_and_statement_and_nothing_of_the_answer(exercise):
    full, start = (ast.parse(text(exercise.reference)).body[0] for text in (source.reference_source, source.stub))
    assert ast.get_docstring(full) == ast.get_docstring(start) == source.statement(exercise.reference)
    if isinstance(full, ast.FunctionDef):
        assert ast.dump(full.args) == ast.dump(start.args)
        assert [type(n) for n in start.body] == [ast.Expr, ast.Raise]
    assert source.is_stub(source.stub(exercise.reference), exercise.id)
    assert not source.is_stub(source.reference_source(exercise.reference), exercise.id)


def test_a_class_stub_keeps_its_public_methods(module):
    stub = source.stub(f"{module}:Counter")
    space = {}
    exec(stub, space)
    counter = space["Counter"]
    assert {n for n in vars(counter) if not n.startswith("__")} == {"step", "bare"}
    assert counter.__init__.__doc__ == "Start at start."
    with pytest.raises(NotImplementedError):
        counter()
    assert source.is_stub(stub, "Counter")
    assert not source.is_stub(source.reference_source(f"{module}:Counter"), "Counter")


def test_what_is_not_there_is_a_lookup_error(module):
    with pytest.raises(LookupError, match="nothing"):
        source.stub(f"{module}:nothing")
    with pytest.raises(LookupError, match="no module"):
        source.stub("labkit.reference.nowhere:f")


@pytest.mark.parametrize("text", ["", "def f(:", "x = 1", "def g():\n    raise NotImplementedError"])
def test_what_is_no_stub_of_f(text):
    assert not source.is_stub(text, "f")


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    raise NotImplementedError",
        'def f(x):\n    "d"\n    raise NotImplementedError("later")',
        "def f(x):\n    ...",
    ],
)
def test_what_is_a_stub_of_f(text):
    assert source.is_stub(text, "f")


def test_reading_a_source_does_not_import_it():
    name = "labkit.reference.activations_torch"
    loaded = sys.modules.pop(name, None)
    try:
        assert "def relu" in source.reference_source(f"{name}:relu")
        assert name not in sys.modules
    finally:
        if isinstance(loaded, types.ModuleType):
            sys.modules[name] = loaded
