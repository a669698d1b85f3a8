"""The commands of an instructor: grade a class, rebuild its pages, hand notebooks out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labkit.cli.console import FELL_SHORT, INTERRUPTED, Stop, as_json, bar, note, say, table
from labkit.cli.learn import Json

if TYPE_CHECKING:
    from labkit.grading.run.cluster import Cluster

PANEL = "Teach"
SHOWN = 12  # lines of one kind at the end of a run; the page of the class has them all
ISOLATIONS = ("auto", "bubblewrap", "docker", "none")


def grade(
    directory: Annotated[Path, typer.Argument(help="Submissions: DIR/STUDENT/NOTEBOOK.ipynb, flat, or a download.")],
    out: Annotated[Path, typer.Option(help="Folder for the journal, the gradebook and the pages.")],
    notebook: Annotated[str | None, typer.Option(help="Grade this notebook only, as in 02 or 02_perceptron.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a core if not said.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the hidden cases; fresh and recorded if not said.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one cell or call.")] = 10.0,
    memory: Annotated[int, typer.Option(min=64, help="MiB of memory for one submission.")] = 2048,
    isolation: Annotated[
        str, typer.Option(help="auto, bubblewrap, docker, or none (never chosen by itself).")
    ] = "auto",
    scheduler: Annotated[
        str | None, typer.Option(help="Grade on a Dask cluster, as in tcp://host:8786; the journal stays here.")
    ] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade again what is graded already.")] = False,
    show_inputs: Annotated[bool, typer.Option("--show-inputs", help="Show hidden inputs on students' pages.")] = False,
    json: Json = False,
) -> None:
    """Grade a folder of submissions; run again after an interruption, it goes on where it was."""
    if not directory.exists():
        raise Stop(f"{directory}: there is no such folder.", "Give the folder that holds the submissions.")
    if isolation not in ISOLATIONS:
        raise Stop(f"isolation {isolation!r} is unknown.", f"Choose one of {', '.join(ISOLATIONS)}.")
    _writable(out)
    from labkit.grading.results.report import write_pages
    from labkit.grading.run.grade import grade as grade_folder
    from labkit.grading.sandbox.session import Limits

    with _interruptible(out), _cluster(scheduler) as cluster, bar("grading") as update:
        summary = grade_folder(
            directory,
            out,
            notebook=notebook_stem(notebook) if notebook else None,
            workers=workers or (cluster.workers if cluster else None),
            seed=seed,
            limits=Limits(seconds=timeout, memory_mib=memory),
            isolation=isolation,
            regrade=regrade,
            progress=update,
            executor=cluster,
            look=cluster.look if cluster else None,
        )
    write_pages(out, show_inputs=show_inputs)
    if summary.isolation == "none":
        note("Graded WITHOUT isolation: the submissions' code ran with your rights. The report says so too.")
    if json:
        as_json(asdict(summary))
    else:
        table(("the run", ""), [(name.replace("_", " "), str(value)) for name, value in asdict(summary).items()])
        tell_matters(out)
        say(f"Gradebook: {out / 'gradebook.csv'}")
        say(f"The class: {out / 'class.html'}")
    if summary.unreadable or summary.errors:
        raise typer.Exit(FELL_SHORT)


@contextmanager
def _interruptible(out: Path) -> Iterator[None]:
    """Say after a Ctrl-C, or when asked to end by the system or a closed terminal, what has become of the run."""
    asked: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        if not asked:  # once is enough: a second one would interrupt the tidying up
            asked.append(number)
            raise KeyboardInterrupt

    numbers = (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
    here = threading.current_thread() is threading.main_thread()  # nobody else may say what signals do
    before = {number: signal.signal(number, interrupt) for number in numbers if number is not None and here}
    try:
        yield
    except KeyboardInterrupt:
        raise Stop(
            "interrupted; every verdict so far is in the journal.",
            f"The same command goes on where it was; labkit report {out} shows what is graded.",
            128 + asked[0] if asked else INTERRUPTED,
        ) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _cluster(address: str | None) -> AbstractContextManager[Cluster | None]:
    if address is None:
        return nullcontext()
    from labkit.grading.run.cluster import Cluster

    return Cluster(address)


def tell_matters(out: Path) -> None:
    """Print what needs a person, a few lines of each kind."""
    from labkit.grading.results.attention import matters

    for kind, group in groupby(matters(out), key=lambda matter: matter.kind):
        own = list(group)
        for matter in own[:SHOWN]:
            say(f"{kind}: {matter.student}, {matter.where}: {matter.why}")
        if len(own) > SHOWN:
            say(f"{kind}: and {len(own) - SHOWN} more, all in {out / 'class.html'}")


def report(
    out: Annotated[Path, typer.Argument(help="The folder that labkit grade wrote.")],
    show_inputs: Annotated[bool, typer.Option("--show-inputs", help="Show hidden inputs on students' pages.")] = False,
) -> None:
    """Build the gradebook and the pages again from the journal."""
    if not (out / "grades.sqlite").is_file():
        raise Stop(f"{out} holds no grades.sqlite.", "Give the folder that was --out of labkit grade.")
    _writable(out)
    from labkit.grading.results.report import write_pages

    write_pages(out, show_inputs=show_inputs)
    say(f"The class: {out / 'class.html'}")


def release(
    notebooks: Annotated[list[str] | None, typer.Argument(help="Notebooks, as in 02; all if none.")] = None,
    out: Annotated[Path, typer.Option(help="A new folder for the students.")] = Path("build/release"),
) -> None:
    """Write notebooks to hand out: stubs, no outputs, and the data beside them."""
    from labkit.datasets import data_folder
    from labkit.editions import release as write_release
    from labkit.notebooks import course

    paths = {notebook_stem(name) for name in notebooks or []}
    chosen = [path for path in course() if not paths or path.stem in paths]
    try:
        written = write_release(chosen, out, data_folder())
    except FileExistsError as error:
        raise Stop(
            f"{error.filename} is there already.", "Choose a new folder with --out; nothing is overwritten."
        ) from None
    say(f"{len(chosen)} notebooks and {len(written) - len(chosen)} data files are in {out}.")


def notebook_stem(name: str) -> str:
    """Return a notebook's full name for "02", "02_perceptron" or "02_perceptron.ipynb"."""
    from labkit.notebooks import course

    stems = [path.stem for path in course()]
    wanted = Path(name).name.removesuffix(".ipynb")
    found = [stem for stem in stems if stem == wanted or stem.partition("_")[0] == wanted]
    if len(found) != 1:
        raise Stop(f"the course has no notebook {name!r}.", f"It has {', '.join(stems) or 'none here'}.")
    return found[0]


def _writable(out: Path) -> None:
    """Stop before the work when its result could not be kept."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".labkit-write-test"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise Stop(f"{out} cannot be written ({error.strerror}).", "Choose another folder with --out.") from None


COMMANDS = {"grade": grade, "report": report, "release": release}
