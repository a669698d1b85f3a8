"""Decide about an answer from what was observed.  Trusted code: it sees plain values only, never the student's objects.

``verdict`` asks for one case after another (``ask``: in class a direct call, in grading a question to the box), so the same
lines decide in the notebook and in the grader.  Everything that does not depend on the student is in the :class:`Key`,
which is computed once an exercise and seed.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from labkit.grading.compare import difference, same
from labkit.grading.explain import OWN_GENERATOR, call_text, fault_sentence
from labkit.grading.model import (
    BASE_SHARE,
    ERROR,
    NOT_ATTEMPTED,
    NOT_YET,
    PASSED,
    UNCHANGED,
    AspectResult,
    Case,
    Edit,
    Exercise,
    Finding,
    Mistake,
    Verdict,
)
from labkit.grading.observe import Observation, observe
from labkit.grading.surroundings import generators_set_back
from labkit.grading.wire import Tensor

Ask = Callable[[Case], Observation]
SEED_IN_CLASS = 0  # of the inputs in a notebook's checks, the same for everybody; grading draws its own
FATAL = {"Timeout", "Died", "Missing", "NoAnswer"}  # after one of these, no further case is asked


class Key:
    """The cases of an exercise for one seed, what the reference returns on them, and what its mistakes return."""

    def __init__(self, exercise: Exercise, seed: int) -> None:
        self.exercise = exercise
        self.seed = seed
        self.cases: tuple[Case, ...] = tuple(exercise.cases(np.random.default_rng(seed)))
        self._mistaken: dict[str, tuple[Ask, list[Observation]]] = {}
        ask = self._ask(load_reference(exercise.reference))
        with generators_set_back():  # once for all of them: it takes longer than most calls
            self.expected = tuple(ask(case) for case in self.cases)
        for case, seen in zip(self.cases, self.expected, strict=True):
            if seen.fault is not None and seen.fault.kind == "CaseError":
                raise RuntimeError(f"{exercise.id}: the case {case.label!r} cannot be made: {seen.fault.message}")

    def mistaken(self, mistake: Mistake, case: int) -> Observation:
        """Return what a mistake does on a case, by its number.

        Cases may build on the ones before them, so a mistake is asked from the first one on and without a break: up to the
        case at first, which mostly settles it, and all of them if a later one is needed.
        """
        if mistake.name not in self._mistaken:
            self._mistaken[mistake.name] = self._ask(load_mistake(self.exercise, mistake)), []
        ask, seen = self._mistaken[mistake.name]
        if case >= len(seen):
            seen[:] = [ask(one) for one in (self.cases if seen else self.cases[: case + 1])]
        return seen[case]

    def _ask(self, answer: Any) -> Ask:
        return ask_directly(self.exercise, answer, restore=False)


@functools.lru_cache(maxsize=1024)  # all exercises on some ten seeds: one too few, and going through them finds none
def key(exercise: Exercise, seed: int) -> Key:
    """Return the answer key, computed once an exercise and seed."""
    return Key(exercise, seed)


def ask_directly(exercise: Exercise, answer: Any, *, restore: bool = True) -> Ask:
    """Return an ``ask`` that calls ``answer`` in this process; ``restore``: see ``observe``."""
    return lambda case: observe(answer, exercise.probe, case.args, dict(case.kwargs), case.steps, restore=restore)


def load_reference(reference: str) -> Any:
    """Return the object that "module:name" names."""
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


def load_mistake(exercise: Exercise, mistake: Mistake) -> Any:
    """Return the runnable wrong answer of a mistake; an :class:`Edit` is applied to the reference's source."""
    if not isinstance(mistake.wrong, Edit):
        return mistake.wrong
    answer = load_reference(exercise.reference)
    source = textwrap.dedent(inspect.getsource(answer))
    for old, new in mistake.wrong.pairs():
        if old not in source:
            raise ValueError(f"{exercise.id}, mistake {mistake.name!r}: {old!r} is not in the reference")
        source = source.replace(old, new)
    namespace = dict(vars(importlib.import_module(exercise.reference.split(":")[0])))
    exec(compile(source, f"<{exercise.id}: {mistake.name}>", "exec"), namespace)
    return namespace[answer.__name__]


