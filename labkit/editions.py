"""The editions of the course on disk: stubs in the student edition, the solved edition, a folder to hand out."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from labkit.notebooks import read, solved, with_stubs, write


def stub_drift(paths: Iterable[Path]) -> list[Path]:
    """Return the notebooks whose text is not what ``write_stubs`` would leave."""
    return [path for path in paths if _text_of(path) != _student_text(path)]


def write_stubs(paths: Iterable[Path]) -> list[Path]:
    """Write every notebook's stubs, drop its outputs, and return the notebooks that changed."""
    drifted = stub_drift(paths)
    for path in drifted:
        write(with_stubs(read(path)), path)
    return drifted


def write_solved(paths: Iterable[Path], out: Path) -> list[Path]:
    """Write the solved edition of the notebooks into a folder and return the files."""
    made = []
    for path in paths:
        write(solved(with_stubs(read(path))), out / path.name)
        made.append(out / path.name)
    return made


def release(paths: Sequence[Path], out: Path, data: Path) -> list[Path]:
    """Write a folder to hand out, notebooks/ with stubs and no outputs and data/ beside it, and return its files.

    Raises: FileExistsError when a file to write is there already, so that no work of anybody is overwritten.
    """
    targets = [out / "notebooks" / path.name for path in paths]
    bundled = [p for p in sorted(data.iterdir()) if p.is_file() and p.suffix != ".py" and p.name[0] != "."]
    targets += [out / "data" / p.name for p in bundled]
    for target in targets:
        if target.exists():
            raise FileExistsError(17, "is there already, and release overwrites nothing", str(target))
    for path, target in zip(paths, targets, strict=False):
        write(with_stubs(read(path)), target)
    (out / "data").mkdir(parents=True, exist_ok=True)
    for path in bundled:
        shutil.copyfile(path, out / "data" / path.name)
    return targets


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _student_text(path: Path) -> str:
    """Return the text that ``write`` would write for the student edition."""
    import nbformat

    return str(nbformat.writes(with_stubs(read(path)), version=4)) + "\n"
