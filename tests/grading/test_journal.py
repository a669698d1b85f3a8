"""Nothing graded is lost: not by a kill at any moment, not by a full disk, not by two runs at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labkit.grading.model import PASSED, AspectResult, Verdict
from labkit.grading.run import journal as journal_module
from labkit.grading.run.grade import grade
from labkit.grading.run.journal import FILE, LOCK, About, Check, GradingError, Journal, Run
from labkit.grading.submissions.reader import Submission, Unreadable
from tests.grading.submissions import NOTEBOOK, STRICT, hand_in, honest, untouched

RUN = Run("2026-11-21T00:00:00+00:00", "0.1", 7, "bubblewrap", "", "in")
CHECK = Check("xor_weights", NOTEBOOK, 3, "Two layers", 1.0, "abc")
SCRIPT = """
import sys
from pathlib import Path
from labkit.grading.run.grade import grade
if __name__ == "__main__":
    folder, out, workers, step = sys.argv[1:]
    step = step == "step"
    def tell(done, total):
        print(done, flush=True)
        if step:
            sys.stdin.readline()
    grade(Path(folder), Path(out), workers=int(workers), seed=11, progress=tell)
"""


def submission(student="ada", sha256="1" * 64):
    return Submission(student, NOTEBOOK, f"{student}/{NOTEBOOK}.ipynb", sha256, ())


def verdict(points=1.0, **fields):
    return Verdict("xor_weights", PASSED, points, 1.0, "Every case is right.", seed=7, **fields)


def about(one, **fields):
    known = {"note": "", "stopped": (), "flags": (), "prints": {}}
    return About(one.student, one.notebook, one.path, **{**known, **fields})


def write(journal, one, *verdicts, **fields):
    journal.write(one, verdicts, {"xor_weights": "abc"}, about(one, **fields), "bubblewrap")


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "out", write=True) as opened:
        opened.begin(RUN, [CHECK], [])
        yield opened


# --------------------------------------------------------------------------------------------------- what it keeps


def test_what_is_written_comes_back(journal):
    aspects = (AspectResult("values", 2, 3, True), AspectResult("shapes", 0, 1, False))
    seen = verdict(0.5, advice="Look.", mistake="slip", call="xor_weights(),", label="corners", aspects=aspects)
    stopped, flags = (("cell 1", "raised", "E: x"),), (("xor_weights", "It calls f."),)
    write(journal, submission(), seen, note="late", stopped=stopped, flags=flags, prints={"xor_weights": [1, 2]})
    (row,) = journal.rows()
    assert (row.student, row.exercise, row.title, row.status, row.points, row.maximum) == (
        *("ada", "xor_weights", "Two layers"),
        *(PASSED, 0.5, 1.0),
    )
    assert (row.message, row.advice, row.mistake, row.call, row.label) == (
        *("Every case is right.", "Look.", "slip"),
        *("xor_weights(),", "corners"),
    )
    assert (row.aspects, row.seed, row.isolation) == (aspects, 7, "bubblewrap")
    (known,) = journal.about()
    assert (known.note, known.stopped, known.flags, known.prints) == ("late", stopped, flags, {"xor_weights": [1, 2]})
    assert journal.runs() == [RUN]
    assert journal.checks() == [CHECK]


def test_only_the_same_work_check_and_seed_count_as_graded(journal):
    write(journal, submission(), verdict())
    assert journal.graded(submission(), 7) == {("xor_weights", "abc")}
    assert journal.graded(submission(sha256="2" * 64), 7) == set()
    assert journal.graded(submission("ben"), 7) == set()
    assert journal.graded(submission(), 8) == set()


def test_the_last_hand_in_counts_and_the_old_one_is_kept(journal):
    write(journal, submission(), verdict(0.2))
    write(journal, submission(sha256="2" * 64), verdict(0.9))
    assert [row.points for row in journal.rows()] == [0.9]
    write(journal, submission())  # the old file is back: what was graded counts again
    assert [row.points for row in journal.rows()] == [0.2]


def test_what_is_not_graded_by_todays_check_is_said(journal):
    write(journal, submission(), verdict())
    journal.begin(RUN, [Check("xor_weights", NOTEBOOK, 3, "Two layers", 2.0, "new")], [])
    (row,) = journal.rows()
    assert (row.status, row.points, row.maximum) == (None, 0.0, 2.0)


def test_unreadable_files_are_those_of_the_last_run_of_their_folder(journal):
    bad = Unreadable("ada", "", "ada/x.ipynb", "empty")
    journal.begin(RUN, [], [bad])
    journal.begin(Run(*list(vars(RUN).values())[:5], "other"), [], [Unreadable("ben", "", "b", "r")])
    assert [u.student for u in journal.unreadable()] == ["ada", "ben"]
    journal.begin(RUN, [], [])
    assert [u.student for u in journal.unreadable()] == ["ben"]


def test_words_that_no_text_can_hold(journal):
    write(journal, submission(), verdict(advice="half \ud800 of a pair"), stopped=(("c", "raised", "\udfff"),))
    assert journal.rows()[0].advice == "half ? of a pair"


def test_a_submission_goes_in_whole_or_not_at_all(journal):
    broken = verdict()
    object.__setattr__(broken, "points", object())
    with pytest.raises(sqlite3.ProgrammingError):
        write(journal, submission(), verdict(), broken)
    assert journal.rows() == []
    assert journal.about() == []
    write(journal, submission(), verdict())
    assert len(journal.rows()) == 1


# ---------------------------------------------------------------------------------------------------------- trouble


def test_a_second_run_is_kept_out_and_told_by_whom(tmp_path):
    with Journal(tmp_path / "out", write=True) as first:
        first.begin(RUN, [CHECK], [])
        with pytest.raises(GradingError, match=rf"another run \(process {os.getpid()}\) is grading into"):
            Journal(tmp_path / "out", write=True)
        write(first, submission(), verdict())
        with Journal(tmp_path / "out") as reader:
            assert len(reader.rows()) == 1, "reading is allowed"
    Journal(tmp_path / "out", write=True).close()


def test_a_lock_of_a_process_that_is_gone_is_none(tmp_path):
    code = "import sys, os, pathlib; from labkit.grading.run.journal import Journal; Journal(pathlib.Path(sys.argv[1]), write=True); os._exit(1)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=60)
    assert (tmp_path / LOCK).read_text().strip().isdigit()
    Journal(tmp_path, write=True).close()


@pytest.mark.parametrize(
    "content", [b"not a database, but quite long enough to look like one" * 40, b"SQLite format 3\0" + b"\1" * 5000]
)
def test_a_damaged_journal_is_left_as_it_is(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(GradingError, match="damaged or no journal"):
        Journal(tmp_path, write=True)
    assert (tmp_path / FILE).read_bytes() == content
    (tmp_path / FILE).unlink()
    Journal(tmp_path, write=True).close()  # the lock was given back


def test_no_journal_there(tmp_path):
    with pytest.raises(GradingError, match=r"holds no grades\.sqlite"):
        Journal(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(GradingError, match="cannot be written"):
        Journal(tmp_path / "file", write=True)


def test_a_full_disk_is_said_and_the_journal_stays_whole(tmp_path, monkeypatch):
    """SQLite's own "disk is full", by allowing the file so many pages; then more, and the run goes on where it was."""
    folder, out = tmp_path / "in", tmp_path / "out"
    for i in range(30):
        hand_in(folder, f"s{i:02d}", untouched())
    real = journal_module.sqlite3.connect

    def small(*args, **kwargs):
        db = real(*args, **kwargs)
        db.execute("PRAGMA max_page_count = 16")
        return db

    monkeypatch.setattr(journal_module.sqlite3, "connect", small)
    with pytest.raises(GradingError, match=r"cannot take more data .*full.*run the same command again"):
        grade(folder, out, workers=1, seed=1)
    monkeypatch.undo()
    with Journal(out) as after:
        safe = len(after.about())
    assert 0 < safe < 30
    summary = grade(folder, out, workers=1)
    assert (summary.resumed, summary.graded) == (safe, 30 - safe)
    grade(folder, tmp_path / "fresh", workers=1, seed=1)
    assert (out / "gradebook.csv").read_bytes() == (tmp_path / "fresh" / "gradebook.csv").read_bytes()


