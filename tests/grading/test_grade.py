"""A class is graded: fair points for honest work, nothing for attacks, and nobody suffers from anybody else."""

from __future__ import annotations

import json
from concurrent.futures import BrokenExecutor, Future
from dataclasses import replace

import numpy as np
import pytest

from labkit.exercises import CATALOG
from labkit.grading.model import ERROR, NOT_ATTEMPTED, NOT_YET, PASSED, Case
from labkit.grading.run import checkhash, worker
from labkit.grading.run.checkhash import check_hash
from labkit.grading.run.grade import check_notebook, grade
from labkit.grading.run.journal import GradingError, Journal
from labkit.grading.run.pool import Here
from labkit.grading.sandbox.session import Limits, Sandbox, SandboxError
from labkit.grading.wire import Tensor
from labkit.lesson import examine
from labkit.source import reference_source
from tests.grading.submissions import (
    ALL,
    CHEATS,
    EXERCISES,
    HONEST,
    NOTEBOOK,
    NOTHING,
    STRICT,
    STUCK,
    WRONG,
    answer,
    cell,
    hand_in,
    honest,
    notebook,
    save,
    untouched,
)

QUICK = Limits(seconds=2)


class Light(Sandbox):
    """A real box that starts without matplotlib in it: enough for the answers here, and four times as fast to start."""

    def __init__(self, **options):
        super().__init__(**{**options, "preload": False})


@pytest.fixture(autouse=True)
def light_boxes(monkeypatch):
    """Use light boxes in all tests but those that share the one big run."""
    monkeypatch.setattr(worker, "Sandbox", Light)


def graded(out):
    """Return student -> exercise -> row of the journal."""
    found = {}
    with Journal(out) as journal:
        for row in journal.rows():
            found.setdefault(row.student, {})[row.exercise] = row
    return found


def points(rows):
    return {name: row.points for name, row in rows.items()}


@pytest.fixture(scope="module")
def everybody(tmp_path_factory):
    """One run over every submission of the tables; each that may do harm is followed by an honest one."""
    folder = tmp_path_factory.mktemp("class")
    for name, (tree, _) in HONEST.items():
        hand_in(folder, f"a {name}", tree)
    for name, tree in {**{n: t for n, (t, _) in STUCK.items()}, **CHEATS}.items():
        hand_in(folder, f"b {name}", tree)
        hand_in(folder, f"b {name} ~ after", honest())
    out = tmp_path_factory.mktemp("out")
    summary = grade(folder, out, workers=1, seed=20261121, limits=QUICK)
    return summary, graded(out), out


def test_every_submission_has_a_verdict_on_every_exercise(everybody):
    summary, rows, _ = everybody
    expected = len(HONEST) + 2 * (len(STUCK) + len(CHEATS))
    assert (summary.submissions, summary.graded, summary.resumed) == (expected, expected, 0)
    assert (summary.unreadable, summary.errors, summary.seed) == (0, 0, 20261121)
    assert len(rows) == expected
    for student, own in rows.items():
        assert list(own) == list(EXERCISES), student
        assert all(row.status in (PASSED, NOT_YET, NOT_ATTEMPTED) and row.message for row in own.values()), student


@pytest.mark.parametrize("name", HONEST)
def test_honest_work_gets_its_points(everybody, name):
    rows = everybody[1][f"a {name}"]
    assert points(rows) == HONEST[name][1], {row.exercise: row.message for row in rows.values()}


@pytest.mark.parametrize("name", STUCK)
def test_what_hangs_or_dies_costs_itself_only(everybody, name):
    rows = everybody[1][f"b {name}"]
    assert points(rows) == STUCK[name][1], {row.exercise: row.message for row in rows.values()}


@pytest.mark.parametrize("name", CHEATS)
def test_cheating_earns_nothing(everybody, name):
    rows = everybody[1][f"b {name}"]
    assert points(rows) == NOTHING, {row.exercise: row.message for row in rows.values()}


