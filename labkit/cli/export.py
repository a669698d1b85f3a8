"""The commands that hand grades to other systems, and notebooks to nbgrader."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli.console import FELL_SHORT, Stop, as_json, say
from labkit.cli.learn import Json
from labkit.cli.teach import notebook_stem

if TYPE_CHECKING:
    from labkit.grading.results.exports.roster import Export

Out = Annotated[Path, typer.Argument(help="The folder that labkit grade wrote.")]
Scale = Annotated[bool, typer.Option("--scale", help="Bring the points to the other system's maximum.")]

export = typer.Typer(no_args_is_help=True, help="Grades for Canvas, Moodle and Gradescope; notebooks for nbgrader.")


@export.command()
def canvas(
    out: Out,
    roster: Annotated[Path, typer.Option("--from", help="The gradebook as Canvas exported it.")],
    to: Annotated[Path | None, typer.Option(help="The file for Canvas's import; OUT/canvas.csv if not said.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="Whose column is whose, as in '02=Perceptron (1234)'; may be repeated.")
    ] = None,
    scale: Scale = False,
    json: Json = False,
) -> None:
    """Fill the points into the gradebook that Canvas exported."""
    from labkit.grading.results.exports.canvas import canvas as write
    from labkit.grading.results.exports.canvas import find_columns
    from labkit.grading.results.exports.scores import notebooks

    target = _target(to, out / "canvas.csv", roster)
    columns = {}
    for pair in column or []:
        name, equals, title = pair.partition("=")
        if not equals:
            raise Stop(f"--column {pair!r} says no notebook.", "Write it as --column '02=Perceptron (1234)'.")
        columns[notebook_stem(name.strip())] = title.strip()
    if not columns:
        columns = find_columns(roster, notebooks(out))
    for notebook, title in columns.items():
        if not json:
            say(f"{notebook} → {title}")
    _tell(write(out, roster, target, columns, scale=scale), out, json)


@export.command()
def moodle(
    out: Out,
    roster: Annotated[Path, typer.Option("--from", help="The assignment's grading worksheet, downloaded from Moodle.")],
    to: Annotated[Path | None, typer.Option(help="The worksheet to upload; OUT/moodle.csv if not said.")] = None,
    notebook: Annotated[
        list[str] | None, typer.Option(help="The assignment's notebook, as in 02; several are summed.")
    ] = None,
    scale: Scale = False,
    json: Json = False,
) -> None:
    """Fill the points into Moodle's offline grading worksheet."""
    from labkit.grading.results.exports.moodle import moodle as write
    from labkit.grading.results.exports.scores import notebooks

    target = _target(to, out / "moodle.csv", roster)
    chosen = [notebook_stem(name) for name in notebook or []] or notebooks(out)
    if not notebook and len(chosen) > 1:
        raise Stop(
            f"{out} holds grades of {', '.join(chosen)}; a worksheet is of one assignment.",
            "Say which with --notebook; give it several times to sum them.",
        )
    _tell(write(out, roster, target, chosen, scale=scale), out, json)


@export.command()
def gradescope(
    out: Out,
    to: Annotated[
        Path | None, typer.Option(help="A folder, or with one student the .json file; OUT/gradescope if not said.")
    ] = None,
    json: Json = False,
) -> None:
    """Write a results.json for each student, as Gradescope's autograder reads it."""
    from labkit.grading.results.exports.gradescope import gradescope as write

    _tell(write(out, to or out / "gradescope"), out, json)


@export.command()
def nbgrader(
    course: Annotated[Path, typer.Argument(help="Folder of an nbgrader course; its source/ is written.")],
    notebooks: Annotated[list[str] | None, typer.Argument(help="Notebooks, as in 02; all if none.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the hidden tests; a fresh one if not said.")] = None,
) -> None:
    """Write notebooks as nbgrader's source, one assignment a notebook: solutions marked, tests behind them."""
    from labkit.grading.results.exports.nbgrader import write_nbgrader
    from labkit.notebooks import course as course_notebooks

    wanted = {notebook_stem(name) for name in notebooks or []}
    chosen = [path for path in course_notebooks() if not wanted or path.stem in wanted]
    try:
        made = write_nbgrader(chosen, course, secrets.randbits(31) if seed is None else seed)
    except FileExistsError as error:
        raise Stop(
            f"{error.filename} is there already.", "Nothing is overwritten: move it away, or give another folder."
        ) from None
    if not made:
        raise Stop("there is no notebook with exercises here.", "Run labkit in the folder that holds notebooks/.")
    for path in made:
        say(f"written: {path}")
    say(f"In {course}: nbgrader generate_assignment {made[0].parent.name} --create")


def _target(to: Path | None, usual: Path, roster: Path) -> Path:
    target = to or usual
    if target.resolve() == roster.resolve():
        raise Stop(f"{roster} would be overwritten.", "Give another file with --to.")
    return target


def _tell(done: Export, out: Path, json: bool) -> None:
    """Say what was filled, and name everybody whose points a person has to look after."""
    from labkit.grading.results.exports.scores import unreadable

    zeros = unreadable(out)
    if json:
        groups = {"unmatched": done.unmatched, "held": done.held, "unreadable": zeros, "notes": done.notes}
        as_json({"path": str(done.path), "filled": done.filled, **{name: list(own) for name, own in groups.items()}})
    else:
        for sentence in done.notes:
            say(f"note: {sentence}")
        for student, why in done.unmatched:
            say(f"not in the file: {student}: {why}")
        for student, why in done.held:
            say(f"held back: {student}: {why}")
        for student, why in zeros:
            say(f"counts as 0: {student}: {why}")
        say(f"{done.filled} students' points are in {done.path}")
    if done.unmatched or done.held:
        raise typer.Exit(FELL_SHORT)