def verdict(exercise: Exercise, ask: Ask, seed: int = SEED_IN_CLASS) -> Verdict:
    """Return the verdict on the answer behind ``ask``.  Faults of the course's own come back as status "error"."""
    try:
        return _verdict(key(exercise, seed), ask)
    except KeyboardInterrupt:
        raise
    except Exception as error:
        text = f"The check of {exercise.id} broke: {type(error).__name__}: {error}. This is not your fault; please report it."
        return Verdict(exercise.id, ERROR, 0.0, exercise.points, text, seed=seed)


def _verdict(key: Key, ask: Ask) -> Verdict:
    exercise = key.exercise
    seen: list[Observation] = []
    findings: list[Finding | None] = []
    for case, expected in zip(key.cases, key.expected, strict=True):
        observation = ask(case)
        if _is_stub(exercise, case, observation):
            text = f"{exercise.id} is not written yet."
            advice = "Replace the line `raise NotImplementedError` with your answer, run the cell, then check again."
            return Verdict(exercise.id, NOT_ATTEMPTED, 0.0, exercise.points, text, advice, seed=key.seed)
        seen.append(observation)
        findings.append(_judge_one(exercise, case, expected, observation))
        if case.again and findings[-1] is None and observation.fault is None:
            findings[-1] = _not_again(observation, ask(case))
        if observation.fault is not None and observation.fault.kind in FATAL:
            break
    done = len(seen)
    aspects = _aspects(key, seen, findings)
    points = _points(exercise, aspects)
    worst = next((i for i in range(done) if findings[i] is not None), None)
    if worst is None:
        worst = next((i for i in range(done) if seen[i].changed), None) if not exercise.in_place else None
        if worst is None:
            return Verdict(
                exercise.id, PASSED, points, exercise.points, "Every case is right.", aspects=aspects, seed=key.seed
            )
        findings[worst] = _changed_finding(seen[worst])
    return _not_yet(key, seen, findings, worst, aspects, points)


def _not_yet(
    key: Key,
    seen: list[Observation],
    findings: list[Finding | None],
    worst: int,
    aspects: tuple[AspectResult, ...],
    points: float,
) -> Verdict:
    exercise, case, finding = key.exercise, key.cases[worst], findings[worst]
    assert finding is not None
    found = _diagnose(key, seen, findings)
    call = call_text(exercise, case)
    return Verdict(
        exercise.id,
        NOT_YET,
        points,
        exercise.points,
        message=f"{call} {finding.sentence}",
        advice=found.sentence if found else finding.advice,
        mistake=found.name if found else finding.mistake,
        call=call,
        label=case.label,
        aspects=aspects,
        seed=key.seed,
    )


def _judge_one(exercise: Exercise, case: Case, expected: Observation, got: Observation) -> Finding | None:
    """Return the first thing wrong with one observation; an error is right where the reference raises its like."""
    if expected.fault is not None:
        if got.fault is not None and got.fault.kind == expected.fault.kind:
            return None
        did = "returned a value" if got.fault is None else f"raised {got.fault.kind}"
        own = expected.fault.text.startswith("raise ")  # else the sentence is a library's, and nothing to imitate
        what = repr(expected.fault.message) if own else '"…"'
        advice = f"Look first whether the input can be used, and if not: raise {expected.fault.kind}({what})."
        return Finding("ran", f"{did}; it should raise {expected.fault.kind}.", advice)
    if got.fault is not None:
        return fault_sentence(exercise, got.fault)
    finding = _ask_judge(exercise, case, expected.value, got.value)
    if finding is None and case.quiet and got.warned and not same(expected.value, got.value, relative_only=True):
        return Finding(
            "warning",
            f"warned {got.warned[0]!r}: the numbers overflowed on the way.",
            "Rewrite the formula so that exp only ever sees arguments ≤ 0.",
        )
    return finding


def _ask_judge(exercise: Exercise, case: Case, expected: Any, got: Any) -> Finding | None:
    """Return what the exercise's judge finds; one that stumbles over a result of another form is told of the form."""
    try:
        return exercise.judge(case, expected, got)
    except Exception:
        found = difference(expected, got)
        if found is None or found.stage not in ("type", "shape", "dtype", "finite"):
            raise
        return found


def _not_again(first: Observation, second: Observation) -> Finding | None:
    """Return the finding for an answer that gives another result for an equal generator: its draws come from elsewhere."""
    if second.fault is None and same(first.value, second.value):
        return None
    return Finding(
        "values", "gave another result when it was called again with an equal rng.", OWN_GENERATOR, "own generator"
    )


