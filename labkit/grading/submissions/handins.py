"""Whose file is this?  Find the notebooks that were handed in, and the name of the student each belongs to.

Understood are DIR/STUDENT/NOTEBOOK.ipynb, STUDENT_NOTEBOOK.ipynb, the bulk downloads of Canvas and Moodle, and zip files of
any of these, one a student or one for all.  Nothing is followed or unpacked to a place that a student chose: links are
reported, and what comes out of a zip file is written under a number.  It is there only while it is looked at, one file at a
time, so that no class fills the disk.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path, PurePosixPath

MAX_MEMBER = 512 << 20  # bytes of one file in a zip, unpacked
MAX_ARCHIVE = 4 << 30  # bytes of all of them
MAX_MEMBERS = 50_000
MAX_DEPTH = 12  # folders in folders
MAX_NESTING = 3  # zip files in zip files
HIDDEN = {".ipynb_checkpoints", ".git", ".jupyter", ".local", ".cache", ".venv", ".Trash"}  # nobody's hand-in
IGNORED = {"__MACOSX", "__pycache__", "node_modules"}

MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)$")
CANVAS = re.compile(r"^(?P<name>.+?)_(?:LATE_)?(?P<id>\d{3,})_\d{3,}(?:_(?P<file>.+))?$")
COPY = re.compile(
    r"(?:[ _]?\(\d+\)|-\d+|[ _-]+[Cc]opy ?\d*)+$"
)  # what browsers, Canvas and Jupyter add to a file's name


class Trouble(Exception):
    """Why a zip file gives no notebooks."""


@dataclass(frozen=True)
class File:
    """A file below the folder of submissions: its place there, where to read it, or why it cannot be.

    ``member``: what it is of the zip file at ``path``, as long as it is still packed.
    """

    parts: tuple[str, ...]
    path: Path
    problem: str = ""
    member: zipfile.ZipInfo | None = None


@dataclass(frozen=True)
class HandIn:
    """One notebook file of one student.

    ``source`` is the folder, zip file or download identity it came from: two sources with one student's name may be two people.
    ``notebook`` is the course notebook that its name says, or "".
    """

    student: str
    notebook: str
    source: str
    place: str
    path: Path
    problem: str = ""


def hand_ins(directory: Path, scratch: Path, notebooks: Sequence[str]) -> Iterator[HandIn]:
    """Yield every hand-in below a folder (or in one zip file); ``notebooks``: the names of the course's notebooks.

    One from a zip file is unpacked into ``scratch``, where it can be read until the next hand-in is asked for.
    """
    numbers = count()
    if directory.is_dir():
        found, home = list(_walk(directory)), directory.resolve().name
    else:
        found, home = [File((directory.name,), directory)], directory.resolve().parent.name
    finder = _Finder(scratch, tuple(notebooks), numbers)
    return finder.people(_unwrapped(found), "", home, 0)


class _Finder:
    """What the functions below share: where to unpack, the course's notebooks, and the next free number."""

    def __init__(self, scratch: Path, notebooks: tuple[str, ...], numbers: Iterator[int]) -> None:
        self.scratch = scratch
        self.notebooks = notebooks
        self.numbers = numbers

    def people(self, files: Sequence[File], inside: str, home: str, nesting: int) -> Iterator[HandIn]:
        """Yield the hand-ins among files; ``inside``: the zip file they are in; ``home``: whose they are if none says."""
        for file in self.unpacked(files):
            if len(file.parts) > 1:
                student, source = person(file.parts[0])
                for one in self.opened(file, nesting):
                    yield self._hand_in(one, student, inside + source, inside)
            elif _is_zip(file) and not file.problem:
                place, whose = f"{inside}{file.parts[0]}", person(Path(file.parts[0]).stem)[0]
                try:
                    yield from self.people(_unwrapped(self.listed(file, nesting)), f"{place}!", whose, nesting + 1)
                except Trouble as trouble:
                    yield HandIn(whose, "", place, clean(place, 400), file.path, str(trouble))
            else:
                student, source, name = self.flat(file.parts[0], home)
                yield self._hand_in(file, student, inside + source, inside, name)

    def opened(self, file: File, nesting: int) -> Iterator[File]:
        """Yield the file itself, or what is in it when it is a zip file."""
        if not _is_zip(file) or file.problem:
            yield file
            return
        try:
            for member in self.unpacked(self.listed(file, nesting)):
                yield from self.opened(replace(member, parts=(*file.parts, *member.parts)), nesting + 1)
        except Trouble as trouble:
            yield replace(file, problem=str(trouble))

    def flat(self, name: str, home: str) -> tuple[str, str, str]:
        """Return (student, source, rest of the name) for a file that lies in no student's folder."""
        stem = COPY.sub("", Path(name).stem)
        for notebook in self.notebooks:
            if stem.lower() == notebook.lower():
                return clean(home), "", name
            if stem.lower().endswith(notebook.lower()) and (who := stem[: -len(notebook)].rstrip("_- ")):
                student, source = person(who)
                return student, f"file {who}" if source == who else source, notebook
        for form in (MOODLE, CANVAS):
            if (match := form.match(name)) and match["file"]:
                return *person(name), match["file"]
        return clean(stem), name, name

    def course_notebook(self, name: str) -> str:
        """Return the course notebook that a file's name says, or ""."""
        stem = COPY.sub("", Path(name).stem).strip().lower()
        return next((n for n in self.notebooks if n.lower() == stem), "")

    def _hand_in(self, file: File, student: str, source: str, inside: str, name: str = "") -> HandIn:
        place = inside + "/".join(file.parts)
        return HandIn(
            student, self.course_notebook(name or file.parts[-1]), source, clean(place, 400), file.path, file.problem
        )

    def listed(self, file: File, nesting: int) -> list[File]:
        """Return the notebooks and zip files in a zip file, still packed; ``Trouble`` when there are none."""
        if nesting >= MAX_NESTING:
            raise Trouble("zip files are nested too deeply")
        try:
            with zipfile.ZipFile(file.path) as archive:
                members = list(_members(archive, file.path))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
            raise Trouble(f"this zip file cannot be opened: {error}") from error
        if not members:
            raise Trouble("there is no notebook in this zip file")
        return members

    def unpacked(self, files: Iterable[File]) -> Iterator[File]:
        """Yield the files, those from a zip file (one for all) unpacked under a number and removed when the next is asked for."""
        left = MAX_ARCHIVE
        with ExitStack() as stack:
            archive = None
            for file in files:
                if file.member is None:
                    yield file
                    continue
                archive = archive or stack.enter_context(zipfile.ZipFile(file.path))
                target = self.scratch / f"{next(self.numbers)}{Path(file.parts[-1]).suffix.lower()}"
                problem = _extract(archive, file.member, target, min(MAX_MEMBER, left))
                left -= target.stat().st_size if target.exists() else 0
                try:
                    yield File(file.parts, target, problem)
                finally:
                    target.unlink(missing_ok=True)


