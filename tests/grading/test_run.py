"""A whole run from the outside: what harms a machine harms one hand-in, and whatever happens to the run, it goes on later."""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labkit.exercises import CATALOG, in_notebook
from labkit.grading.results import attention
from labkit.grading.results.report import write_pages
from labkit.grading.run import worker
from labkit.grading.run.grade import grade
from labkit.grading.run.journal import Journal
from labkit.grading.sandbox.session import Limits, Sandbox
from labkit.notebooks import course, exercise_of, read, solved, write
from labkit.source import reference_source
from tests.grading.submissions import (
    ALL,
    EXERCISES,
    NOTEBOOK,
    NOTHING,
    STRICT,
    answer,
    but,
    cell,
    hand_in,
    honest,
    hostile_call,
    notebook,
    untouched,
)

ROOT = Path(__file__).resolve().parents[2]
QUICK = Limits(seconds=2, memory_mib=512)


def in_a_cell(attack):
    """Return right answers after a cell that attacks, which costs that cell only."""
    return notebook(cell(attack), *(answer(name) for name in EXERCISES))


def xor(body):
    """Return right answers but for one that attacks when it is called."""
    lines = "\n".join("    " + line for line in body.splitlines())
    return honest(xor_weights=f"def xor_weights():\n{lines}\n    return 0")


FORK_BOMB = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
FILL = "try:\n    for i in range(10**4): open(f'/scratch/{i}', 'wb').write(b'x' * (1 << 20))\nexcept OSError: pass"
HARM = {
    "50 GB in a cell": (in_a_cell("import numpy as np\nx = np.ones(50 * 2**27)"), ALL),
    "50 GB in a call": (xor("return np.ones(50 * 2**27)"), but(xor_weights=0)),
    "memory bit by bit in a cell": (in_a_cell("x = []\nwhile True: x.append(bytearray(10**7))"), ALL),
    "recursion in a cell": (in_a_cell("import sys\nsys.setrecursionlimit(10**9)\ndef g(): g()\ng()"), ALL),
    "segfault in a cell": (in_a_cell("import ctypes\nctypes.string_at(0)"), ALL),
    "kills everybody in a cell": (in_a_cell("import os\nos.kill(-1, 9)\nos.kill(os.getpid(), 9)"), ALL),
    "deaf to signals in a call": (
        xor("import signal\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: pass"),
        but(xor_weights=0),
    ),
    "a lock taken twice in a cell": (
        in_a_cell("import threading\nx = threading.Lock()\nx.acquire(); x.acquire()"),
        ALL,
    ),
    "fork bomb in a cell": (in_a_cell(FORK_BOMB), ALL),
    "fork bomb in a call": (xor(FORK_BOMB), but(xor_weights=0)),
    "fills the disk in a cell": (in_a_cell(FILL), ALL),
    "endless output in a call": (xor("while True: print('x' * 10**6)"), but(xor_weights=0)),
    "endless result": (xor("import itertools\nreturn itertools.count()"), but(xor_weights=0)),
    "deep result": (xor("x = []\nfor _ in range(10**5): x = [x]\nreturn x"), but(xor_weights=0)),
    "huge shape": (xor("return np.broadcast_to(np.zeros(1), (2**40,))"), but(xor_weights=0)),
    "looks for the answers in __main__": (
        hostile_call("import __main__\nreturn [v for v in vars(__main__).values() if callable(v)]"),
        NOTHING,
    ),
    "reads the grader": (
        hostile_call(
            "import glob, os\n"
            "return [open(p, 'rb').read(99) for p in glob.glob('/proc/*/environ') + glob.glob('/proc/[2-9]*/maps')]"
        ),
        NOTHING,
    ),
}


@pytest.fixture(scope="module")
def harmed(tmp_path_factory):
    """One run over all of them, each followed by an honest hand-in."""
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("out")
    for name, (tree, _) in HARM.items():
        hand_in(folder, name, tree)
        hand_in(folder, f"{name} ~ after", honest())
    summary = grade(folder, out, workers=1, seed=20261122, limits=QUICK)
    found = {}
    with Journal(out) as journal:
        for row in journal.rows():
            found.setdefault(row.student, {})[row.exercise] = row
    return summary, found, out


@pytest.mark.parametrize("name", HARM)
def test_harm_is_done_to_nobody_else(harmed, name):
    summary, rows, _ = harmed
    assert summary.errors == 0
    own = {exercise: row.points for exercise, row in rows[name].items()}
    assert own == HARM[name][1], {row.exercise: row.message for row in rows[name].values()}
    assert {exercise: row.points for exercise, row in rows[f"{name} ~ after"].items()} == ALL


def test_what_was_stopped_is_named_for_a_person(harmed):
    found = attention.matters(harmed[2])
    stopped = {(m.student, m.where) for m in found if m.kind == attention.STOPPED}
    assert ("fork bomb in a cell", f"{NOTEBOOK}, code cell 2") in stopped
    assert ("deaf to signals in a call", "xor_weights") in stopped
    assert not any("after" in student for student, _ in stopped)
    assert all(m.why for m in found)