def _is_stub(exercise: Exercise, case: Case, got: Observation) -> bool:
    """Whether this is the unwritten stub's doing: NotImplementedError from the answer itself or the first method used.

    One from a class that a function uses, or from another class, is another exercise's: explain.fault_sentence says which.
    """
    if got.fault is None or not got.fault.unwritten:
        return False
    name = exercise.reference.split(":")[1]
    if exercise.probe in ("call", "loop") or not got.fault.owner:
        return got.fault.place == name
    first = {"predict": "fit", "optimizer": "step"}.get(exercise.probe, case.steps[0][0] if case.steps else "")
    return got.fault.owner == name and got.fault.function in ("__init__", first)


def _changed_finding(got: Observation) -> Finding:
    names = " and ".join(got.changed)
    return Finding(
        "unchanged",
        f"is right, but it changed its input {names} in place.",
        f"Work on a new array: `-=`, `+=` and `{got.changed[0]}[...] = ` write into the caller's data. Start from a copy.",
    )


# ------------------------------------------------------------------------------------------------------ points


def _aspects(key: Key, seen: Sequence[Observation], findings: Sequence[Finding | None]) -> tuple[AspectResult, ...]:
    """Return a result an aspect, in order of first appearance; cases never asked count as failed."""
    names = list(dict.fromkeys(case.aspect for case in key.cases))
    results: list[AspectResult] = []
    for name in names:
        rows = [i for i, case in enumerate(key.cases) if case.aspect == name]
        good = sum(1 for i in rows if i < len(seen) and findings[i] is None)
        results.append(AspectResult(name, good, len(rows), counted=not results or results[0].ok))
    if not key.exercise.in_place and any(_holds_array(case) for case in key.cases):
        good = sum(1 for one in seen if not one.changed)
        results.append(AspectResult(UNCHANGED, good, len(key.cases), counted=results[0].ok))
    return tuple(results)


def _points(exercise: Exercise, aspects: Sequence[AspectResult]) -> float:
    base, *others = aspects
    if not base.ok:
        return 0.0
    if not others:
        return exercise.points
    share = (1 - BASE_SHARE) / len(others)
    earned = BASE_SHARE + share * sum(1 for aspect in others if aspect.ok)
    return round(exercise.points * earned, 2)


def _holds_array(case: Case) -> bool:
    of_steps = (value for verb, *inputs in case.steps if verb not in ("get", "set") for value in inputs)
    return any(isinstance(v, np.ndarray | list | Tensor) for v in (*case.args, *case.kwargs.values(), *of_steps))


# --------------------------------------------------------------------------------------------------- diagnosis


def _diagnose(key: Key, seen: Sequence[Observation], findings: Sequence[Finding | None]) -> Mistake | None:
    """Return the mistake that does just what this answer does, or None.

    All cases must agree, or all of the first aspect that fails; and a failing case must have returned a value, because
    two answers that merely both raise ValueError need not share the reason.
    """
    failing = [i for i in range(len(seen)) if findings[i] is not None and seen[i].fault is None]
    if not failing:
        return None
    aspect = key.cases[failing[0]].aspect
    narrow = [i for i in range(len(seen)) if key.cases[i].aspect == aspect]
    with generators_set_back():
        for rows in (range(len(seen)), narrow):
            for mistake in key.exercise.mistakes:
                if all(_alike(seen[i], key.mistaken(mistake, i)) for i in rows) and _fails(key, mistake, failing):
                    return mistake
    return None


def _fails(key: Key, mistake: Mistake, rows: Sequence[int]) -> bool:
    """Whether a mistake is wrong in one of these cases, too: values alike can be right, and of another dtype."""
    judged = ((key.cases[i], key.expected[i], key.mistaken(mistake, i)) for i in rows)
    return any(got.changed or _judge_one(key.exercise, case, expected, got) for case, expected, got in judged)


def _alike(a: Observation, b: Observation) -> bool:
    if a.fault is not None or b.fault is not None:
        return a.fault is not None and b.fault is not None and a.fault.kind == b.fault.kind
    return a.changed == b.changed and bool(a.warned) == bool(b.warned) and same(a.value, b.value)