@pytest.mark.parametrize("name", [*STUCK, *CHEATS])
def test_the_next_submission_is_unharmed(everybody, name):
    rows = everybody[1][f"b {name} ~ after"]
    assert points(rows) == ALL, {row.exercise: row.message for row in rows.values()}


def test_the_reason_is_said(everybody):
    rows = everybody[1]
    assert rows["a wrong"]["perceptron_predict"].mistake == "bias forgotten"
    assert rows["a partly right"]["perceptron_predict"].mistake == "strict threshold"
    assert "np.array" in rows["a list for an array"]["perceptron_predict"].advice
    assert rows["a untouched"]["xor_weights"].status == NOT_ATTEMPTED
    assert rows["a answers deleted"]["xor_weights"].message == "xor_weights is not in this notebook."
    broken = rows["a answer does not parse"]["xor_weights"].message
    assert broken.endswith("code cell 5 stopped with SyntaxError: '(' was never closed (line 2: return ().")
    for name in EXERCISES:
        assert "code cell 2 stopped with" in rows["a all in one cell that does not parse"][name].message
    assert "%%writefile" in rows["a written to a file"]["xor_weights"].message
    assert rows["a under another name"]["xor_weights"].message.endswith("code cell 5, which is for it, defines xor.")
    assert "did not return within 2 s" in rows["b endless call"]["xor_weights"].message
    assert "exit code 0" in rows["b hard exit in an answer's cell"]["xor_weights"].message
    assert rows["b hard exit in an answer's cell"]["xor_weights"].status == NOT_YET
    assert "not in the box" in rows["b imports the reference"]["xor_weights"].message


def test_a_table_of_the_known_cases_is_worth_nothing(tmp_path):
    """The answers to the cases seen in class, looked up; only xor_weights has one case for ever, and is asked as such."""
    lookups = {}
    for name, exercise in EXERCISES.items():
        reference = {}
        exec(f"import numpy as np\n{all_references()}", reference)
        known = [
            (c.args, dict(c.kwargs), reference[name](*c.args, **c.kwargs))
            for c in exercise.cases(np.random.default_rng(0))
        ]
        table = [(repr((a, k)), v) for a, k, v in known]
        lookups[name] = (
            f"from numpy import array\nKNOWN_{name} = dict({table!r})\n"
            f"def {name}(*args, **kwargs):\n    return KNOWN_{name}.get(repr((args, kwargs)), 0)"
        )
    hand_in(tmp_path / "in", "table", honest(**lookups))
    path = tmp_path / "in" / "table" / f"{NOTEBOOK}.ipynb"
    assert sum(v.points for v in check_notebook(path)) > 3, "the table is right about the cases of class"
    grade(tmp_path / "in", tmp_path / "out", workers=1, seed=99)
    assert points(graded(tmp_path / "out")["table"]) == {**NOTHING, "xor_weights": 1}


def all_references():
    return "\n".join(reference_source(e.reference) for e in EXERCISES.values())


@pytest.mark.parametrize("changed", [{}, {"perceptron_predict": STRICT}, {"fit_perceptron": WRONG["fit_perceptron"]}])
def test_the_grader_says_what_the_notebook_says(tmp_path, changed):
    sources = {name: changed.get(name, reference_source(e.reference)) for name, e in EXERCISES.items()}
    space = {"np": np}
    for source in sources.values():
        exec(source, space)
    path = save(honest(**changed), tmp_path / f"{NOTEBOOK}.ipynb")
    for seed in (0, 7):
        in_class = [examine(CATALOG[name], space[name], seed) for name in EXERCISES]
        graded = check_notebook(path, seed=seed)  # which also knows where to begin, when one answer calls another
        assert [replace(v, advice=v.advice.rpartition("begin there. ")[2]) for v in graded] == in_class
    if changed:
        calls = [v for v in graded if v.advice.startswith("It calls perceptron_predict")]
        built_on_it = [] if "fit_perceptron" in changed else ["perceptron_update", "fit_perceptron"]
        assert [v.exercise for v in calls] == built_on_it


