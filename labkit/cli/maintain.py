"""The commands of a maintainer: stubs into the notebooks, the solved edition, the bundled data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labkit.cli.console import FELL_SHORT, Stop, as_json, note, say
from labkit.cli.learn import Json

PANEL = "Maintain"
Folder = Annotated[Path | None, typer.Argument(help="Folder of the notebooks; the course's own if none.")]


def stubs(
    folder: Folder = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 when a file would change.")] = False,
    json: Json = False,
) -> None:
    """Write each exercise's stub into the notebooks and drop outputs; with --check, say which have drifted."""
    from labkit.editions import stub_drift, write_stubs
    from labkit.notebooks import missing_exercises

    paths = _course(folder)
    changed = [str(p) for p in (stub_drift(paths) if check else write_stubs(paths))]
    missing = missing_exercises(paths)
    if json:
        as_json({"checked": [str(p) for p in paths], "changed": changed, "missing": missing})
    else:
        for path in changed:
            say(f"{'differs from its references: ' if check else 'written: '}{path}")
        for sentence in missing:
            say(f"missing: {sentence}")
        if check and changed:
            say("→ Run `labkit stubs` and commit the notebooks.")
        say(
            f"{len(paths)} notebooks, {len(changed)} {'drifted' if check else 'written'}, {len(missing)} exercises missing."
        )
    if (check and changed) or missing:
        raise typer.Exit(FELL_SHORT)


def solve(
    folder: Folder = None,
    out: Annotated[Path, typer.Option(help="Folder for the solved edition.")] = Path("build/solved"),
) -> None:
    """Write the solved edition: every exercise filled in with the course's answer."""
    from labkit.editions import write_solved

    for path in write_solved(_course(folder), out):
        say(f"written: {path}")


data = typer.Typer(no_args_is_help=True, help="The data sets that come with the course.")


@data.command()
def verify(json: Json = False) -> None:
    """Compare every bundled file with the hash in the manifest."""
    from labkit.datasets import verify as verify_files

    checks = verify_files()
    well = all(check.ok for check in checks)
    if json:
        as_json({"ok": well, "files": [check._asdict() for check in checks]})
    else:
        for check in checks:
            say(f"{'✓' if check.ok else '✗'} {check.name}: {check.message}")
    if not well:
        raise typer.Exit(FELL_SHORT)


@data.command()
def full(name: Annotated[str, typer.Argument(help="mnist or fashion")]) -> None:
    """Fetch a full-size set, once, over the network; the course itself runs without."""
    from labkit.datasets import data_folder, download_full

    note(f"Fetching {name} into {data_folder() / 'full'} unless it is there already.")
    try:
        dataset = download_full(name)
    except ValueError as error:
        raise Stop(str(error)) from None
    say(f"{dataset.name}: {len(dataset.y_train) + len(dataset.y_validation):,} images to learn and choose from.")


def _course(folder: Path | None) -> list[Path]:
    """Return the notebooks of a folder, which must hold some."""
    from labkit.notebooks import course
    from labkit.notebooks import folder as course_folder

    where = folder or course_folder()
    if not where.is_dir():
        raise Stop(f"{where}: there is no such folder.", "Run this in the course's folder, or name the folder.")
    paths = course(where)
    if not paths:
        raise Stop(f"{where} holds no notebook named NN_topic.ipynb.", "Name the folder of the notebooks.")
    return paths


COMMANDS = {"stubs": stubs, "solve": solve}