def _members(archive: zipfile.ZipFile, path: Path) -> Iterator[File]:
    """Yield the notebooks and zip files in a zip file by what its list says, and what in it will not be unpacked."""
    for number, member in enumerate(archive.infolist()):
        if number >= MAX_MEMBERS:
            yield File(("…",), Path(), f"the zip file holds more than {MAX_MEMBERS} files")
            return
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if member.is_dir() or not parts or _ignored(parts) or not _wanted(parts[-1]):
            continue
        if ".." in parts or parts[0] == "/":
            yield File(tuple(p for p in parts if p not in ("..", "/")), Path(), "its name in the zip file leaves it")
        elif stat.S_ISLNK(member.external_attr >> 16):
            yield File(parts, Path(), "it is a symbolic link, which is not followed")
        else:
            yield File(parts, path, member=member)


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, limit: int) -> str:
    """Write one member to a file; return "" or why it could not be.  Counts what comes out, not what was announced."""
    try:
        with archive.open(member) as source, target.open("wb") as out:
            while chunk := source.read(1 << 20):
                limit -= len(chunk)
                if limit < 0:
                    out.truncate(0)
                    return "it is too large when unpacked"
                out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        target.unlink(missing_ok=True)  # what is left of it may be what fills the disk
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"there is no room to unpack it in {target.parent.parent}: set TMPDIR to a folder with room, and grade again"
        return f"it cannot be unpacked: {error}"  # RuntimeError: it asks for a password
    return ""


def person(name: str) -> tuple[str, str]:
    """Return (student, source) for the name of a folder or file.

    >>> person("Ada Lovelace_1815_assignsubmission_file_")
    ('Ada Lovelace', 'Ada Lovelace_1815')
    >>> person("ada")
    ('ada', 'ada')
    """
    for form in (MOODLE, CANVAS):
        if match := form.match(name):
            return clean(match["name"]), f"{match['name']}_{match['id']}"
    return clean(name), name


def clean(text: str, length: int = 120) -> str:
    """Return text that can be stored and shown: composed, without control characters, halves of pairs and rows of spaces."""
    whole = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    shown = "".join(c if unicodedata.category(c) not in ("Cc", "Cf") else " " for c in whole)
    return " ".join(shown.split())[:length] or "?"


def _walk(folder: Path, parts: tuple[str, ...] = ()) -> Iterator[File]:
    """Yield the notebooks and zip files below a folder, and what stands in a notebook's place but is none."""
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError as error:
        yield File(parts or (folder.name,), folder, f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        here = (*parts, entry.name)
        if _ignored((entry.name,)):
            hidden = entry.name in HIDDEN | IGNORED or not entry.is_dir(follow_symlinks=False)
            if not parts and not hidden:
                yield from _walk(Path(entry.path), here)  # a name may start with a dot
            continue
        if entry.is_symlink():
            if not parts or _wanted(entry.name):  # other links below a student's folder stand for nothing
                yield File(here, Path(entry.path), "it is a symbolic link, which is not followed")
        elif entry.is_dir(follow_symlinks=False):
            below = list(_walk(Path(entry.path), here)) if len(here) < MAX_DEPTH else []
            yield from below
            if not below and entry.name.lower().endswith(".ipynb"):
                yield File(here, Path(entry.path), "it is a folder with a notebook's name")
            elif not below and not parts:
                yield File((entry.name, ""), Path(entry.path), "there is no notebook in this folder")
        elif _wanted(entry.name):
            regular = entry.is_file(follow_symlinks=False)
            yield File(here, Path(entry.path), "" if regular else "it is no ordinary file")


def _unwrapped(files: Sequence[File]) -> list[File]:
    """Return files without the one folder that is around them all, when several people's folders are in it.

    Several people: two folders below it hold a notebook of the same name.
    """
    if len({file.parts[0] for file in files}) != 1 or any(len(file.parts) < 3 for file in files):
        return list(files)
    names = [(file.parts[-1], file.parts[1]) for file in files]
    several = any(a[0] == b[0] and a[1] != b[1] for a in names for b in names[:200])
    return [replace(file, parts=file.parts[1:]) for file in files] if several else list(files)


def _ignored(parts: Sequence[str]) -> bool:
    return any(part in IGNORED or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _wanted(name: str) -> bool:
    return name.lower().endswith((".ipynb", ".zip"))


def _is_zip(file: File) -> bool:
    return file.parts[-1].lower().endswith(".zip")
