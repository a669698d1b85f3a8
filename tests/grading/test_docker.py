"""Boxes made by Docker: the command line, a whole grading run through a stand-in for Docker, and a real one where there is one.

The stand-in understands `docker run`'s options that we use and makes the same box of namespaces, so that what crosses the
border is what would: a command line, mounts, an environment, and one socket in a folder.
"""

from __future__ import annotations

import itertools
import json
import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from labkit.grading.run import worker
from labkit.grading.run.grade import grade
from labkit.grading.run.journal import Journal
from labkit.grading.sandbox import bubblewrap, docker
from labkit.grading.sandbox.session import Cell, Limits, Sandbox, SandboxError
from tests.grading.sandbox_tools import TIGHT, assert_unharmed, cells
from tests.grading.submissions import ALL, NOTHING, STUCK, hand_in, honest, hostile_call

STAND_IN = r"""
import json, os, signal, sys
here = os.path.dirname(os.path.abspath(__file__))
said = sys.argv[1:]
with open(os.path.join(here, "calls"), "a") as log:
    log.write(json.dumps(said) + "\n")
if said[:2] == ["image", "inspect"]:
    trouble = os.path.join(here, "trouble")
    if os.path.exists(trouble):
        sys.exit(open(trouble).read())
    sys.exit(0)
if said[0] == "kill":
    os.kill(int(open(os.path.join(here, said[1])).read()), signal.SIGKILL)
    sys.exit(0)
assert said.pop(0) == "run"
flags, options = [], {}
while said[0].startswith("--"):
    name = said.pop(0)
    if name in ("--rm", "--read-only"):
        flags.append(name)
    else:
        options.setdefault(name, []).append(said.pop(0))
image, rest = said[0], said[1:]
with open(os.path.join(here, options["--name"][0]), "w") as file:
    file.write(str(os.getpid()))
made = [BWRAP, "--unshare-pid", "--as-pid-1", "--unshare-net", "--unshare-ipc", "--die-with-parent", "--cap-drop", "ALL"]
made += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
for name in sorted(os.listdir("/")):
    if name not in ("proc", "dev", "box", "scratch") and not os.path.islink("/" + name):
        made += ["--ro-bind", "/" + name, "/" + name]
    elif os.path.islink("/" + name):
        made += ["--symlink", os.readlink("/" + name), "/" + name]
made += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/dev/shm"]
for given in options["--tmpfs"]:
    made += ["--tmpfs", given.partition(":")[0]]
for given in options["--mount"]:
    parts = dict(part.partition("=")[::2] for part in given.split(","))
    assert "readonly" in parts
    made += ["--ro-bind", parts["src"], parts["dst"]]
    if parts["dst"] == "/box/meeting":  # the stand-in's nobody is this user under another name, so that it can read Python
        for path in (parts["src"], parts["src"] + "/control"):
            os.chown(path, os.geteuid(), -1)
made += ["--clearenv"]
for given in options["--env"]:
    key, _, value = given.partition("=")
    made += ["--setenv", key, value]
made += ["--chdir", options["--workdir"][0], "--", PYTHON, *rest]
os.execv(made[0], made)
"""


@pytest.fixture
def engine(tmp_path, monkeypatch, own_temporary_folder):
    """Return the folder of a docker program that stands for Docker; what it was asked is in its file "calls"."""
    folder = tmp_path / "engine"
    folder.mkdir()
    names = f"BWRAP, PYTHON = {bubblewrap.program()!r}, {sys.executable!r}\n"
    program = folder / "docker"
    program.write_text(f"#!{sys.executable} -I\n{names}{STAND_IN}")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def calls(engine):
    return [json.loads(line) for line in (engine / "calls").read_text().splitlines()]


def options(argv):
    """Return option -> values of a docker run."""
    found = {}
    for name, value in itertools.pairwise(argv):
        if name.startswith("--"):
            found.setdefault(name, []).append(value)
    return found


def test_a_container_has_no_network_no_rights_and_bounds(engine, tmp_path):
    made = docker.command(512, 24, 64, tmp_path)
    given = options(made.argv)
    assert given["--network"] == ["none"]
    assert given["--cap-drop"] == ["ALL"]
    assert given["--security-opt"] == ["no-new-privileges"]
    assert given["--pull"] == ["never"]
    assert given["--pids-limit"] == ["32"]
    assert given["--memory"] == given["--memory-swap"] == [f"{512 + docker.WARM_MIB + 128}m"]
    assert {"--read-only", "--rm"} <= set(made.argv)
    assert given["--tmpfs"][0].startswith("/scratch:rw,nosuid,nodev,mode=1777,size=64m")
    user = given["--user"][0].split(":")[0]
    assert user == ("65534" if os.geteuid() == 0 else str(os.geteuid()))
    assert made.argv[-1] == "labkit-grader"
    assert made.kill[1:] == ("kill", given["--name"][0])


def test_a_container_sees_no_answers_and_can_write_to_nothing_of_ours(engine, tmp_path):
    made = docker.command(512, 24, 64, tmp_path)
    mounts = [dict(part.partition("=")[::2] for part in one.split(",")) for one in options(made.argv)["--mount"]]
    assert all("readonly" in mount for mount in mounts)
    places = {mount["dst"] for mount in mounts}
    for closed in ("reference", "exercises", "source.py", "lesson.py", "grading/judge.py", "grading/journal.py"):
        assert f"/box/labkit/{closed}" not in places
    assert {"/box/labkit/datasets", "/box/labkit/grading/box", "/box/data", docker.MEETING} <= places
    outside = {Path(mount["src"]) for mount in mounts} - {made.meeting[0], tmp_path}
    assert all(path.is_relative_to(bubblewrap.PACKAGE) and path != bubblewrap.PACKAGE for path in outside)
    assert stat.S_IMODE(made.meeting[0].stat().st_mode) == 0o700


