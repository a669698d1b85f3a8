"""What does grading cost, against stock nbgrader on the same answers, and does the grader stay as small as it was?

A class whose answers are all right and all different in their text, in NumPy (02_perceptron) and with torch (06_networks).  Both graders
get the same notebooks twice: *lean*, without the experiments, which neither grader needs, and *whole*, as students hand them in: nbgrader
runs every cell of those, labkit leaves the demonstrations out.  Both grade with one worker, and both must give everybody full points.
The figure that counts is processor seconds a submission once a grader is warm: for nbgrader the difference between a class and
one student; for labkit from the sixth submission on.  Figures are printed and never asserted.

    python benchmarks/bench_grading.py [--students 8] [--whole 3] [--crowd 1000] [--only numpy|torch|memory] [--json]

nbgrader is installed once into build/nbgrader-VERSION, an environment of its own; without it only labkit is measured.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from labkit.exercises import in_notebook  # noqa: E402
from labkit.grading.results.exports.nbgrader import write_nbgrader  # noqa: E402
from labkit.notebooks import exercise_of, read, solved, write  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
NBGRADER = "0.9.6"
KINDS = {"numpy": "02_perceptron", "torch": "06_networks"}
EDITIONS = ("lean", "whole")
WARM = 5  # submissions after which a grader counts as warm


def edition(kind, name, folder):
    """Return a course notebook, whole or lean (without its experiments), written to a folder."""
    notebook = read(ROOT / "notebooks" / f"{name}.ipynb")
    if kind == "lean":
        notebook.cells = [c for c in notebook.cells if c.metadata.get("labkit", {}).get("role") != "demo"]
    write(notebook, folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


def hand_in(source, students, target):
    """Write a right hand-in for each student to TARGET(student); no two have the same text."""
    for number in range(students):
        notebook = solved(read(source))
        for cell in notebook.cells:
            if exercise_of(cell):
                cell.source += f"\n# written by student {number}"
        write(notebook, target(f"s{number:04d}"))


# ------------------------------------------------------------------------------------------------------- labkit


def ours(source, students, folder):
    """Return what labkit needs for a class: measured in a fresh process."""
    folder = Path(tempfile.mkdtemp(dir=folder))
    submissions = folder / "submissions"
    hand_in(source, students, lambda student: submissions / student / source.name)
    command = [sys.executable, __file__, "--grade", str(submissions), str(folder / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    most = sum(e.points for e in in_notebook(source.stem))
    assert result["points"] == [most] * students, "right answers get full points"
    return result


def measured(submissions, out):
    """Grade a folder in this process and return its cost a warm submission, and its memory on the way."""
    from labkit.grading.results.exports.scores import notebooks, scores
    from labkit.grading.run.grade import grade

    marks = {}

    def progress(done, total):
        if done in (WARM, total // 10, total):
            marks[done] = (time.perf_counter(), cpu_seconds(), memory_kib())

    summary = grade(submissions, out, workers=1, seed=1, progress=progress)
    first, last = marks[WARM], marks[summary.submissions]
    count = summary.submissions - WARM
    return {
        "cpu_s": (last[1] - first[1]) / count,
        "per_second": count / (last[0] - first[0]),
        "start_s": first[1] - WARM * (last[1] - first[1]) / count,
        "memory_mib": [round(marks[n][2] / 1024, 1) for n in sorted(marks)],
        "points": [score.points for score in scores(out, notebooks(out))],
        "isolation": summary.isolation,
    }


def cpu_seconds():
    """Return the processor time of this process and of all that come from it, living and dead."""
    own = os.times()
    ticks = os.sysconf("SC_CLK_TCK")
    total = own.user + own.system + own.children_user + own.children_system
    for pid in descendants(os.getpid()):
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, numbers[11:15])) / ticks
    return total


def descendants(pid):
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield child
        yield from descendants(child)


def memory_kib():
    """Return the resident memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS")))


# ----------------------------------------------------------------------------------------------------- nbgrader


