"""The journal: every verdict in one SQLite file, written once it is known, so that nothing graded is ever lost.

A submission and its verdicts go in together, in one transaction.  A run that is killed at any moment goes on where it was;
what is the same work and the same check is not graded again.  All else on disk is derived from here.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import IO, Any

from labkit.grading.model import ERROR, AspectResult, Verdict
from labkit.grading.submissions.reader import Submission, Unreadable

FILE, LOCK = "grades.sqlite", "grades.lock"
SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY, started TEXT, version TEXT, seed INTEGER, isolation TEXT, limits TEXT, directory TEXT);
CREATE TABLE IF NOT EXISTS exercise (
    id TEXT PRIMARY KEY, notebook TEXT, position INTEGER, title TEXT, maximum REAL, check_hash TEXT);
CREATE TABLE IF NOT EXISTS submission (
    student TEXT, notebook TEXT, sha256 TEXT, path TEXT, note TEXT, stopped TEXT, flags TEXT, prints TEXT,
    PRIMARY KEY (student, notebook));
CREATE TABLE IF NOT EXISTS unreadable (directory TEXT, student TEXT, notebook TEXT, path TEXT, reason TEXT);
CREATE TABLE IF NOT EXISTS verdict (
    student TEXT, notebook TEXT, sha256 TEXT, exercise TEXT, check_hash TEXT, seed INTEGER, isolation TEXT,
    status TEXT, points REAL, maximum REAL, message TEXT, advice TEXT, mistake TEXT, call TEXT, label TEXT, aspects TEXT,
    PRIMARY KEY (student, notebook, sha256, exercise, check_hash));
"""
CURRENT = """
SELECT s.student, s.notebook, e.id, e.title, e.position, e.maximum, v.status, v.points, v.message, v.advice, v.mistake,
       v.call, v.label, v.aspects, v.seed, v.isolation
FROM submission s JOIN exercise e ON e.notebook = s.notebook
LEFT JOIN verdict v ON v.student = s.student AND v.notebook = s.notebook AND v.sha256 = s.sha256
                   AND v.exercise = e.id AND v.check_hash = e.check_hash
ORDER BY s.student, s.notebook, e.position, e.id
"""


class GradingError(RuntimeError):
    """A run that cannot start or go on, through no fault of a student's; the message says what to do."""


@dataclass(frozen=True)
class Check:
    """An exercise as this course grades it today; ``check_hash`` changes with whatever decides about it."""

    exercise: str
    notebook: str
    position: int
    title: str
    maximum: float
    check_hash: str


@dataclass(frozen=True)
class Run:
    """One call of ``labkit grade``."""

    started: str
    version: str
    seed: int
    isolation: str
    limits: str
    directory: str


@dataclass(frozen=True)
class Row:
    """A verdict as the gradebook and the pages need it; ``status`` is None while it is not graded."""

    student: str
    notebook: str
    exercise: str
    title: str
    position: int
    maximum: float
    status: str | None
    points: float
    message: str
    advice: str
    mistake: str
    call: str
    label: str
    aspects: tuple[AspectResult, ...]
    seed: int | None
    isolation: str


@dataclass(frozen=True)
class About:
    """What is known of a submission beside its verdicts: cells that stopped, flags, fingerprints of its answers."""

    student: str
    notebook: str
    path: str
    note: str
    stopped: tuple[tuple[str, str, str], ...]
    flags: tuple[tuple[str, str], ...]
    prints: Mapping[str, Sequence[int]]


