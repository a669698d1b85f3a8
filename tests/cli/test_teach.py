"""`labkit grade` and `report` from end to end, on a class of three: one who is right, one who did nothing, one broken file."""

from __future__ import annotations

import csv
import json
import shutil

import pytest

from labkit.exercises import in_notebook
from labkit.notebooks import read, solved, write

NAME = "02_perceptron"
POINTS = sum(e.points for e in in_notebook(NAME))

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def submissions(course_folder, tmp_path):
    """Return the folder of a class: ada is right, bob did nothing, and what cleo sent is no notebook."""
    folder = tmp_path / "class"
    for student in ("ada", "bob", "cleo"):
        (folder / student).mkdir(parents=True)
    write(solved(read(course_folder / f"{NAME}.ipynb")), folder / "ada" / f"{NAME}.ipynb")
    write(read(course_folder / f"{NAME}.ipynb"), folder / "bob" / f"{NAME}.ipynb")
    (folder / "cleo" / f"{NAME}.ipynb").write_text('{"cells": [', "utf-8")
    return folder


def points(out):
    """Return student -> points of a gradebook."""
    with (out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {s: sum(float(r["points"] or 0) for r in rows if r["student"] == s) for s in {r["student"] for r in rows}}


def test_a_class_is_graded_and_graded_again_only_when_asked(cli, submissions, tmp_path):
    out = tmp_path / "graded"
    first = cli("grade", submissions, "--out", out, "--workers", "1", "--seed", "5", "--json")
    told = json.loads(first.out)
    assert first.code == 1, "cleo's file could not be read"
    assert (told["submissions"], told["graded"], told["unreadable"], told["errors"], told["seed"]) == (2, 2, 1, 0, 5)
    assert points(out) == {"ada": POINTS, "bob": 0, "cleo": 0}
    assert (out / "class.html").is_file()

    shutil.rmtree(submissions / "cleo")
    again = cli("grade", submissions, "--out", out, "--workers", "1")
    assert again.code == 0, again.err
    assert str(out / "class.html") in again.out.replace("\n", "")
    told = json.loads(cli("grade", submissions, "--out", out, "--workers", "1", "--json", "--notebook", "02").out)
    assert (told["graded"], told["resumed"], told["seed"]) == (0, 2, 5)
    told = json.loads(cli("grade", submissions, "--out", out, "--workers", "1", "--json", "--regrade").out)
    assert (told["graded"], told["resumed"]) == (2, 0)


def test_report_builds_the_pages_again(cli, submissions, tmp_path):
    out = tmp_path / "graded"
    cli("grade", submissions, "--out", out, "--workers", "1")
    before = (out / "gradebook.csv").read_text("utf-8")
    for path in (out / "class.html", out / "gradebook.csv"):
        path.unlink()
    assert cli("report", out).code == 0
    assert (out / "class.html").is_file()
    assert (out / "gradebook.csv").read_text("utf-8") == before


def test_grading_without_isolation_is_said(cli, submissions, tmp_path):
    result = cli("grade", submissions, "--out", tmp_path / "graded", "--workers", "1", "--isolation", "none")
    assert "WITHOUT isolation" in result.err
    assert "without isolation" in (tmp_path / "graded" / "class.html").read_text("utf-8").lower()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--isolation", "docker-ish"), "auto, bubblewrap, docker, none"),
        (("--notebook", "77"), "no notebook '77'"),
        (("--workers", "0"), "workers"),
    ],
)
def test_wrong_options_are_explained(cli, submissions, tmp_path, arguments, words):
    result = cli("grade", submissions, "--out", tmp_path / "graded", *arguments)
    assert result.code == 2
    assert words in result.err


def test_a_folder_that_cannot_be_written_stops_before_the_work(cli, submissions, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    result = cli("grade", submissions, "--out", tmp_path / "file" / "below")
    assert result.code == 2
    assert "cannot be written" in result.err
    assert "--out" in result.err


def test_a_file_for_a_folder_of_submissions_is_reported(cli, tmp_path):
    (tmp_path / "one.txt").write_text("", "utf-8")
    result = cli("grade", tmp_path / "one.txt", "--out", tmp_path / "graded")
    assert result.code == 1
    assert "not graded:" in result.out
    assert "one" in result.out.partition("not graded:")[2]


def test_what_could_not_be_read_is_listed_with_its_reason_and_steers_no_terminal(cli, submissions, tmp_path):
    (submissions / "cleo").rename(submissions / "cl\x1b[2Jeo")
    result = cli("grade", submissions, "--out", tmp_path / "graded", "--workers", "1")
    assert result.code == 1
    assert f"{NAME}: " in result.out.partition("not graded: cl")[2]
    assert "\x1b" not in result.out


def test_report_of_a_folder_that_holds_no_journal(cli, tmp_path):
    result = cli("report", tmp_path)
    assert result.code == 2
    assert "grades.sqlite" in result.err
