"""The command line as a whole: help, version, exit codes, and what happens to errors."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import labkit
from labkit.cli import main
from labkit.datasets import DataError

COMMANDS = [
    "lab",
    "doctor",
    "progress",
    "check",
    "submit",
    "grade",
    "report",
    "release",
    "stubs",
    "solve",
    "data",
    "data verify",
    "data full",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(cli, command):
    result = cli(*command.split(), "--help")
    assert result.code == 0
    assert f"labkit {command}" in result.out
    assert len(result.out.split()) > 10


def test_the_help_lists_every_command(cli):
    result = cli("--help")
    assert result.code == 0
    for command in COMMANDS:
        assert f" {command.split()[0]} " in result.out


def test_the_version_is_the_packages(cli):
    assert cli("--version").out == f"labkit {labkit.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("check",),
        ("grade", "somewhere"),
        ("lab", "--port", "0"),
        ("stubs", "--nonsense"),
        ("check", "no-such-file.ipynb"),
        ("check", "README.md"),
        ("check", "labkit"),
        ("submit", "no-such-file.ipynb", "--name", "Ada"),
        ("grade", "no-such-folder", "--out", "nowhere"),
        ("report", "no-such-folder"),
        ("stubs", "no-such-folder"),
        ("solve", "labkit"),
        ("release", "99"),
        ("data", "full", "cifar"),
    ],
)
def test_wrong_use_ends_with_2_and_no_traceback(cli, arguments):
    result = cli(*arguments)
    assert result.code == 2, result
    assert "Traceback" not in result.err + result.out
    assert result.err.strip() or "Usage" in result.out


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (PermissionError(13, "Permission denied", "/a/file"), 1, "/a/file: Permission denied"),
        (DataError("data/iris.npz is damaged."), 1, "labkit: data/iris.npz is damaged."),
    ],
)
def test_an_error_of_ours_or_the_systems_becomes_a_sentence(cli, monkeypatch, error, code, words):
    def fails():
        raise error

    monkeypatch.setattr("labkit.datasets.verify", fails)
    result = cli("data", "verify")
    assert result.code == code
    assert words in result.err
    assert "Traceback" not in result.err


def test_an_interruption_ends_with_a_code_and_no_traceback(cli, monkeypatch):
    def fails():
        raise KeyboardInterrupt

    monkeypatch.setattr("labkit.datasets.verify", fails)
    result = cli("data", "verify")
    assert result.code in (1, 130)  # older and newer typer
    assert "Traceback" not in result.err


def test_a_fault_of_labkit_shows_where_it_happened(cli, monkeypatch):
    monkeypatch.setattr("labkit.datasets.verify", lambda: 1 / 0)
    result = cli("data", "verify")
    assert result.code == 1
    assert "ZeroDivisionError" in result.err
    assert "a fault of labkit, not yours" in result.err


def test_python_m_labkit_is_labkit():
    done = subprocess.run([sys.executable, "-m", "labkit", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"labkit {labkit.__version__}\n"


def test_a_terminal_without_unicode_gets_its_lines():
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-m", "labkit", "data", "verify"],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "cp1252", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert b"iris" in done.stdout


def test_a_closed_pipe_is_no_traceback():
    code = f"{sys.executable} -m labkit progress | head -c 1"
    done = subprocess.run(["sh", "-c", code], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


def test_the_help_wakes_neither_numpy_nor_torch():
    code = (
        "import sys; from labkit.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('numpy', 'torch', 'matplotlib', 'nbformat') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_data_verify_says_each_file(cli):
    result = cli("data", "verify")
    assert result.code == 0
    assert "✓ iris" in result.out


def test_data_verify_falls_short_on_a_missing_folder(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    result = cli("data", "verify", "--json")
    found = json.loads(result.out)
    assert (result.code, found["ok"]) == (1, False)
    assert str(tmp_path) in found["files"][0]["message"]


def test_main_takes_the_process_arguments(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["labkit", "--version"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().out == f"labkit {labkit.__version__}\n"