def theirs(source, students, folder, programs):
    """Return what stock nbgrader needs for the same class."""
    course = Path(tempfile.mkdtemp(dir=folder)) / "course"
    write_nbgrader([source], course, seed=1)
    kernel = course / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    start = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": start, "display_name": "Python 3", "language": "python"}))
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_PATH": str(course / "jupyter"),
        "LABKIT_HOME": str(course / "home"),
        "PYTHONPATH": str(ROOT),
    }

    def nbgrader(*arguments):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [str(programs / "nbgrader"), *arguments]
        subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    nbgrader("generate_assignment", source.stem, "--create")
    # The solved edition with nbgrader's own cells in it, as a student who started from its release hands it in.
    released = read(course / "release" / source.stem / source.name)
    write(released, course / "released" / source.name)
    hand_in(
        course / "released" / source.name,
        students,
        lambda student: course / "submitted" / student / source.stem / source.name,
    )
    nbgrader("autograde", source.stem, "--student", "s0000")  # fills the caches, as the rest of a term would
    one = nbgrader("autograde", source.stem, "--student", "s0000", "--force")
    everybody = nbgrader("autograde", source.stem, "--force")
    nbgrader("export")
    with (course / "grades.csv").open(newline="") as file:
        points = [float(row["raw_score"]) for row in csv.DictReader(file)]
    most = sum(e.points for e in in_notebook(source.stem))
    assert points == [most] * students, f"right answers get full points, got {points}"
    each = (everybody - one) / (students - 1)
    return {"cpu_s": each, "start_s": one - each}


def installed():
    """Return the folder of nbgrader's programs, None when it cannot be installed."""
    home = ROOT / "build" / f"nbgrader-{NBGRADER}"
    if not (home / "installed").exists():
        shutil.rmtree(home, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(home)], check=False).returncode == 0
        command = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", f"nbgrader=={NBGRADER}"]
        if not made or subprocess.run(command, check=False).returncode:
            return None
        (home / "installed").touch()
    return home / "bin"


# --------------------------------------------------------------------------------------------------------- main


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=8, help="students in the comparison with nbgrader")
    parser.add_argument(
        "--whole", type=int, default=3, help="students in the comparison of whole notebooks, 0 for none"
    )
    parser.add_argument("--crowd", type=int, default=1000, help="submissions for the grader's memory")
    parser.add_argument("--only", choices=(*KINDS, "memory"), help="measure only this")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--grade", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.grade:
        print(json.dumps(measured(*map(Path, arguments.grade))))
        return
    say = (lambda *words: None) if arguments.json else print
    results = {}
    with tempfile.TemporaryDirectory(prefix="bench-grading-") as scratch:
        folder = Path(scratch)
        programs = installed() if arguments.only != "memory" else None
        for kind, name in KINDS.items():
            for form, students in zip(EDITIONS, (arguments.students, arguments.whole), strict=True):
                if arguments.only not in (None, kind) or not students:
                    continue
                source = edition(form, name, folder / form)
                mine = ours(source, 10 * students, folder)
                entry = results[f"{kind}, {form}"] = {"labkit": mine}
                say(
                    f"{name} ({kind}, {form}): labkit {mine['cpu_s']:.4f} CPU s a submission, {mine['per_second']:.1f} a second "
                    f"with one worker, start-up {mine['start_s']:.1f} CPU s, isolation {mine['isolation']}"
                )
                if programs is None:
                    say("  nbgrader could not be installed: no comparison")
                    continue
                other = entry["nbgrader"] = theirs(source, students, folder, programs)
                entry["ratio"] = other["cpu_s"] / mine["cpu_s"]
                say(
                    f"  nbgrader {other['cpu_s']:.2f} CPU s a submission, start-up {other['start_s']:.1f}: "
                    f"{entry['ratio']:.0f} times as much"
                )
        if arguments.only in (None, "memory"):
            crowd = ours(edition("lean", KINDS["numpy"], folder / "lean"), arguments.crowd, folder)
            results["memory_mib"] = crowd["memory_mib"]
            say(
                f"{arguments.crowd} submissions: {crowd['per_second']:.1f} a second; memory of the grader after {WARM}, "
                f"{arguments.crowd // 10} and {arguments.crowd}: {crowd['memory_mib']} MiB"
            )
    if arguments.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
