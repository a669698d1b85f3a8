"""A table of people that another system wrote, and who of them is which student of the gradebook.

The table is the instructor's own export: nobody and nothing is added to it.  A student is found by a number or login, else by
the whole name; who cannot be told, or could be two people, is said and not guessed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labkit.grading.results.exports.scores import Score
from labkit.grading.run.gradebook import FORMULA, harmless, replace_file
from labkit.grading.run.journal import GradingError


@dataclass(frozen=True)
class Table:
    """A CSV file: its columns in order, and its rows as {column: text}."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Export:
    """What an export did.  ``unmatched`` and ``held``: (student, why) of those whose points are not in the file."""

    path: Path
    filled: int
    unmatched: tuple[tuple[str, str], ...] = ()
    held: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def read_table(path: Path) -> Table:
    """Return the table in a CSV file, with commas, semicolons or tabs between its fields.

    Raises: GradingError when it cannot be read, or has two columns of one name.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GradingError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise GradingError(f"{path} is no text in UTF-8: save it as CSV UTF-8, as the system exported it") from None
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)
    try:
        lines = [
            line for line in csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True) if any(line)
        ]
    except csv.Error as error:
        raise GradingError(f"{path} is no CSV file: {error}") from None
    if not lines:
        raise GradingError(f"{path} is empty")
    columns = [name.strip() for name in lines[0]]
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise GradingError(f"{path} has two columns named {min(twice)!r}: rename one, and export again")
    rows = tuple(dict(zip(columns, [*line, *[""] * len(columns)], strict=False)) for line in lines[1:])
    return Table(tuple(columns), rows)


def write_table(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """Write a CSV file in one step; no cell of it is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([cell(name) for name in columns])
    writer.writerows([cell(row.get(name, "")) for name in columns] for row in rows)
    replace_file(path, text.getvalue())


def cell(value: str) -> str:
    """Return text for one cell: as it is, but for what a spreadsheet would compute.

    >>> cell("-1.5"), cell("-"), cell("=1+1")
    ('-1.5', '-', "'=1+1")
    """
    bare = value.strip()
    safe = not bare.startswith(FORMULA) or bare == "-" or re.fullmatch(r"[+-]?\d+(\.\d+)?", bare)
    return value if safe and not value.startswith(("\t", "\r")) else harmless(value)


def match(
    scores: Sequence[Score],
    table: Table,
    *,
    numbers: Collection[str],
    names: Collection[str],
    number_of: Mapping[str, str],
) -> tuple[dict[int, Score], list[tuple[str, str]]]:
    """Return (row number -> score, [(student, why not found)]).

    ``numbers`` and ``names``: the columns that say who somebody is, by a text of its own or by name.  ``number_of``: student ->
    the number that the name of the file handed in had.
    """
    by_number, by_name = _index(table, numbers, _exactly), _index(table, names, joined)
    found: dict[int, list[Score]] = defaultdict(list)
    lost: list[tuple[str, str]] = []
    for score in scores:
        tries = (
            by_number.get(_exactly(number_of.get(score.student, "")), set()),
            by_number.get(_exactly(score.student), set()),
            by_name.get(joined(score.student), set()),
        )
        rows = next((rows for rows in tries if rows), set())
        if len(rows) == 1:
            found[min(rows)].append(score)
        else:
            lost.append((score.student, f"{len(rows)} people in the table fit" if rows else "nobody in the table fits"))
    for claims in found.values():
        if len(claims) > 1:
            who = " and ".join(claim.student for claim in claims)
            lost += [(claim.student, f"{who} would be the same person in the table") for claim in claims]
    return {row: claims[0] for row, claims in found.items() if len(claims) == 1}, sorted(lost)


def _index(table: Table, columns: Collection[str], key) -> dict[str, set[int]]:  # type: ignore[no-untyped-def]
    """Return key -> row numbers, for each text in these columns; "Last, First" stands for both orders."""
    index: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(table.rows):
        for column in columns:
            text = row.get(column, "").strip()
            last, comma, first = text.partition(",")
            for form in (text, f"{first} {last}") if comma else (text,):
                if form and key(form):
                    index[key(form)].add(number)
    return index


def _exactly(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def joined(name: str) -> str:
    """Return the letters and digits of a name, so that "Lovelace, Ada" and a file's "lovelaceada" are alike.

    >>> joined("Lovelace, Ada")
    'lovelaceada'
    """
    return "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalnum())
