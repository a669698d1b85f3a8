"""A notebook file as it comes: opened with care, its outputs dropped before they cost anything, its JSON read."""

from __future__ import annotations

import codecs
import hashlib
import json
import mmap
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MAX_TEXT = 20 << 20  # bytes of a notebook without its outputs
MAX_FILE = 512 << 20  # bytes of a notebook with them
# A string with its escapes, or a bracket; possessive, so that no input makes it slow.
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
VALUE = re.compile(rb"\s*:\s*(?=[\[{])")
WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", b"{\0": "utf-16-le", b"\0{": "utf-16-be"}
OTHER_FILES = (  # how what is handed in by mistake starts
    (
        re.compile(rb"\s*<(?:!doctype|html|\?xml)", re.IGNORECASE),
        "a web page: download the notebook itself, not the page that shows it",
    ),
    (
        re.compile(rb"PK\x03\x04|\x1f\x8b|Rar!|7z\xbc\xaf|BZh|\xfd7zXZ"),
        "a packed file under a notebook's name: unpack it, or call it .zip if it is one",
    ),
    (re.compile(rb"%PDF"), "a PDF file"),
    (re.compile(rb"\s*(?:#|import |from |def |%%|\"\"\")"), "a Python script"),
)
DROPPED = {b'"outputs"': b"[]", b'"attachments"': b"{}"}


class Problem(Exception):
    """Why one file cannot be read; the text completes "it cannot be graded: …"."""


def load(path: Path) -> tuple[list[Any], str]:
    """Return a notebook file's cells, as they stand in its JSON, and the file's SHA-256; ``Problem`` with the reason."""
    with _bytes_of(path) as raw:
        if not raw:
            raise Problem("the file is empty")
        sha256 = hashlib.sha256(raw).hexdigest()
        text = bytes(raw) if len(raw) <= MAX_TEXT else without_outputs(raw)
    try:
        tree = json.loads(text.decode(WIDE.get(text[:2], "utf-8-sig"), "replace"))
    except json.JSONDecodeError as error:
        if what := next((what for start, what in OTHER_FILES if start.match(text)), ""):
            raise Problem(f"the file is no notebook but {what}") from None
        place = f"line {error.lineno}, column {error.colno}"
        raise Problem(f"the file is damaged or cut off: no valid JSON at {place} ({error.msg})") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Problem(f"the file is no notebook: {type(error).__name__} while reading its JSON") from None
    cells = _raw_cells(tree) if isinstance(tree, dict) else None
    if not isinstance(cells, list):
        raise Problem("the file is no notebook: it holds no list of cells")
    return cells, sha256


def _raw_cells(tree: dict[str, Any]) -> Any:
    """Return the list of cells; format 3 and older keep it in worksheets."""
    if "cells" in tree or not isinstance(tree.get("worksheets"), list):
        return tree.get("cells")
    sheets = [sheet.get("cells") for sheet in tree["worksheets"] if isinstance(sheet, dict)]
    return [cell for cells in sheets if isinstance(cells, list) for cell in cells]


@contextmanager
def _bytes_of(path: Path) -> Iterator[Any]:
    """Give a file's bytes, mapped rather than read; refuse what is no ordinary file, also when it becomes one too late."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except OSError as error:
        raise Problem(f"the file cannot be opened: {error.strerror}") from error
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise Problem("it is no ordinary file")
        if about.st_size > MAX_FILE:
            raise Problem(f"the file is too large: {about.st_size >> 20} MB, {MAX_FILE >> 20} MB are read")
        if about.st_size == 0:
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


def without_outputs(raw: Any) -> bytes:
    """Return a notebook's JSON text with every list of outputs and every attachment emptied, never holding them.

    >>> without_outputs(b'{"outputs": [{"text": "]"}], "source": "outputs"}')
    b'{"outputs": [], "source": "outputs"}'
    """
    kept: list[bytes] = []
    size, start, position = 0, 0, 0
    while match := TOKEN.search(raw, position):
        position = match.end()
        empty = DROPPED.get(match[0])
        colon = VALUE.match(raw, position) if empty else None
        if empty is None or colon is None:
            continue
        kept += [raw[start : colon.end()], empty]
        size += colon.end() - start
        start = position = _after_value(raw, colon.end())
        if size > MAX_TEXT:
            break
    kept.append(raw[start : start + MAX_TEXT + 1])
    if size + len(kept[-1]) > MAX_TEXT:
        raise Problem(f"the file is too large: more than {MAX_TEXT >> 20} MB without its outputs")
    return b"".join(kept)


def _after_value(raw: Any, position: int) -> int:
    """Return where the list or object ends that starts at ``position``."""
    depth = 0
    for match in TOKEN.finditer(raw, position):
        if match[0] in (b"[", b"{"):
            depth += 1
        elif match[0] in (b"]", b"}"):
            depth -= 1
            if depth == 0:
                return match.end()
    return len(raw)
