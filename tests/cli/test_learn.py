"""The student's commands: progress, hand-in, and how JupyterLab is started."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile

import nbformat
import pytest

from labkit import launch, memory
from labkit.exercises import CATALOG
from labkit.grading.model import PASSED, Verdict
from labkit.handin import file_name
from labkit.notebooks import answer_cells, read, write

FIRST = next(iter(CATALOG.values()))


def test_progress_lists_every_exercise_and_what_was_passed(cli, labkit_home):
    memory.remember(Verdict(FIRST.id, PASSED, FIRST.points, FIRST.points, "Every case is right."))
    told = json.loads(cli("progress", "--json").out)
    assert [row["exercise"] for row in told["exercises"]] == list(CATALOG)
    assert (told["passed"], told["of"]) == (1, len(CATALOG))
    assert told["record"] == str(labkit_home / "progress.json")
    assert f"1 of {len(CATALOG)} exercises passed" in cli("progress").out


def test_progress_survives_a_damaged_record(cli, labkit_home):
    labkit_home.mkdir()
    (labkit_home / "progress.json").write_text('{"weighted_sum": {"points": "many", "hints": -3}, "x": 3', "utf-8")
    assert cli("progress").code == 0
    (labkit_home / "progress.json").write_text(json.dumps({FIRST.id: {"points": "many", "status": 7}}), "utf-8")
    assert cli("progress").code == 0


def test_submit_packs_the_notebooks_under_the_students_name(cli, course_folder, tmp_path):
    result = cli("submit", "--name", "Zoë O'Neil", "--out", tmp_path / "mail")
    assert result.code == 0, result.err
    target = tmp_path / "mail" / "Zoë_O_Neil.zip"
    assert str(target) in result.out.replace("\n", "")
    names = sorted(f"Zoë_O_Neil/{path.name}" for path in course_folder.glob("*.ipynb"))
    with zipfile.ZipFile(target) as packed:
        assert sorted(packed.namelist()) == names
        nbformat.reads(packed.read(names[0]).decode(), as_version=4)
    assert "No exercise in it is written yet" in result.err


def test_submit_counts_what_is_written(cli, course_folder, tmp_path):
    path = course_folder / f"{FIRST.notebook}.ipynb"
    notebook = read(path)
    next(cell for key, cell in answer_cells(notebook) if key == FIRST.id).source = f"def {FIRST.id}(*a): return 1"
    write(notebook, path)
    result = cli("submit", path, "--name", "Ada", "--out", tmp_path)
    count = sum(e.notebook == FIRST.notebook for e in CATALOG.values())
    assert result.code == 0
    assert [FIRST.notebook, str(count), "1"] in [line.split()[:3] for line in result.out.splitlines()]
    assert "No exercise" not in result.err


def test_submit_refuses_a_notebook_that_cannot_be_read(cli, tmp_path):
    broken = tmp_path / "02_perceptron.ipynb"
    broken.write_text('{"cells": [', "utf-8")
    result = cli("submit", broken, "--name", "Ada", "--out", tmp_path)
    assert result.code == 1
    assert str(broken) in result.err
    assert not (tmp_path / "Ada.zip").exists()


def test_submit_asks_for_a_name(cli, course_folder):
    result = cli("submit")
    assert result.code == 2
    assert "--name" in result.err


@pytest.mark.parametrize(
    ("name", "expected"),
    [("../../etc/passwd", "etc_passwd"), ("  ", "student"), ("李 明", "李_明"), ("a/b\\c:d", "a_b_c_d")],
)
def test_a_name_becomes_a_safe_file_name(name, expected):
    assert file_name(name) == expected


def test_lab_opens_the_first_notebook_and_hands_options_on(cli, course_folder, monkeypatch):
    started = []

    class Server:
        def __init__(self, command, env):
            started.append((command, env))

        def wait(self):
            return 3

    monkeypatch.setattr(launch.subprocess, "Popen", Server)
    result = cli("lab", "--no-browser", "--port", "9999")
    command, environment = started[0]
    first = min(course_folder.glob("*.ipynb")).name
    assert f"--LabApp.default_url=/lab/tree/notebooks/{first}" in command
    assert f"--ServerApp.root_dir={course_folder.parent}" in command
    assert {"--no-browser", "--ServerApp.port=9999"} <= set(command)
    assert environment["OMP_NUM_THREADS"] == os.environ["OMP_NUM_THREADS"]
    assert (result.code, "exit code 3" in result.err) == (1, True)


@pytest.mark.parametrize(("uid", "allowed"), [(0, True), (1000, False)])
def test_only_root_allows_root(course_folder, monkeypatch, uid, allowed):
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)
    command = launch.lab_command(course_folder / "00_a.ipynb", browser=True, port=None)
    assert ("--allow-root" in command) == allowed
    assert "--no-browser" not in command


def test_lab_leaves_what_the_user_has_set():
    environment = launch.lab_environment({"OMP_NUM_THREADS": "4", "JUPYTER_CONFIG_PATH": "/mine"})
    assert environment["OMP_NUM_THREADS"] == "4"
    assert environment["MKL_NUM_THREADS"] == "1"
    assert environment["JUPYTER_CONFIG_PATH"].endswith(f"{os.pathsep}/mine")


def test_lab_without_notebooks_says_where_it_looked(cli, monkeypatch, tmp_path):
    monkeypatch.setattr("labkit.notebooks.folder", lambda: tmp_path)
    monkeypatch.setattr(launch, "folder", lambda: tmp_path)
    result = cli("lab")
    assert result.code == 1
    assert str(tmp_path) in result.err


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_lab_serves_the_notebook_and_keeps_the_news_off(tmp_path):
    """A real server: the page of the first notebook comes, and its configuration disables the announcements."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path / "r")}
    environment |= {"JUPYTER_TOKEN": "secret", "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "w")}
    command = [sys.executable, "-m", "labkit", "lab", "--no-browser", "--port", str(port)]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            page = wait_for(f"http://127.0.0.1:{port}/lab?token=secret", server, tmp_path / "log")
            listing = wait_for(f"http://127.0.0.1:{port}/api/contents/notebooks?token=secret", server, tmp_path / "log")
        finally:
            server.terminate()
            server.wait(30)
    (disabled,) = re.findall(r'"disabledExtensions": (\[.*?\])', page)
    assert "@jupyterlab/apputils-extension:announcements" in json.loads(disabled)
    assert any(item["name"].endswith(".ipynb") for item in json.loads(listing)["content"])


def wait_for(address, server, log):
    """Return the text at an address, once the server answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"no answer from {address}: {log.read_text()[-2000:]}")
