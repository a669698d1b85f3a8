"""The solved edition: every notebook runs to its end with the course's answers, and every check passes with full points.

The student edition needs no file here: `make student` gives it to nbval, which runs every cell and expects no error.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from labkit.editions import write_solved
from labkit.exercises import in_notebook
from labkit.grading.model import PASSED
from labkit.notebooks import course, read, with_stubs, write

NOTEBOOKS = [pytest.param(path, id=path.stem) for path in course()]
LIMIT = 240  # seconds for a notebook; FAST means 15 on two cores that do nothing else

pytestmark = [pytest.mark.slow, pytest.mark.timeout(LIMIT + 60)]

# Runs papermill where no network is: loopback, which the kernel talks over, is switched on, nothing else is there.
OFFLINE = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: up, running
try:
    socket.create_connection(("192.0.2.1", 80), timeout=3)
except OSError as error:
    print("no network:", error, flush=True)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def papermill(source, target):
    """Return the command that runs a notebook fast."""
    options = ["--parameters", "FAST", "True", "--kernel", "python3", "--no-progress-bar", "--execution-timeout", "120"]
    options.append("--no-request-save-on-cell-execute")  # papermill writes the file twice a cell otherwise: seconds
    return ["-m", "papermill", str(source), str(target), *options]


def run(command, home, cwd):
    """Run a command with a record of its own; return what came of it."""
    environment = {**os.environ, "LABKIT_HOME": str(home), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False)


def solved_edition(path, folder):
    """Return the solved edition of one notebook, in a folder beside the course's own data."""
    return write_solved([path], folder)[0]


def cards(notebook):
    """Return the first line of every text output: a card's headline, for a card."""
    texts = [
        output.get("data", {}).get("text/plain", "") for cell in notebook.cells for output in cell.get("outputs", [])
    ]
    return [text.splitlines()[0] for text in texts if text]


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_the_solved_notebook_runs_and_every_check_passes(path, tmp_path):
    source, target = solved_edition(path, tmp_path), tmp_path / "run.ipynb"
    done = run([sys.executable, *papermill(source, target)], tmp_path / "home", tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    notebook = read(target)
    errors = [o for cell in notebook.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    assert errors == []
    assert any("FAST = True" in cell.source for cell in notebook.cells), "a cell tagged `parameters` takes FAST"
    shown = cards(notebook)
    for exercise in in_notebook(path.stem):
        full = f"✓ {exercise.id}: {PASSED} — {exercise.points:g} of {exercise.points:g} points"
        assert full in shown, f"{exercise.id}: {[line for line in shown if exercise.id in line]}"
    assert not [line for line in shown if line.startswith(("✗", "○", "!"))]
    record = json.loads((tmp_path / "home" / "progress.json").read_text("utf-8")) if in_notebook(path.stem) else {}
    assert {e.id: e.points for e in in_notebook(path.stem)} == {key: entry["points"] for key, entry in record.items()}


def without_network():
    """Return the command prefix that takes the network away, or None where the system does not allow it."""
    found = shutil.which("unshare")
    for flags in (["--net"], ["--map-root-user", "--net"]) if found else ():
        command = [str(found), *flags]
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return None


@pytest.mark.parametrize("path", NOTEBOOKS[:1])
def test_a_notebook_runs_without_a_network(path, tmp_path):
    prefix = without_network()
    if prefix is None:
        pytest.skip("`unshare --net` is not there or not permitted")
    source, target = solved_edition(path, tmp_path), tmp_path / "run.ipynb"
    done = run([*prefix, sys.executable, "-c", OFFLINE, *papermill(source, target)], tmp_path / "home", tmp_path)
    assert "no network:" in done.stdout
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_papermill_run_would_notice_a_failing_cell(tmp_path):
    """The check above can fail: a notebook whose last cell raises ends with an error."""
    cells = [nbformat.v4.new_code_cell("FAST = False", metadata={"tags": ["parameters"]})]
    cells.append(nbformat.v4.new_code_cell("assert not FAST, 'FAST came through'"))
    source = tmp_path / "broken.ipynb"
    write(with_stubs(nbformat.v4.new_notebook(cells=cells)), source)
    done = run([sys.executable, *papermill(source, tmp_path / "run.ipynb")], tmp_path / "home", tmp_path)
    assert done.returncode != 0
    assert "FAST came through" in done.stderr