def test_check_notebook_refuses_what_it_cannot_read(tmp_path):
    with pytest.raises(GradingError, match="cut off"):
        check_notebook(save("{", tmp_path / f"{NOTEBOOK}.ipynb"))
    with pytest.raises(GradingError, match=r"No such file"):
        check_notebook(tmp_path / "none.ipynb")


# ------------------------------------------------------------------------------------------------------- the run


@pytest.fixture
def folder(tmp_path):
    for name, tree in {"ada": honest(), "ben": honest(perceptron_predict=STRICT), "cleo": untouched()}.items():
        hand_in(tmp_path / "in", name, tree)
    return tmp_path / "in"


def test_a_second_run_grades_only_what_is_new(folder, tmp_path):
    out = tmp_path / "out"
    first = grade(folder, out, workers=1, limits=QUICK)
    book = (out / "gradebook.csv").read_bytes()
    second = grade(folder, out, workers=1, limits=QUICK)
    assert (first.graded, first.resumed, second.graded, second.resumed) == (3, 0, 0, 3)
    assert first.seed == second.seed, "the seed is the folder's"
    assert (out / "gradebook.csv").read_bytes() == book
    hand_in(folder, "ben", honest())  # handed in anew
    third = grade(folder, out, workers=1, limits=QUICK)
    assert (third.graded, third.resumed) == (1, 2)
    assert points(graded(out)["ben"]) == ALL
    assert grade(folder, out, workers=1, limits=QUICK, regrade=True).graded == 3


def test_seeds_are_fresh_and_an_explicit_one_grades_anew(folder, tmp_path):
    seeds = {grade(folder, tmp_path / f"out{i}", workers=1).seed for i in range(2)}
    assert len(seeds) == 2
    again = grade(folder, tmp_path / "out0", workers=1, seed=5)
    assert (again.graded, again.seed) == (3, 5)
    assert {row.seed for rows in graded(tmp_path / "out0").values() for row in rows.values()} == {5}


def test_a_changed_check_grades_anew(folder, tmp_path, monkeypatch):
    grade(folder, tmp_path / "out", workers=1)
    changed = dict.fromkeys(EXERCISES, "")
    monkeypatch.setattr("labkit.grading.run.grade.check_hash", lambda e: changed[e.id] + e.id)
    assert grade(folder, tmp_path / "out", workers=1).graded == 3
    assert grade(folder, tmp_path / "out", workers=1).graded == 0
    changed["xor_weights"] = "new"
    assert grade(folder, tmp_path / "out", workers=1).graded == 3


def test_a_check_is_new_when_a_file_that_it_is_built_on_changes(monkeypatch):
    names = "max_pool_forward", "conv2d_forward", "precision_recall_f1", "accuracy"
    before = {name: check_hash(CATALOG[name]) for name in names}
    assert len(set(before.values())) == len(names)

    def changed(*endings):
        """Return whose hash is another one when files with these names have other contents."""
        check_hash.cache_clear()
        with monkeypatch.context() as patch:
            digest = checkhash._digest
            patch.setattr(checkhash, "_digest", lambda path: b"new" if path.name in endings else digest(path))
            return {name for name in names if check_hash(CATALOG[name]) != before[name]}

    try:
        assert changed("ex09_pooling.py") == {"max_pool_forward", "conv2d_forward"}  # shared cases
        assert changed("confusion.py") == {"precision_recall_f1"}  # which its reference imports
        assert changed("compare.py") == set(names)
        assert changed("README.md") == set()
    finally:
        check_hash.cache_clear()