# ------------------------------------------------------------------------------------------------------------- kill


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    for i in range(8):
        hand_in(folder, f"s{i}", [honest(), honest(perceptron_predict=STRICT)][i % 2])
    hand_in(folder, "t broken", "{")
    return folder


@pytest.fixture(scope="module")
def undisturbed(class_folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed")
    grade(class_folder, out, workers=1, seed=11)
    return out


def start(folder, out, workers, step):
    """Start a run in a process of its own; "step": after each submission it waits for a line."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    script = out.with_suffix(".py")
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(folder), str(out), str(workers), step]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def assert_same(out, undisturbed):
    for name in ("gradebook.csv", "results.json"):
        assert (out / name).read_bytes() == (undisturbed / name).read_bytes()


@pytest.mark.parametrize(("workers", "after"), [(1, 0), (1, 4), (2, 3), (2, 7)])
def test_a_killed_run_goes_on_where_it_was(class_folder, undisturbed, tmp_path, workers, after):
    out = tmp_path / "out"
    with start(class_folder, out, workers, "step") as run:
        for line in run.stdout:
            if int(line) > after:  # the unreadable one is done from the start
                family = descendants(run.pid)
                run.kill()
                break
            run.stdin.write("\n")
            run.stdin.flush()
    assert run.returncode == -signal.SIGKILL
    assert family, "there were workers or boxes to leave behind"
    wait_until_gone(family)
    assert not (out / "gradebook.csv").exists()
    with Journal(out) as journal:
        assert len(journal.about()) == after, "what was told as done is in the journal, and nothing else"
        assert all(row.status for row in journal.rows())
    summary = grade(class_folder, out, workers=1)
    assert (summary.seed, summary.resumed, summary.graded, summary.unreadable) == (11, after, 8 - after, 1)
    assert_same(out, undisturbed)


def test_kills_at_any_moment(class_folder, undisturbed, tmp_path):
    out = tmp_path / "out"
    for seconds in (0.5, 0.9, 1.3, 1.7):
        with start(class_folder, out, 2, "on") as run:
            time.sleep(seconds)
            family = descendants(run.pid)
            run.kill()
        wait_until_gone(family)
    grade(class_folder, out, workers=1, seed=11)
    assert_same(out, undisturbed)


def parents():
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                found[int(entry.name)] = int(parent)
    return found


def descendants(pid):
    family, found = {pid}, parents()
    while more := {p for p, parent in found.items() if parent in family} - family:
        family |= more
    return family - {pid}


def wait_until_gone(family):
    ends = time.monotonic() + 30
    while left := family & parents().keys():
        assert time.monotonic() < ends, f"still running: {left}"
        time.sleep(0.05)
