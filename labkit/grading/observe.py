"""Call a student's answer and write down what happened, as plain values.

This file and the ones it imports run where the student's code runs: in the notebook for ``lk.check``, in the box for
``labkit grade``.  They know no answer, import nothing of labkit but one another, innermost first: ``wire`` (the value
language) ← ``surroundings`` ← ``values`` ← ``observation``, ``changes``, ``probes`` ← this one, the only one that others need.
It never raises for anything the student's code does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labkit.grading.changes import changed_in_steps, changed_inputs
from labkit.grading.observation import Fault, Observation, fault_of
from labkit.grading.probes import PROBES
from labkit.grading.surroundings import seed_all, surroundings
from labkit.grading.values import MAX_TEXT, plain, revive, safe_text

__all__ = ["MAX_TEXT", "Fault", "Observation", "fault_of", "observe", "plain", "revive"]


def observe(
    answer: Any,
    probe: str,
    args: Sequence = (),
    kwargs: dict | None = None,
    steps: Sequence = (),
    *,
    restore: bool = True,
) -> Observation:
    """Return what happens when ``answer`` is touched by ``probe`` with these plain inputs.

    ``restore``: leave the global random generators as they were, as a notebook needs it; it costs more than most calls.
    Only ``KeyboardInterrupt`` passes through, so that a student can stop a call that does not end.
    """
    named = dict(kwargs or {})
    with surroundings(restore=restore) as caught:
        try:
            live_args = [revive(a) for a in args]
            live_named = {key: revive(value) for key, value in named.items()}
            live_steps = revive(list(steps))
        except Exception as error:  # a case's own Code that does not run: the course's fault, said as such
            return Observation(fault=Fault("CaseError", safe_text(error)))
        caught.clear()
        seed_all(0)  # only now: the inputs' tensors may have imported torch
        try:
            value = plain(PROBES[probe](answer, live_args, live_named, live_steps))
            fault = None
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit and RecursionError too: nothing a student writes may end a check
            value, fault = None, fault_of(error)
    changed = changed_inputs(answer, args, named, live_args, live_named)
    if probe == "layer":
        changed += [name for name in changed_in_steps(answer, steps, live_steps) if name not in changed]
    warned = tuple(sorted({safe_text(w.message) for w in caught if issubclass(w.category, RuntimeWarning)}))
    return Observation(value, fault, tuple(changed), warned[:8])
