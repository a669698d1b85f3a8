"""How long does each explorer take from a moved control to a new picture: computing, drawing, encoding, on one thread?

Every control of every explorer is set to values over its whole range, as a drag would, and each frame is timed from the
change to the picture in the widget.  The aim is 100 ms for the median and 150 ms for the slowest tenth.  Printed, never
asserted; a busy machine makes single frames late.  How fast the playground plays is in bench_playground.py.

    python benchmarks/bench_explorers.py [--frames 25] [--json] [topic ...]
"""

import argparse
import importlib
import json
import os
import pkgutil
import statistics
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy is imported

import ipywidgets as widgets  # noqa: E402

from labkit import explore  # noqa: E402


def topics():
    """Return the topics that have an explorer."""
    names = (module.name for module in pkgutil.iter_modules(explore.__path__))
    return [name for name in names if hasattr(importlib.import_module(f"labkit.explore.{name}"), "explorer")]


def inside(widget):
    """Return a widget and all widgets in it."""
    return [widget, *(part for child in getattr(widget, "children", ()) for part in inside(child))]


def values(control, frames):
    """Return at most so many values of a control, spread over its range and in its order."""
    if hasattr(control, "options"):
        options = [option[1] if isinstance(option, tuple) else option for option in control.options]
        return options[:: max(1, len(options) // frames)]
    if isinstance(control, widgets.Checkbox | widgets.ToggleButton):
        return [True, False]
    if hasattr(control, "min") and hasattr(control, "max") and not isinstance(control, widgets.Play):
        low, high = control.min, control.max
        steps = round((high - low) / control.step)
        points = [low + control.step * k for k in range(0, steps + 1, max(1, steps // frames))]
        return [control.base**point for point in points] if isinstance(control, widgets.FloatLogSlider) else points
    return []


def measure(topic, frames):
    """Return {control: milliseconds of its frames}."""
    box = getattr(explore, topic).explorer()
    shown = [part for part in inside(box) if isinstance(part, widgets.HTML | widgets.Image)]
    times = {}
    for control in inside(box):
        if getattr(control, "disabled", False) or isinstance(control, widgets.HTML):
            continue
        spent = []
        before = getattr(control, "value", None)
        for value in values(control, frames):
            seen = [part.value for part in shown]
            start = time.perf_counter()
            control.value = value
            took = time.perf_counter() - start
            if [part.value for part in shown] != seen:  # values between two steps change nothing
                spent.append(1e3 * took)
        if spent:
            times[control.description] = spent
            control.value = before
    return times


def summary(spent):
    """Return the median and the slowest tenth of some milliseconds."""
    return {
        "frames": len(spent),
        "median_ms": round(statistics.median(spent), 1),
        "slowest_tenth_ms": round(sorted(spent)[int(0.9 * len(spent))], 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topics", nargs="*", help="all, if none is named")
    parser.add_argument("--frames", type=int, default=25, help="frames a control, at most")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments = parser.parse_args()
    results = {}
    for topic in arguments.topics or topics():
        times = measure(topic, arguments.frames)
        results[topic] = {name: summary(spent) for name, spent in times.items()}
        results[topic]["all"] = summary([t for spent in times.values() for t in spent])
        if not arguments.json:
            for name, r in results[topic].items():
                print(
                    f"{topic:16} {name:32} {r['frames']:4} frames  median {r['median_ms']:6.1f} ms  "
                    f"slowest tenth {r['slowest_tenth_ms']:6.1f} ms",
                    flush=True,
                )
    if arguments.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