# ------------------------------------------------------------------------------------------------ people


def labkit(*arguments, **options):
    command = [sys.executable, "-m", "labkit", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, **options
    )


def test_the_end_of_a_run_names_what_needs_a_person(tmp_path):
    copied = "def fit_perceptron(X, y, lr=1.0, max_epochs=100):\n" + "\n".join(
        f"    a{i} = np.zeros({i}) + X.sum() * {i} - y.mean()" for i in range(9)
    )
    trees = {
        "ada": honest(fit_perceptron=copied),
        "ben": honest(fit_perceptron=copied),
        "cleo": "{",
        "dan": in_a_cell("while True: pass"),
        "eve": honest(xor_weights="from labkit.reference.perceptron import xor_weights"),
    }
    for name, tree in trees.items():
        hand_in(tmp_path / "in", name, tree)
    run = labkit("grade", tmp_path / "in", "--out", tmp_path / "out", "--workers", "1", "--timeout", "1")
    out, err = run.communicate(timeout=90)
    assert run.returncode == 1, err
    assert f"not graded: cleo, {NOTEBOOK}: cleo/{NOTEBOOK}.ipynb" in out
    assert f"timed out or died: dan, {NOTEBOOK}, code cell 2: did not return within 1 s" in out
    assert f"flagged: eve, {NOTEBOOK}: It imports labkit.reference" in out
    assert "flagged: ada, ben, fit_perceptron: These answers are nearly the same text." in out


def test_long_lists_of_matters_are_cut(tmp_path):
    for i in range(15):
        hand_in(tmp_path / "in", f"s{i:02d}", "{")
    run = labkit("grade", tmp_path / "in", "--out", tmp_path / "out", "--workers", "1")
    out, _ = run.communicate(timeout=60)
    assert out.count("not graded: s") == 12
    assert "not graded: and 3 more, all in" in out


# ------------------------------------------------------------------------------------------ the run itself


@pytest.fixture
def light_boxes(monkeypatch):
    """Have boxes here start without matplotlib."""
    monkeypatch.setattr(worker, "Sandbox", lambda **options: Sandbox(**{**options, "preload": False}))


@pytest.fixture
def class_folder(tmp_path, light_boxes):
    for i in range(8):
        tree = [honest(), honest(perceptron_predict=STRICT)][i % 2]
        tree["cells"].append(cell("import time; time.sleep(0.15)"))
        hand_in(tmp_path / "in", f"s{i:02d}", tree)
    return tmp_path / "in"


def done(out):
    try:
        with Journal(out) as journal:
            return len(journal.about())
    except Exception:  # not there yet
        return 0


def wait_for(out, count, run):
    ends = time.monotonic() + 60
    while done(out) < count:
        assert time.monotonic() < ends
        assert run.poll() is None, run.communicate()
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("workers", "how", "isolation"),
    [
        (1, signal.SIGINT, "bubblewrap"),
        (2, signal.SIGINT, "none"),
        (1, signal.SIGHUP, "none"),
        (2, signal.SIGTERM, "bubblewrap"),
    ],
)
def test_an_interrupt_ends_the_run_at_once_and_it_goes_on_where_it_was(
    class_folder, tmp_path, own_temporary_folder, workers, how, isolation
):
    out = tmp_path / "out"
    command = ("grade", class_folder, "--out", out, "--seed", "3", "--workers", workers, "--isolation", isolation)
    with labkit(*command) as run:
        wait_for(out, 2, run)
        # A terminal sends its signals to the grader and to its workers, the system's own end goes to the grader alone.
        (os.kill if how == signal.SIGTERM else os.killpg)(run.pid, how)
        start = time.monotonic()
        _, err = run.communicate(timeout=30)
    assert run.returncode == 128 + how
    assert time.monotonic() - start < 10
    assert "The same command goes on where it was" in err
    assert list(own_temporary_folder.iterdir()) == []
    assert "Traceback" not in err
    safe = done(out)
    assert 2 <= safe < 8
    summary = grade(class_folder, out, workers=1, isolation=isolation)
    assert (summary.seed, summary.resumed, summary.graded, summary.errors) == (3, safe, 8 - safe, 0)
    grade(class_folder, tmp_path / "undisturbed", workers=1, seed=3, isolation=isolation)
    assert (out / "gradebook.csv").read_bytes() == (tmp_path / "undisturbed" / "gradebook.csv").read_bytes()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_end_waits_for_who_is_stuck_or_leaves_anything(tmp_path, own_temporary_folder, how):
    for name in ("ada", "ben", "cleo", "dan"):
        hand_in(tmp_path / "in", name, honest() if name < "c" else notebook(cell("while True: pass")))
    out = tmp_path / "out"
    command = ("grade", tmp_path / "in", "--out", out, "--workers", "2", "--timeout", "100", "--isolation", "none")
    with labkit(*command) as run:
        wait_for(out, 2, run)
        assert list(own_temporary_folder.iterdir())
        os.kill(run.pid, how)
        start = time.monotonic()
        run.communicate(timeout=30)
    while list(own_temporary_folder.iterdir()):
        assert time.monotonic() - start < 10
        time.sleep(0.05)
    assert time.monotonic() - start < 10


