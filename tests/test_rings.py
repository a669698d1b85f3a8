"""The rings: who may import whom (import-linter's contracts in pyproject.toml), and what contracts cannot say."""

from __future__ import annotations

import ast
import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.grading.box.inside import GRADING
from labkit.grading.run.checkhash import DECIDES

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "labkit").rglob("*.py"))
POSIX_ONLY = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
MAY_PRINT = ("labkit/cli/", "labkit/cards.py", "labkit/figures.py", "labkit/datasets/dataset.py")  # cells' output
# what a student's machine imports, Windows included; boxes are Linux's
STUDENTS = (
    "labkit",
    "labkit.lesson",
    "labkit.datasets",
    "labkit.gradients",
    "labkit.cli",
    "labkit.doctor",
    "labkit.launch",
    "labkit.handin",
    "labkit.grading.run.grade",
    "labkit.vision",
)


@functools.cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree, *, walk=ast.walk):
    """Yield (module, name or "") for every absolute import in a tree."""
    for node in walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that one can search for them"
            yield from ((node.module or "", alias.name) for alias in node.names)


def at_import_time(node):
    """Yield the nodes that run when a module is imported: no function bodies, nothing for type checkers only."""
    yield node
    for child in ast.iter_child_nodes(node):
        for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not for_types:
            yield from at_import_time(child)


def run_python(code):
    """Return what a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_contracts_are_kept():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert " 0 broken" in done.stdout


def test_importing_labkit_wakes_nothing():
    code = "import sys; before = set(sys.modules); import labkit; print(sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    woken = ast.literal_eval(run_python(code))
    assert set(woken) <= set(sys.stdlib_module_names) | {"labkit"}


def test_the_catalogue_leaves_torch_and_the_references_asleep():
    code = (
        "import sys, labkit.lesson, labkit.exercises, labkit.notebooks;"
        "print([m for m in sys.modules if m.split('.')[0] in ('torch', 'matplotlib', 'sklearn') or m.startswith('labkit.reference')])"
    )
    assert run_python(code) == "[]"


def test_datasets_leave_torch_asleep():
    code = "import sys, labkit.datasets; print([m for m in ('torch', 'sklearn', 'matplotlib') if m in sys.modules])"
    assert run_python(code) == "[]"


@pytest.mark.parametrize("path", [p for p in FILES if "reference" in p.parts], ids=name_of)
def test_a_reference_imports_torch_only_in_its_torch_twin(path):
    heads = {module.split(".")[0] for module, _ in imports(tree_of(path))}
    allowed = {"numpy", "scipy", "labkit", "tqdm"}  # tqdm: a bar for long training
    if path.stem.endswith("_torch"):
        allowed.add("torch")
    assert heads - set(sys.stdlib_module_names) <= allowed


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_file_reads_anothers_private_name(path):
    tree = tree_of(path)
    taken = [f"{m}.{n}" for m, n in imports(tree) if m.startswith("labkit") and is_private(n or m.split(".")[-1])]
    ours = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("labkit")
        for alias in node.names
    }
    read = [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id in ours and is_private(node.attr)
    ]
    assert taken + read == []


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("path", [p for p in FILES if not name_of(p).startswith(MAY_PRINT)], ids=name_of)
def test_library_files_do_not_print(path):
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    assert [n.lineno for n in calls if isinstance(n.func, ast.Name) and n.func.id == "print"] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_command_line_exits(path):
    if name_of(path).startswith("labkit/cli/") or path.stem in ("warm", "cells"):  # the box's processes end themselves
        return
    calls = [ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    assert {"sys.exit", "exit", "quit"}.isdisjoint(calls)


def test_all_that_observes_is_in_the_box_and_in_the_hash_of_a_check():
    files = {module_of(path): path for path in FILES}
    todo, seen = ["labkit.grading.observe"], set()
    while todo:
        module = todo.pop()
        if module not in seen and module in files:
            seen.add(module)
            todo += [name for name, _ in imports(tree_of(files[module]))]
    assert len(seen) > 1
    assert {module.rpartition(".")[2] for module in seen} <= set(GRADING)
    assert seen <= {module.__name__ for module in DECIDES}


def test_what_students_import_is_not_posix_only():
    files = {module_of(path): path for path in FILES}
    todo, seen = [*STUDENTS], set()
    while todo:
        module = todo.pop()
        if module in seen or module not in files:
            continue
        seen.add(module)
        heads = set()
        for name, part in imports(tree_of(files[module]), walk=at_import_time):
            heads.add(name.split(".")[0])
            todo += [name, f"{name}.{part}", *(name.rsplit(".", k)[0] for k in range(1, name.count(".") + 1))]
        assert heads.isdisjoint(POSIX_ONLY), f"{module} imports {heads & POSIX_ONLY} when it is imported"
    assert {"labkit.lesson", "labkit.grading.judge", "labkit.datasets.made"} <= seen