def test_two_workers_give_the_same_gradebook(folder, tmp_path):
    steps = []
    grade(folder, tmp_path / "one", workers=1, seed=4)
    summary = grade(folder, tmp_path / "two", workers=2, seed=4, progress=lambda *step: steps.append(step))
    assert summary.graded == 3
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    for name in ("gradebook.csv", "results.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_executor_can_be_another(folder, tmp_path):
    sent = []

    class Elsewhere(Here):
        def submit(self, fn, /, *args, **kwargs):
            sent.append(fn)
            return super().submit(fn, *args, **kwargs)

    summary = grade(folder, tmp_path / "out", workers=3, executor=lambda workers: Elsewhere())
    assert sent == [worker.grade_one] * 3
    assert summary.errors == 0
    assert points(graded(tmp_path / "out")["ada"]) == ALL


def test_who_brings_a_worker_down_twice_is_an_error_and_alone(folder, tmp_path):
    class Fragile(Here):
        def submit(self, fn, /, *args, **kwargs):
            if args[0].submission.student == "ben":
                future = Future()
                future.set_exception(BrokenExecutor("out of memory"))
                return future
            return super().submit(fn, *args, **kwargs)

    summary = grade(folder, tmp_path / "out", workers=2, executor=lambda workers: Fragile())
    assert (summary.graded, summary.errors) == (3, 1)
    rows = graded(tmp_path / "out")
    assert points(rows["ada"]) == ALL
    assert {row.status for row in rows["ben"].values()} == {ERROR}
    assert "enough memory" in rows["ben"]["xor_weights"].message
    again = grade(folder, tmp_path / "out", workers=1)
    assert (again.graded, again.resumed, again.errors) == (1, 2, 0), "errors are tried again, and only they"
    assert {row.status for row in graded(tmp_path / "out")["ben"].values()} != {ERROR}


def test_trouble_of_the_box_is_tried_again_and_then_said(folder, tmp_path, monkeypatch):
    real, troubles = worker.Sandbox.open, []

    def open_with_trouble(self, cells):
        if any("> 0)" in cell.source for cell in cells) and len(troubles) < limit:
            troubles.append(1)
            raise SandboxError("no processes left")
        return real(self, cells)

    monkeypatch.setattr(worker.Sandbox, "open", open_with_trouble)
    limit = 1
    summary = grade(folder, tmp_path / "once", workers=1)
    assert (len(troubles), summary.errors) == (1, 0)
    assert points(graded(tmp_path / "once")["ben"])["xor_weights"] == 1
    troubles.clear()
    limit = 99
    summary = grade(folder, tmp_path / "always", workers=1)
    assert (len(troubles), summary.errors) == (2, 1)
    rows = graded(tmp_path / "always")
    assert rows["ben"]["xor_weights"].message == "xor_weights could not be graded: no processes left"
    assert points(rows["ada"]) == ALL


def test_a_fault_of_the_judge_is_an_error_never_points(folder, tmp_path, monkeypatch):
    broken = CATALOG["xor_weights"].__class__(**{**vars(CATALOG["xor_weights"]), "judge": lambda *a: 1 / 0})
    monkeypatch.setitem(CATALOG, "xor_weights", broken)
    summary = grade(folder, tmp_path / "out", workers=1)
    rows = graded(tmp_path / "out")
    assert summary.errors == 2  # ada and ben; cleo's is not written
    assert (rows["ada"]["xor_weights"].status, rows["ada"]["xor_weights"].points) == (ERROR, 0)
    assert "ZeroDivisionError" in rows["ada"]["xor_weights"].message
    assert rows["ada"]["fit_perceptron"].status == PASSED


def test_no_box_no_run(folder, tmp_path):
    with pytest.raises(SandboxError, match="isolation"):
        grade(folder, tmp_path / "out", isolation="thoughts and prayers")
    assert not (tmp_path / "out" / "gradebook.csv").exists()


def test_no_isolation_is_said(folder, tmp_path):
    summary = grade(folder, tmp_path / "out", workers=1, isolation="none")
    assert summary.isolation == "none"
    assert json.loads((tmp_path / "out" / "results.json").read_text())["isolation"] == ["none"]


def test_a_class_of_stubs_needs_no_box(tmp_path, monkeypatch):
    hand_in(tmp_path / "in", "cleo", untouched())
    monkeypatch.setattr(worker, "_box", lambda *a: pytest.fail("a box was started"))
    assert grade(tmp_path / "in", tmp_path / "out", workers=1).graded == 1
    assert {r.status for r in graded(tmp_path / "out")["cleo"].values()} == {NOT_ATTEMPTED}


@pytest.mark.parametrize(
    "source", ["perceptron_predict = lambda X, w, b: 1", "exec('def perceptron_predict(X, w, b): pass')"]
)
def test_a_stub_that_may_be_replaced_is_run(source):
    cells = [worker.Cell(reference_stub(), "code cell 1"), worker.Cell(source, "code cell 2")]
    assert worker.unwritten(cells[:1], "perceptron_predict")
    assert not worker.unwritten(cells, "perceptron_predict")


def reference_stub():
    from labkit.source import stub

    return stub(EXERCISES["perceptron_predict"].reference)


def test_wrong_use_is_said_before_anything_is_written(tmp_path):
    with pytest.raises(GradingError, match="no such folder"):
        grade(tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(GradingError, match="02_perceptron"):
        grade(tmp_path, tmp_path / "out", notebook="99_nothing")
    assert not (tmp_path / "out").exists()


def test_one_notebook_can_be_chosen(folder, tmp_path):
    hand_in(folder, "ada", notebook(answer("xor_weights")), name="00_start_here")
    summary = grade(folder, tmp_path / "out", workers=1, notebook="00_start_here")
    assert (summary.submissions, summary.graded) == (1, 1)
    assert {row.notebook for rows in graded(tmp_path / "out").values() for row in rows.values()} == {"00_start_here"}


@pytest.mark.slow
def test_a_notebook_in_torch_is_graded_in_a_box_with_torch(tmp_path, monkeypatch):
    """The course's softmax twin as an exercise of its own, with tensors going in and coming out."""

    def cases(rng):
        return [
            Case("two rows", (Tensor(rng.normal(size=(2, 3))),)),
            Case("one row", (Tensor(rng.normal(size=(1, 4))),)),
        ]

    exercise = replace(
        CATALOG["softmax"], reference="labkit.reference.activations_torch:softmax", cases=cases, mistakes=(), points=1
    )
    monkeypatch.setitem(CATALOG, "softmax", exercise)
    assert exercise.needs_torch
    imports = "import torch\nfrom torch import nn"
    right, wrong = (
        "def softmax(z):\n    return nn.Softmax(dim=-1)(z)",
        "def softmax(z):\n    return nn.Softmax(dim=0)(z)",
    )
    for name, source in {"ada": right, "ben": wrong, "cleo": "def softmax(z):\n    return z.numpy()"}.items():
        hand_in(tmp_path / "in", name, notebook(cell(imports), cell(source)), exercise.notebook)
    summary = grade(tmp_path / "in", tmp_path / "out", workers=1)
    rows = graded(tmp_path / "out")
    assert summary.errors == 0
    assert {name: own["softmax"].points for name, own in rows.items()} == {"ada": 1, "ben": 0, "cleo": 0}
    assert "PyTorch" in rows["cleo"]["softmax"].advice


def test_what_a_library_does_not_know_is_no_unwritten_answer(tmp_path):
    lines = "def helper(x):\n    raise ValueError\ndef perceptron_predict(X, w, b):\n    return unknown(X)"
    library = "code = compile('def unknown(x):\\n    raise NotImplementedError(repr(\"Long\"))', np.__file__, 'exec')\nexec(code)\n"
    path = save(honest(perceptron_predict=library + lines), tmp_path / f"{NOTEBOOK}.ipynb")
    one = check_notebook(path)[0]
    assert (one.status, one.points) == (NOT_YET, 0)
    assert "raised NotImplementedError: 'Long' in the line `return unknown(X)`" in one.message
