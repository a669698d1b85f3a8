"""A hand-in: one zip file, named for its student, that the grader reads as it is."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labkit.notebooks import answer_cells, read
from labkit.source import is_stub


@dataclass(frozen=True)
class Part:
    """One notebook in a hand-in: how many exercises it holds, how many are more than the stub, its bytes."""

    notebook: str
    exercises: int
    written: int
    size: int


@dataclass(frozen=True)
class HandIn:
    """A zip file that is ready to be handed in."""

    path: Path
    parts: tuple[Part, ...]


def pack(notebooks: Sequence[Path], name: str, out: Path) -> HandIn:
    """Return the zip file written for a student: out/NAME.zip, which holds NAME/NOTEBOOK.ipynb.

    Every notebook is read first, so that what cannot be read is noticed here and not by the grader.  An earlier
    hand-in of the same name is replaced.

    Raises: NotebookError when a notebook cannot be read; OSError when the file cannot be written.
    """
    student = file_name(name)
    parts = tuple(_part(path) for path in notebooks)
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{student}.zip"
    draft = target.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in notebooks:
            archive.write(path, f"{student}/{path.name}")
    draft.replace(target)
    return HandIn(target, parts)


def file_name(name: str) -> str:
    """Return a person's name as a file's name: letters and digits of any script, joined by "_".

    >>> file_name("Ada King, Countess of Lovelace")
    'Ada_King_Countess_of_Lovelace'
    """
    words = re.findall(r"[\w-]+", unicodedata.normalize("NFC", name))
    return "_".join(words) or "student"


def _part(path: Path) -> Part:
    cells = list(answer_cells(read(path)))
    written = sum(1 for key, cell in cells if not is_stub(cell.source, key))
    return Part(path.stem, len(cells), written, path.stat().st_size)
