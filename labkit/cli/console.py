"""How the command line speaks: results on standard output, progress and trouble on standard error.

Every trouble is one :class:`Stop`: what happened, where, what to do, and the exit code.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

DONE, FELL_SHORT, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


class Stop(Exception):
    """Ends a command: ``message`` says what and where, ``advice`` what to do, ``code`` is the exit code."""

    def __init__(self, message: str, advice: str = "", code: int = WRONG_USE) -> None:
        super().__init__(message)
        self.message, self.advice, self.code = message, advice, code


def out() -> Console:
    """Return the console for results; narrow output is folded, never cut."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, emoji=False, markup=False, soft_wrap=True)


def err() -> Console:
    """Return the console for progress and trouble."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, emoji=False, markup=False, soft_wrap=True)


def plain(text: str) -> str:
    """Return text that cannot steer a terminal: files and names come from anybody.

    >>> plain("ada\\x1b[2J")
    'ada?[2J'
    """
    return "".join("?" if unicodedata.category(c) == "Cc" and c not in "\n\t" else c for c in text)


def say(text: str = "", style: str = "") -> None:
    """Print one line of a result."""
    out().print(plain(text), style=style or None)


def note(text: str) -> None:
    """Print one line that is not part of a result."""
    err().print(plain(text))


def trouble(stop: Stop) -> None:
    """Print what went wrong and what to do."""
    console = err()
    console.print(plain(f"labkit: {stop.message}"), style="bold red")
    if stop.advice:
        console.print(plain(f"  → {stop.advice}"))


def as_json(value: Any) -> None:
    """Print a value for a program: one JSON document, nothing else on standard output."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Print rows of text under their headings."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(plain(cell)) for cell in row))
    out().print(made)


@contextmanager
def bar(label: str) -> Iterator[Any]:
    """Show a progress bar on standard error; yields ``update(done, total)``.  Silent when nobody watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = err()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(label, total=None)

        def update(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total)

        yield update
