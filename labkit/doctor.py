"""What ``labkit doctor`` looks at: one small check each, and what to do where something is wrong.

A check that fails says so and never raises: the doctor is called when things are broken.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST = (3, 11)
GRADE_ON_LINUX = "Only needed to grade others' work: do that on Linux, in a container or a virtual machine."


@dataclass(frozen=True)
class Check:
    """One line of the examination.  ``ok`` None: not here, and most people do not need it."""

    name: str
    ok: bool | None
    message: str
    advice: str = ""


def examine() -> Iterator[Check]:
    """Yield the checks one after another, quick ones first."""
    for name, look in LOOKS.items():
        try:
            yield from look()
        except Exception as error:  # whatever is broken here is what the reader wants to hear about
            yield Check(name, False, f"{type(error).__name__}: {error}", "Install again: delete .venv, then make lab.")


def python() -> Iterator[Check]:
    """Whether this Python is new enough, and where it is."""
    version = ".".join(map(str, sys.version_info[:3]))
    new_enough = sys.version_info >= OLDEST
    advice = "" if new_enough else f"Install Python {OLDEST[0]}.{OLDEST[1]} or newer from python.org."
    yield Check("Python", new_enough, f"{version} in {sys.prefix}", advice)


def packages() -> Iterator[Check]:
    """Whether every package is here in a version the course was tested with."""
    from packaging.requirements import Requirement  # jupyterlab and matplotlib bring it

    wrong, right = [], 0
    for line in requirements():
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        found = installed(wanted.name)
        if found is None:
            wrong.append(f"{wanted.name} is missing")
        elif not wanted.specifier.contains(found, prereleases=True):
            wrong.append(f"{wanted.name} is {found}, wanted {wanted.specifier}")
        else:
            right += 1
    if wrong:
        yield Check("packages", False, "; ".join(wrong), "python -m pip install -r requirements.txt")
    else:
        yield Check("packages", True, f"{right} in versions the course was tested with")


def requirements() -> list[str]:
    """Return what labkit needs at run time: from pyproject.toml in a clone, else from the installed package."""
    project = Path(__file__).resolve().parent.parent / "pyproject.toml"
    if project.is_file():
        with project.open("rb") as file:
            return list(tomllib.load(file)["project"]["dependencies"])
    needed = importlib.metadata.requires("labkit") or []
    return [line for line in needed if "extra ==" not in line]


def installed(name: str) -> str | None:
    """Return the version of an installed package, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def kernel() -> Iterator[Check]:
    """Whether notebooks start this very Python."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    cure = "python -m ipykernel install --sys-prefix"
    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        yield Check("Jupyter kernel", False, "there is no kernel python3", cure)
        return
    # a bare "python" is looked up by jupyter_client, which takes the interpreter it runs in
    here = Path(command).name == command or Path(command).absolute() == Path(sys.executable).absolute()
    yield Check("Jupyter kernel", here, f"python3 starts {command}", "" if here else cure)


def notebooks() -> Iterator[Check]:
    """Whether the notebooks are where `labkit lab` looks."""
    from labkit.notebooks import course, folder

    found = len(course())
    advice = "" if found else "Run labkit in the folder that holds notebooks/."
    yield Check("notebooks", bool(found), f"{found} in {folder()}", advice)


def data() -> Iterator[Check]:
    """Whether the bundled data are whole."""
    from labkit.datasets import verify

    checks = verify()
    damaged = [check for check in checks if not check.ok]
    for check in damaged:
        yield Check(f"data {check.name}", False, check.message)
    if not damaged:
        yield Check("data", True, f"{len(checks)} sets, all as the manifest says")


def home() -> Iterator[Check]:
    """Whether the record of progress can be kept."""
    from labkit.memory import location

    folder = location().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = "Set LABKIT_HOME to a folder you may write; until then progress is not kept."
        yield Check("progress", False, f"{folder} cannot be written ({error.strerror})", advice)
    else:
        yield Check("progress", True, f"kept in {folder}")


def threads() -> Iterator[Check]:
    """How many threads numerical libraries take."""
    said = os.environ.get("OMP_NUM_THREADS")
    cores = f"{os.cpu_count()} cores"
    if said:
        yield Check("threads", True, f"{said} of {cores} (OMP_NUM_THREADS)")
    else:
        yield Check("threads", True, f"{cores}; OMP_NUM_THREADS is not set, `labkit lab` sets it to 1")


def torch() -> Iterator[Check]:
    """Whether torch and torchvision load beside each other."""
    from labkit.vision import status

    found = status()
    fine = found.mode != "missing"
    yield Check("torch", fine, found.sentence, "" if fine else "python -m pip install -r requirements.txt")


def isolation() -> Iterator[Check]:
    """How `labkit grade` can keep submissions apart from this machine; students need none of it."""
    if sys.platform != "linux":
        yield Check("isolation", None, f"boxes are made on Linux, this is {sys.platform}", GRADE_ON_LINUX)
        return
    from labkit.grading.sandbox.session import available

    ways = available()
    strong = {name: why for name, why in ways.items() if name != "none"}
    for name, why in strong.items():
        first = all(strong[other] for other in list(strong)[: list(strong).index(name)])
        does = "works: labkit grade will use it" if first else f"works: labkit grade --isolation {name}"
        yield Check(f"isolation {name}", None if why else True, why.rpartition("does not work here: ")[2] or does)
    if all(strong.values()):
        yield Check("isolation", None, "no strong isolation here", GRADE_ON_LINUX)


LOOKS: dict[str, Callable[[], Iterator[Check]]] = {
    "Python": python,
    "packages": packages,
    "Jupyter kernel": kernel,
    "notebooks": notebooks,
    "data": data,
    "progress": home,
    "threads": threads,
    "isolation": isolation,
    "torch": torch,
}