class Journal:
    """The open journal of one OUT folder.  ``write=True`` keeps every other run out of the folder."""

    def __init__(self, out: Path, *, write: bool = False) -> None:
        self.out = Path(out)
        self._lock = _take_lock(self.out) if write else None
        try:
            with self._said():
                self._open(write)
        except BaseException:
            self.close()
            raise

    def _open(self, write: bool) -> None:
        if not write and not (self.out / FILE).is_file():
            raise GradingError(f"{self.out} holds no {FILE}: give the folder that was --out of labkit grade")
        self._db = sqlite3.connect(self.out / FILE, timeout=30, isolation_level=None)
        if write:
            self._db.execute("PRAGMA journal_mode = WAL")  # a file system that cannot do this keeps its own, safe mode
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(SCHEMA)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let the next run in."""
        if (db := getattr(self, "_db", None)) is not None:
            with contextlib.suppress(sqlite3.Error):  # a full disk: what is in the journal stays there
                db.close()
        if self._lock is not None:
            self._lock.close()

    # ---------------------------------------------------------------------------------------------------- writing

    def begin(self, run: Run, checks: Iterable[Check], unreadable: Iterable[Unreadable]) -> None:
        """Write down that a run starts, with today's checks and the files of its folder that cannot be read."""
        with self._transaction() as db:
            db.execute("INSERT INTO run VALUES (NULL, ?, ?, ?, ?, ?, ?)", astuple(run))
            for check in checks:
                db.execute("INSERT OR REPLACE INTO exercise VALUES (?, ?, ?, ?, ?, ?)", astuple(check))
            db.execute("DELETE FROM unreadable WHERE directory = ?", (run.directory,))
            for one in unreadable:
                row = (run.directory, one.student, one.notebook, one.path, one.reason)
                db.execute("INSERT INTO unreadable VALUES (?, ?, ?, ?, ?)", row)

    def write(
        self,
        submission: Submission,
        verdicts: Sequence[Verdict],
        hashes: Mapping[str, str],
        about: About,
        isolation: str = "",
    ) -> None:
        """Write a submission with its verdicts; with none, what is there already counts for it (again)."""
        own = (submission.student, submission.notebook, submission.sha256)
        stopped = [[_storable(text) for text in one] for one in about.stopped]
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO submission VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*own, about.path, about.note, *map(_json, (stopped, about.flags, dict(about.prints)))),
            )
            for v in verdicts:
                aspects = _json([astuple(aspect) for aspect in v.aspects])
                db.execute(
                    f"INSERT OR REPLACE INTO verdict VALUES ({', '.join('?' * 16)})",
                    (
                        *(*own, v.exercise, hashes[v.exercise], v.seed, isolation, v.status, v.points, v.max_points),
                        *map(_storable, (v.message, v.advice, v.mistake, v.call, v.label, aspects)),
                    ),
                )

    # ---------------------------------------------------------------------------------------------------- reading

    def seed(self) -> int | None:
        """Return the seed of the last run, None when there was none."""
        with self._said():
            found = self._db.execute("SELECT seed FROM run ORDER BY number DESC LIMIT 1").fetchone()
        return None if found is None else int(found[0])

    def graded(self, submission: Submission, seed: int) -> set[tuple[str, str]]:
        """Return (exercise, check hash) of the verdicts that are there for this work and seed; errors do not count."""
        with self._said():
            rows = self._db.execute(
                "SELECT exercise, check_hash FROM verdict "
                "WHERE student = ? AND notebook = ? AND sha256 = ? AND seed = ? AND status != ?",
                (submission.student, submission.notebook, submission.sha256, seed, ERROR),
            ).fetchall()
        return {(str(exercise), str(check)) for exercise, check in rows}

    def rows(self) -> list[Row]:
        """Return what counts today, in order: a row a student, notebook and exercise."""
        with self._said():
            found = self._db.execute(CURRENT).fetchall()
        return [_row(values) for values in found]

    def about(self) -> list[About]:
        """Return what is known of each submission."""
        with self._said():
            found = self._db.execute(
                "SELECT student, notebook, path, note, stopped, flags, prints FROM submission ORDER BY student, notebook"
            ).fetchall()
        return [About(v[0], v[1], v[2], v[3], _pairs(v[4]), _pairs(v[5]), json.loads(v[6])) for v in found]

    def stopped(self, submission: Submission) -> tuple[tuple[str, str, str], ...]:
        """Return the cells that stopped when this work was graded."""
        with self._said():
            found = self._db.execute(
                "SELECT stopped FROM submission WHERE student = ? AND notebook = ? AND sha256 = ?",
                (submission.student, submission.notebook, submission.sha256),
            ).fetchone()
        return _pairs(found[0]) if found else ()

    def checks(self) -> list[Check]:
        """Return the exercises of the last runs, in the course's order."""
        with self._said():
            found = self._db.execute(
                "SELECT id, notebook, position, title, maximum, check_hash FROM exercise ORDER BY position, id"
            ).fetchall()
        return [Check(*values) for values in found]

    def unreadable(self) -> list[Unreadable]:
        """Return the files that could not be read, of every folder's last run."""
        with self._said():
            found = self._db.execute(
                "SELECT student, notebook, path, reason FROM unreadable ORDER BY student, notebook, path"
            ).fetchall()
        return [Unreadable(*values) for values in found]

    def runs(self) -> list[Run]:
        """Return the runs so far, the last one last."""
        with self._said():
            found = self._db.execute(
                "SELECT started, version, seed, isolation, limits, directory FROM run ORDER BY number"
            ).fetchall()
        return [Run(*values) for values in found]

    # --------------------------------------------------------------------------------------------------- trouble

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._said():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled it back itself
                    self._db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """Turn SQLite's exceptions into sentences."""
        try:
            yield
        except sqlite3.OperationalError as error:
            why = str(error)
            if "full" in why or "I/O" in why:
                raise GradingError(
                    f"{self.out} cannot take more data ({why}). Verdicts written so far are safe: "
                    "make room, then run the same command again; it goes on where it was"
                ) from error
            raise GradingError(f"{self.out / FILE} cannot be used: {why}") from error
        except sqlite3.ProgrammingError:
            raise  # our own mistake, and no state of the file
        except sqlite3.DatabaseError as error:
            raise GradingError(
                f"{self.out / FILE} is damaged or no journal ({error}); it is left as it is. "
                "Give another --out, or move that file away to grade anew"
            ) from error


def _take_lock(out: Path) -> IO[str]:
    """Return the lock file of a folder, held until it is closed or this process ends, however it ends."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise GradingError(f"{out} cannot be written: {error.strerror}. Choose another folder with --out") from error
    try:
        _hold(lock)
    except OSError as error:
        lock.seek(0)
        owner = lock.read(100).strip() or "unknown"
        lock.close()
        if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            raise GradingError(
                f"{out} is on a file system without locks ({error.strerror}): use a local one"
            ) from error
        raise GradingError(
            f"another run (process {owner}) is grading into {out}. Wait until it ends, or give another --out"
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _hold(lock: IO[str]) -> None:
    """Lock an open file for this process; the system lets go of it when the process is gone, so no lock is ever stale."""
    if os.name == "nt":
        import msvcrt

        lock.seek(1 << 20)  # beyond the text: a locked byte cannot be read by others
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _storable(text: str) -> str:
    """Return text that can be stored: half of a surrogate pair, which a student's words may hold, cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _row(values: Sequence[Any]) -> Row:
    known = list(values)
    known[7] = float(known[7] or 0)
    known[8:13] = [text or "" for text in known[8:13]]
    known[13] = tuple(AspectResult(*parts) for parts in json.loads(known[13] or "[]"))
    known[15] = known[15] or ""
    return Row(*known)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pairs(text: str) -> tuple:
    return tuple(tuple(item) for item in json.loads(text))
