"""Grading on a Dask cluster: the same gradebook as here, whatever becomes of a worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labkit.grading.run import cluster
from labkit.grading.run.grade import Limits, grade
from labkit.grading.run.journal import GradingError
from labkit.grading.run.worker import Job
from labkit.grading.sandbox.session import SandboxError
from labkit.grading.submissions.reader import read_submission
from tests.grading.submissions import EXERCISES, STRICT, cell, hand_in, honest, hostile, notebook, save, untouched

pytest.importorskip("distributed", reason="labkit[cluster] is not installed")
ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {"scheduler": "distributed.cli.dask_scheduler", "worker": "distributed.cli.dask_worker"}


class Machines:
    """A scheduler and its workers, each a process of its own on this machine."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard")
        self.workers = []
        until(self.file.exists)
        self.address = json.loads(self.file.read_text())["address"]

    def add(self):
        number = len(self.workers)
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", f"w{number}", "--death-timeout", "60")
        self.workers.append(self._start("worker", *options, "--local-directory", str(self.folder)))

    def _start(self, what, *options):
        command = [sys.executable, "-m", PROGRAMS[what], "--scheduler-file", str(self.file), *options]
        log = (self.folder / f"{what}-{time.monotonic_ns()}.log").open("w")
        with log:
            return subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": str(ROOT)}
            )

    def end(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "this takes too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    made = Machines(tmp_path_factory.mktemp("machines"))
    try:
        made.add()
        made.add()
        yield made
    finally:
        made.end()


@pytest.fixture
def class_folder(tmp_path):
    trees = {
        "ada": honest(),
        "ben": honest(perceptron_predict=STRICT),
        "cleo": untouched(),
        "dan": hostile("import os; os._exit(1)"),
        **{f"s{i}": notebook(*honest()["cells"][2:], cell(f"# {i}\nimport time\ntime.sleep(0.2)")) for i in range(8)},
    }
    for name, tree in trees.items():
        hand_in(tmp_path / "in", name, tree)
    return tmp_path / "in"


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_a_cluster_gives_the_same_gradebook(machines, class_folder, tmp_path):
    grade(class_folder, tmp_path / "here", workers=1, seed=4)
    with cluster.Cluster(machines.address) as there:
        until(lambda: there.workers == 2)
        summary = grade(
            class_folder, tmp_path / "there", workers=there.workers, seed=4, executor=there, look=there.look
        )
    assert (summary.graded, summary.errors) == (12, 0)
    for name in ("gradebook.csv", "results.json"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_a_worker_that_dies_does_not_lose_the_run(machines, class_folder, tmp_path):
    grade(class_folder, tmp_path / "here", workers=1, seed=4)
    machines.add()
    victim = machines.workers.pop()
    died = []

    def progress(done, total):
        if done == 3 and not died:
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            died.append(done)

    with cluster.Cluster(machines.address) as there:
        until(lambda: there.workers == 3)
        summary = grade(
            class_folder, tmp_path / "there", workers=3, seed=4, executor=there, look=there.look, progress=progress
        )
    assert died == [3]
    assert (summary.graded, summary.errors) == (12, 0)
    assert (tmp_path / "here" / "gradebook.csv").read_bytes() == (tmp_path / "there" / "gradebook.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_a_lost_scheduler_ends_the_run_in_words_and_it_goes_on_later(class_folder, tmp_path):
    (tmp_path / "machines").mkdir()
    machines = Machines(tmp_path / "machines")
    try:
        machines.add()

        def progress(done, total):
            if done == 2:
                machines.end()

        with cluster.Cluster(machines.address) as there:
            there._patience = 2
            with pytest.raises(GradingError, match="no scheduler answers"):
                grade(
                    class_folder,
                    tmp_path / "out",
                    workers=2,
                    seed=4,
                    executor=there,
                    look=there.look,
                    progress=progress,
                )
    finally:
        machines.end()
    again = grade(class_folder, tmp_path / "out", workers=1)
    assert again.resumed >= 2
    assert again.errors == 0
    grade(class_folder, tmp_path / "here", workers=1, seed=4)
    assert (tmp_path / "here" / "gradebook.csv").read_bytes() == (tmp_path / "out" / "gradebook.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_the_command_grades_on_a_cluster(machines, class_folder, tmp_path):
    command = [sys.executable, "-m", "labkit", "grade", class_folder, "--out", tmp_path / "out", "--json"]
    command += ["--scheduler", machines.address, "--seed", "4"]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["graded"] == 12


# ---------------------------------------------------------------------------------------- without a cluster


def job(tmp_path):
    one = read_submission(save(honest(), tmp_path / "02_perceptron.ipynb"))
    return Job(one, tuple(EXERCISES), 5, "bubblewrap", Limits())


def test_nobody_at_the_address_is_said():
    with pytest.raises(GradingError, match="dask scheduler"):
        cluster.Cluster("tcp://127.0.0.1:9", patience=1)
    with pytest.raises(GradingError, match="no scheduler answers"):
        cluster.Cluster("nonsense://host", patience=1)


def test_a_missing_package_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(GradingError, match=r"labkit\[cluster\]"):
        cluster.Cluster("tcp://127.0.0.1:9")


def test_a_worker_with_another_course_does_not_grade(tmp_path):
    with pytest.raises(GradingError, match="another version"):
        cluster.grade_there(job(tmp_path), ("something", "else", "than", "these"))
    assert "another version" in cluster._look(job(tmp_path), ())


def test_a_worker_without_a_box_is_named(tmp_path, monkeypatch):
    def no_box(*args, **kwargs):
        raise SandboxError("no namespaces here")

    monkeypatch.setattr(cluster, "prove", no_box)
    work = job(tmp_path)
    assert cluster._look(work, cluster._hashes(work)) == "no namespaces here"
