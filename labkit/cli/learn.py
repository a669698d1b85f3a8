"""The commands of a student: open the course, look at the installation, check and hand in notebooks."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from labkit.cli.console import FELL_SHORT, Stop, as_json, note, say, table

PANEL = "Learn"
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


def lab(
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser window.")] = True,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port of the local server.")] = None,
) -> None:
    """Open JupyterLab on the first notebook."""
    from labkit.launch import run_lab

    code = run_lab(browser=browser, port=port)
    if code:
        raise Stop(
            f"JupyterLab ended with exit code {code}.",
            "Its own lines above say why; `labkit doctor` looks at the installation.",
            FELL_SHORT,
        )


def doctor(json: Json = False) -> None:
    """Look at the installation, and say what to do where something is wrong."""
    from labkit.doctor import examine

    checks = []
    for check in examine():
        checks.append(check)
        if not json:
            symbol, style = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("○", "dim")}[check.ok]
            say(f"{symbol} {check.name}: {check.message}", style)
            if check.advice:
                say(f"    → {check.advice}")
    well = all(check.ok is not False for check in checks)
    if json:
        as_json({"ok": well, "checks": [asdict(check) for check in checks]})
    else:
        say("Everything the course needs is here." if well else "Something fell short: see the lines with ✗.")
    if not well:
        raise typer.Exit(FELL_SHORT)


def progress(json: Json = False) -> None:
    """Show which exercises are done.  The record is a local file; nothing leaves the machine."""
    from labkit import memory
    from labkit.cards import SYMBOL
    from labkit.exercises import CATALOG
    from labkit.grading.model import NOT_ATTEMPTED, PASSED

    record = memory.record()
    rows = [
        {
            "notebook": e.notebook,
            "exercise": e.id,
            "status": str(record.get(e.id, {}).get("status", NOT_ATTEMPTED)),
            "points": _number(record.get(e.id, {}).get("points", 0)),
            "maximum": e.points,
            "hints": memory.hints_seen(e.id),
        }
        for e in CATALOG.values()
    ]
    passed = sum(row["status"] == PASSED for row in rows)
    if json:
        as_json({"record": str(memory.location()), "passed": passed, "of": len(rows), "exercises": rows})
        return
    table(
        ("notebook", "exercise", "state", "points", "hints read"),
        [
            (
                str(row["notebook"]),
                str(row["exercise"]),
                f"{SYMBOL.get(str(row['status']), '○')} {row['status']}",
                f"{row['points']:g} of {row['maximum']:g}",
                str(row["hints"]),
            )
            for row in rows
        ],
        title=f"{passed} of {len(rows)} exercises passed",
    )
    say(f"Kept in {memory.location()}, on this machine only.")


def _number(stored: object) -> float:
    """Return a number from the record, which anybody may have edited."""
    return float(stored) if isinstance(stored, int | float) else 0.0


def check(
    notebook: Annotated[Path, typer.Argument(help="A notebook of the course, with your answers.")],
    json: Json = False,
) -> None:
    """Check every exercise of a notebook, as the grader does."""
    _must_be_a_notebook(notebook)
    from labkit.cards import SYMBOL
    from labkit.grading.model import NOT_ATTEMPTED, PASSED
    from labkit.grading.run.grade import check_notebook

    verdicts = check_notebook(notebook)
    passed = sum(v.status == PASSED for v in verdicts)
    if json:
        as_json({"notebook": str(notebook), "passed": passed, "verdicts": [asdict(v) for v in verdicts]})
    else:
        for v in verdicts:
            say(f"{SYMBOL[v.status]} {v.exercise}: {v.status}, {v.points:g} of {v.max_points:g} points")
            if v.status not in (PASSED, NOT_ATTEMPTED):
                say(f"    {v.message}")
                if v.advice:
                    say(f"    → {v.advice}")
        say(f"{passed} of {len(verdicts)} exercises of {notebook.name} pass.")
    if passed < len(verdicts):
        raise typer.Exit(FELL_SHORT)


def submit(
    notebooks: Annotated[
        list[Path] | None, typer.Argument(help="Notebooks to hand in; all of the course's if none.")
    ] = None,
    name: Annotated[str, typer.Option(help="Your name, as your instructor knows it.")] = "",
    out: Annotated[Path, typer.Option(help="Folder for the zip file.")] = Path(),
) -> None:
    """Pack your notebooks into one zip file to hand in, after reading each of them once."""
    from labkit.handin import pack
    from labkit.notebooks import course

    chosen = list(notebooks) if notebooks else course()
    if not chosen:
        raise Stop(
            "there is no notebook to hand in here.", "Name the files: labkit submit notebooks/02_perceptron.ipynb"
        )
    if not name.strip():
        raise Stop("a hand-in needs your name.", 'Say it with --name, as in: labkit submit --name "Ada Lovelace"')
    for path in chosen:
        _must_be_a_notebook(path)
    packed = pack(chosen, name, out)
    table(
        ("notebook", "exercises", "written", "size"),
        [(p.notebook, str(p.exercises), str(p.written), f"{p.size / 1e6:.2f} MB") for p in packed.parts],
    )
    if not any(p.written for p in packed.parts):
        note("No exercise in it is written yet: is it the right file, and is it saved?")
    say(f"Hand in this file: {packed.path}")


def _must_be_a_notebook(path: Path) -> None:
    if not path.exists():
        raise Stop(
            f"{path}: there is no such file.", "Give the path of a notebook, as in notebooks/02_perceptron.ipynb."
        )
    if path.is_dir() or path.suffix != ".ipynb":
        raise Stop(f"{path} is no notebook.", "A notebook is a file whose name ends in .ipynb.")


COMMANDS = {"lab": lab, "doctor": doctor, "progress": progress, "check": check, "submit": submit}