def test_the_graders_environment_stays_outside(engine, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "x")
    made = docker.command(512, 24, 64, None)
    assert "SECRET_OF_THE_GRADER" not in " ".join(made.argv)


def test_a_submission_is_run_in_it(engine):
    with Sandbox(isolation="docker", limits=TIGHT, preload=False) as box:
        assert_unharmed(box)
        with box.open(cells("import os\ndef f(x):\n    os._exit(3)")) as session:
            assert "exit code 3" in session.ask("f", "call", [np.ones(2)]).fault.message
        with box.open(cells("while True: pass")) as session:
            assert session.events[0].status == "timed out"
        with box.open(cells("import labkit.reference")) as session:
            assert "not in the box" in session.events[0].message
        with box.open(cells("import os\ndef met():\n    return sorted(os.listdir('/box/meeting'))")) as session:
            assert session.ask("met", "call").value == [], "nobody else can come to the meeting place"
        assert_unharmed(box)
        meeting = Path(options(calls(engine)[-1])["--mount"][0].split(",")[1].removeprefix("src="))
        assert meeting.is_dir()
    assert not meeting.exists()
    assert [call[0] for call in calls(engine)] == ["image", "run"], "one container for all of them, gone by itself"


def test_a_class_is_graded_in_it(engine, tmp_path, monkeypatch):
    trees = {"ada": honest(), "ben": hostile_call("import os, signal; os.kill(-1, signal.SIGKILL)"), "cleo": honest()}
    for name, tree in {**trees, "dan": STUCK["endless call"][0]}.items():
        hand_in(tmp_path / "in", name, tree)
    monkeypatch.setattr(worker, "Sandbox", lambda **options: Sandbox(**{**options, "preload": False}))
    summary = grade(tmp_path / "in", tmp_path / "out", workers=1, isolation="docker", limits=Limits(seconds=2))
    assert (summary.isolation, summary.errors) == ("docker", 0)
    found = {}
    with Journal(tmp_path / "out") as journal:
        for row in journal.rows():
            found.setdefault(row.student, {})[row.exercise] = row.points
            assert row.isolation == "docker"
    assert found == {"ada": ALL, "ben": NOTHING, "cleo": ALL, "dan": STUCK["endless call"][1]}


def test_a_container_that_does_not_end_is_killed(engine, monkeypatch):
    box = Sandbox(isolation="docker", limits=TIGHT, preload=False)
    box.open([]).close()
    held = box._box.control.dup()  # somebody keeps the line open: the warm process is not hung up on
    try:
        box.close()
    finally:
        held.close()
    assert calls(engine)[-1][0] == "kill"


def test_what_is_missing_is_said(engine, monkeypatch):
    for text, words in {
        "Error response from daemon: No such image: labkit-grader:latest": "docker build",
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.": "no engine",
    }.items():
        (engine / "trouble").write_text(text)
        with pytest.raises(SandboxError, match=words), Sandbox(isolation="docker") as box:
            box.open([Cell("x = 1", "cell 1")])
    monkeypatch.setenv("PATH", str(engine / "nowhere"))
    with pytest.raises(SandboxError, match="no docker program"), Sandbox(isolation="docker") as box:
        box.open([])


def test_a_container_that_fails_to_start_says_why(engine, monkeypatch):
    (engine / "docker").write_text(
        f"#!{sys.executable} -I\nimport sys\nsys.exit(0 if sys.argv[1] == 'image' else 'docker: no space left on device')"
    )
    with pytest.raises(SandboxError, match="no space left"), Sandbox(isolation="docker") as box:
        box.open([])


def test_docker_is_taken_by_itself_only_when_bubblewrap_does_not_work(engine, tmp_path, monkeypatch):
    hand_in(tmp_path / "in", "ada", honest())
    monkeypatch.setattr(worker, "Sandbox", lambda **options: Sandbox(**{**options, "preload": False}))
    assert grade(tmp_path / "in", tmp_path / "one", workers=1).isolation == "bubblewrap"
    assert not (engine / "calls").exists()

    def refused(*args, **kwargs):
        raise bubblewrap.Unavailable("no namespaces for you")

    monkeypatch.setattr(bubblewrap, "command", refused)
    assert grade(tmp_path / "in", tmp_path / "two", workers=1).isolation == "docker"
    with pytest.raises(SandboxError, match="no namespaces for you"):
        grade(tmp_path / "in", tmp_path / "three", workers=1, isolation="bubblewrap")
    (engine / "trouble").write_text("Cannot connect to the Docker daemon")
    with pytest.raises(SandboxError, match="no namespaces for you"):
        grade(tmp_path / "in", tmp_path / "four", workers=1)


@pytest.mark.slow
def test_the_real_docker_where_there_is_one():
    try:
        docker.program()
    except bubblewrap.Unavailable as error:
        pytest.skip(str(error))
    with Sandbox(isolation="docker", limits=TIGHT, preload=False) as box:
        assert_unharmed(box)
        with box.open(cells("import socket\ndef f():\n    socket.create_connection(('192.0.2.1', 80), 1)")) as session:
            assert session.ask("f", "call").fault is not None
        assert_unharmed(box)
