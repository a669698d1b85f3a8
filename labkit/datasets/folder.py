"""Where the bundled files lie, what the manifest says of them, and whether they are still what it says.

A learner who works on a damaged file debugs the wrong thing for an evening, so every file is compared with its
SHA-256 before its first use.  Nothing here downloads.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = Path(__file__).resolve().parents[1]
VARIABLE = "LABKIT_DATA"

# (path, mtime, size) of the files whose hash was right: each is read in full once per process, and again if it changes
_verified: set[tuple[str, int, int]] = set()


class DataError(RuntimeError):
    """A data file is missing or damaged; the message says which, what was expected and what to do."""


class Check(NamedTuple):
    """What `verify` says of one bundled set."""

    name: str
    ok: bool
    message: str


def data_folder() -> Path:
    """Return the folder that holds manifest.json and the bundled sets.

    The environment variable LABKIT_DATA decides when it is set; otherwise `data/` beside the package (a clone of
    the course), otherwise `labkit/_data` inside an installed package.

    Raises: DataError when none of them holds a manifest.json.
    """
    named = os.environ.get(VARIABLE)
    places = [Path(named).expanduser()] if named else [PACKAGE.parent / "data", PACKAGE / "_data"]
    for place in places:
        if (place / "manifest.json").is_file():
            return place
    looked = " and ".join(str(place) for place in places)
    cure = (
        f"Set {VARIABLE} to the folder that holds manifest.json, or unset it to use the course's own data."
        if named
        else f"Restore the folder with `git checkout -- data`, reinstall labkit, or set {VARIABLE} to a copy."
    )
    raise DataError(f"The course's data folder was not found: expected a manifest.json in {looked}. {cure}")


def manifest() -> dict[str, dict[str, Any]]:
    """Return the bundled sets by name: file, title, origin, licence, counts, shapes, sha256 and the rest.

    Raises: DataError when manifest.json cannot be read as one.
    """
    path = data_folder() / "manifest.json"
    try:
        sets = json.loads(path.read_text(encoding="utf-8"))["sets"]
        return {entry["name"]: entry for entry in sets}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is damaged: expected JSON with a list `sets` ({error!r}). {_cure('manifest.json')}"
        ) from error


def entry_of(name: str) -> dict[str, Any]:
    """Return what the manifest says of the set `name`.

    Raises: DataError when it says nothing.
    """
    entries = manifest()
    if name not in entries:
        raise DataError(f"The manifest knows no set {name!r}; it has {', '.join(entries)}. {_cure('manifest.json')}")
    return entries[name]


def checked_path(name: str) -> Path:
    """Return the path of the bundled set `name`, whose bytes are those that the manifest promises.

    Raises: DataError when the file is missing, cannot be read, or its SHA-256 is another one.
    """
    entry = entry_of(name)
    path = data_folder() / entry["file"]
    expected = f"{entry['bytes']:,} bytes with SHA-256 {entry['sha256'][:12]}…"
    try:
        state = path.stat()
        key = (str(path), state.st_mtime_ns, state.st_size)
        if key in _verified:
            return path
        found = sha256(path)
    except FileNotFoundError as error:
        raise DataError(f"{path} is missing: expected {expected}. {_cure(entry['file'])}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error}): expected {expected}. {_cure(entry['file'])}") from error
    if found != entry["sha256"]:
        raise DataError(
            f"{path} is damaged: expected {expected}, found {state.st_size:,} bytes with SHA-256 {found[:12]}…. "
            f"{_cure(entry['file'])}"
        )
    _verified.add(key)
    return path


def verify() -> list[Check]:
    """Return one Check for each bundled set, in the manifest's order, reading every file afresh.

    Never raises DataError: a folder or manifest that cannot be used is itself a Check that is not ok.
    """
    try:
        entries = manifest()
    except DataError as error:
        return [Check("manifest", False, str(error))]
    _verified.clear()
    checks = []
    for name, entry in entries.items():
        try:
            path = checked_path(name)
        except DataError as error:
            checks.append(Check(name, False, str(error)))
        else:
            checks.append(Check(name, True, f"{path.name}: {entry['bytes']:,} bytes, as the manifest says"))
    return checks


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cure(file: str) -> str:
    return (
        f"Restore it with `git checkout -- data/{file}` in a clone, or reinstall labkit; "
        "`labkit data verify` checks every file."
    )
