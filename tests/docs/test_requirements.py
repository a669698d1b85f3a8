"""One list of packages in three places: requirements.txt, environment.yml and pyproject.toml agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


def wanted(lines):
    """Return name -> (range, marker) of requirement lines."""
    found = [Requirement(line) for line in lines]
    assert len({r.name for r in found}) == len(found), "each package once"
    return {r.name: (str(r.specifier), str(r.marker or "")) for r in found}


def requirements():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    return wanted(line for line in lines if line.strip() and not line.startswith("#"))


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def conda():
    """Return (conda's own dependencies, those of its pip part), from the two indents of environment.yml."""
    text = (ROOT / "environment.yml").read_text("utf-8")
    entries = re.findall(r"^( *)- '?([^'\n]+?)'?$", text, re.MULTILINE)
    return [e for indent, e in entries if indent == "  "], [e for indent, e in entries if indent == "      "]


def test_conda_installs_what_pip_installs_and_labkit_itself():
    _, through_pip = conda()
    assert through_pip[-1] == "--editable ."
    assert wanted(through_pip[:-1]) == requirements()


def test_conda_takes_a_python_that_labkit_takes():
    own, _ = conda()
    assert [entry for entry in own if entry.startswith("python")] == ["python>=3.11,<3.14"]
    assert project()["requires-python"] == ">=3.11"


def test_the_project_asks_for_the_same_ranges():
    everything = requirements()
    dependencies = wanted(project()["dependencies"])
    assert {name: everything.get(name) for name in dependencies} == dependencies
    for lines in project()["optional-dependencies"].values():
        extra = wanted(lines)
        assert {name: everything.get(name) for name in extra} == extra


def test_every_range_has_both_ends():
    for name, (specifier, _) in requirements().items():
        assert re.fullmatch(r"(<[\d.]+),(>=[\d.]+)", specifier), f"{name}: {specifier}"


def test_the_readme_says_why_each_package_is_there():
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.partition("## Why each dependency")[2].partition("\n## ")[0]
    named = [n for row in re.findall(r"^\| ([a-z][\w, -]*?) \|", section, re.MULTILINE)[1:] for n in row.split(", ")]
    assert named == list(requirements())