def test_two_runs_on_one_folder_do_not_meet(class_folder, tmp_path):
    out = tmp_path / "out"
    with labkit("grade", class_folder, "--out", out, "--workers", "1") as first:
        wait_for(out, 1, first)
        second = labkit("grade", class_folder, "--out", out, "--workers", "1")
        _, err = second.communicate(timeout=60)
        assert second.returncode == 1
        assert f"another run (process {first.pid}) is grading into" in err
        first.communicate(timeout=60)
    assert first.returncode == 0
    assert done(out) == 8


def test_a_disk_that_takes_no_more_is_said_and_the_run_goes_on_later(tmp_path):
    """The system itself refuses to write beyond a size, as a full disk or a quota does."""
    for i in range(60):
        hand_in(tmp_path / "in", f"s{i:02d}", untouched())
    out = tmp_path / "out"
    command = ("grade", tmp_path / "in", "--out", out, "--workers", "1", "--seed", "3")
    small = (200_000, 200_000)
    with labkit(*command, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, small)) as run:
        _, err = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "make room" in err
    assert "Traceback" not in err
    safe = done(out)
    assert 0 < safe < 60
    summary = grade(tmp_path / "in", out, workers=1)
    assert (summary.resumed, summary.graded) == (safe, 60 - safe)
    grade(tmp_path / "in", tmp_path / "undisturbed", workers=1, seed=3)
    assert (out / "gradebook.csv").read_bytes() == (tmp_path / "undisturbed" / "gradebook.csv").read_bytes()


def memory_kib():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS")))


@pytest.mark.slow
def test_a_thousand_submissions(tmp_path, light_boxes):
    """Each with its own text; the grader does not grow with them, and every one has its row and its page."""
    [exercise] = in_notebook("00_start_here")
    right = reference_source(exercise.reference)
    for i in range(1000):
        source = f"{right}\n# by {i}" if i % 10 else f"def {exercise.id}(*args):\n    return {i}"
        hand_in(tmp_path / "in", f"student {i:04d}", notebook(cell(source)), exercise.notebook)
    marks = {}

    def progress(done, total):
        if done in (200, 1000):
            marks[done] = memory_kib()

    summary = grade(tmp_path / "in", tmp_path / "out", workers=1, progress=progress)
    assert (summary.submissions, summary.graded, summary.errors) == (1000, 1000, 0)
    assert marks[1000] - marks[200] < 20 * 1024, "KiB"
    with (tmp_path / "out" / "gradebook.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1000
    assert sum(float(row["points"]) for row in rows) == 900 * exercise.points
    write_pages(tmp_path / "out")
    assert len(list((tmp_path / "out" / "pages").glob("*.html"))) == 1000
    assert json.loads((tmp_path / "out" / "results.json").read_text())["students"].keys() == {
        f"student {i:04d}" for i in range(1000)
    }


@pytest.mark.slow
def test_the_solved_edition_of_every_notebook_gets_full_points_and_torch_harms_nobody(tmp_path):
    """The course's own notebooks as they are handed in, with torch and without, and one whose torch answer hangs and dies."""
    held = [path for path in course() if in_notebook(path.stem)]
    for path in held:
        for student in ("ada", "zoe"):
            write(solved(read(path)), tmp_path / "in" / student / path.name)
    torch = min(e.notebook for e in CATALOG.values() if e.needs_torch)
    bad = solved(read(next(path for path in held if path.stem == torch)))
    names = [e.id for e in in_notebook(torch) if e.needs_torch]
    for one in bad.cells:
        if exercise_of(one) in names:
            one.source = (
                f"import os, torch\ndef {exercise_of(one)}(*args, **kwargs):\n"
                "    torch.set_num_threads(4)\n    torch.ones(500, 500) @ torch.ones(500, 500)\n    os._exit(1)"
            )
    write(bad, tmp_path / "in" / "ben" / f"{torch}.ipynb")
    summary = grade(tmp_path / "in", tmp_path / "out", workers=1)
    assert summary.errors == 0
    with Journal(tmp_path / "out") as journal:
        rows = journal.rows()
    lost = {(row.student, row.exercise): row.message for row in rows if row.points < row.maximum}
    assert lost.keys() == {("ben", name) for name in names}, lost
    assert {row.notebook for row in rows if row.student == "zoe"} == {path.stem for path in held}
