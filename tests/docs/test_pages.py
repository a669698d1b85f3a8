"""What the pages say is so: commands, options and targets exist, links lead somewhere, quoted code is the files' code."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
import typer

from labkit.cli import app
from labkit.notebooks import course

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    pytest.param(ROOT / name, id=name)
    for name in ("README.md", "CONTRIBUTING.md", "INSTRUCTORS.md", "LICENSE-CONTENT.md")
]
COMMANDS = typer.main.get_command(app)


def blocks(text):
    """Yield (language, body) of the fenced blocks of a page."""
    yield from re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def spoken(text):
    """Return everything a reader may type: lines of shell blocks, and code in sentences."""
    lines = [line for kind, body in blocks(text) if kind in ("sh", "bat") for line in body.splitlines()]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [line.partition("#")[0].strip() for line in lines] + re.findall(r"`([^`\n]+)`", prose)


def labkit_calls(text):
    """Return the words after ``labkit`` of every call on a page."""
    found = [re.match(r"(?:\S*[/\\])?labkit(?:\.exe)?\s+([a-z].*)", said) for said in spoken(text)]
    return [match[1] for match in found if match]


@pytest.mark.parametrize("page", PAGES)
def test_every_labkit_command_and_option_exists(page):
    for call in labkit_calls(page.read_text("utf-8")):
        words = call.split()
        command = COMMANDS
        while words and hasattr(command, "commands") and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert command is not COMMANDS, f"labkit {call}: no such command"
        known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
        for word in words:
            assert not word.startswith("-") or word.partition("=")[0] in known, f"labkit {call}: {word} is no option"


def test_a_command_that_does_not_exist_would_be_found():
    assert labkit_calls("```sh\n.venv/bin/labkit nonsense --x  # so\n```\nthe `labkit lab` command") == [
        "nonsense --x",
        "lab",
    ]


@pytest.mark.parametrize("page", PAGES)
def test_an_option_alone_is_an_option_of_some_command(page):
    options = {name for command in every_command(COMMANDS) for p in command.params for name in p.opts}
    for said in spoken(page.read_text("utf-8")):
        if re.fullmatch(r"--[a-z-]+( \S+)?", said):
            assert said.split()[0] in options, said


def every_command(command):
    """Yield a command and all below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from every_command(below)


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_exists(page):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for said in spoken(page.read_text("utf-8")):
        if match := re.match(r"make ([a-z]+)", said):
            assert match[1] in targets, said


def test_the_makefiles_targets_are_what_they_say_they_are():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    assert phony == set(re.findall(r"^([a-z]+):(?!=)", makefile, re.MULTILINE))
    for target in sorted(phony):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_to_one(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)\s]+)\)", text):
        assert (page.parent / target.partition("#")[0]).exists(), target


def test_the_readme_lists_the_notebooks_that_exist_and_no_others():
    listed = re.findall(r"^\| \[[^]]*\]\(notebooks/([^)]+)\)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert listed == [path.name for path in course()]


def test_the_layout_shows_what_is_there():
    (tree,) = [body for kind, body in blocks((ROOT / "README.md").read_text("utf-8")) if kind == "text"]
    folder = ROOT
    for line in tree.splitlines():
        name = line.split("  ")[0]
        below = re.match(r"[├└]── (.*)", line.split("  ")[0])
        place = folder / below[1] if below else ROOT / name
        assert place.is_dir() if name.endswith("/") else place.is_file(), line
        if not below and place.is_dir():
            folder = place


@pytest.mark.parametrize("page", PAGES)
def test_code_on_a_page_is_code(page):
    for kind, body in blocks(page.read_text("utf-8")):
        if kind == "python" and not body.startswith("# "):
            ast.parse(body)


def quoted():
    """Yield (file, lines) of the blocks that quote a file; their first line names it, ``...`` leaves lines out."""
    for page in PAGES:
        for kind, body in blocks(page.values[0].read_text("utf-8")):
            named = re.match(r"# ((?:labkit|tests)/\S+\.py)\n", body)
            if kind == "python" and named:
                yield pytest.param(ROOT / named[1], body.splitlines()[1:], id=named[1])


@pytest.mark.parametrize(("file", "lines"), list(quoted()))
def test_quoted_lines_stand_in_their_file_in_that_order(file, lines):
    rest = iter(file.read_text("utf-8").splitlines())
    for line in lines:
        if line.strip() not in ("...", ""):
            assert any(line == there for there in rest), (
                f"{line!r} is not in {file.name}, or not after the lines before"
            )


def test_there_are_quotations():
    assert len(list(quoted())) >= 3
