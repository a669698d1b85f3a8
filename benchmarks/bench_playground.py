"""How many frames a second does the playground make, training and drawing, on one thread?

A frame is what playing does: a bite of training (an epoch, or what 20 ms allow), then the picture as a JPEG.  The aim is 20 a
second for the heaviest network that can be built: seven inputs, six hidden layers of eight units.  Printed, never asserted;
the median and the slowest tenth, since a busy machine makes single frames late.

    python benchmarks/bench_playground.py [--frames 60] [--json]
"""

import argparse
import json
import os
import statistics
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy is imported

from labkit.explore.playground.app import BITE  # noqa: E402
from labkit.explore.playground.frame import Canvas  # noqa: E402
from labkit.explore.playground.model import Training  # noqa: E402
from labkit.explore.playground.presets import PRESETS, START  # noqa: E402
from labkit.explore.playground.state import parse  # noqa: E402

ALL_INPUTS = "x=x1,x2,x1^2,x2^2,x1x2,sinx1,sinx2"
CASES = {
    "as it starts: 2 inputs, 4 tanh": PRESETS[START].state,
    "spiral: 3 layers of 6 tanh": PRESETS["depth for the spiral: three layers"].state,
    "heaviest: 7 inputs, 6 x 8 ReLU": parse(f"spiral {ALL_INPUTS} h=8,8,8,8,8,8 f=relu"),
    "heaviest, GELU, one row a step": parse(f"spiral {ALL_INPUTS} h=8,8,8,8,8,8 f=gelu t=0.9 b=1 lr=0.001"),
}


def measure(state, frames):
    """Return the milliseconds of training and of drawing, frame by frame."""
    training = Training(state)
    canvas = Canvas(state, training.points)
    canvas.draw(training)  # what stays is drawn once, before
    bites, drawings = [], []
    for _ in range(frames):
        start = time.perf_counter()
        training.advance(1, BITE)
        between = time.perf_counter()
        canvas.draw(training)
        bites.append(1e3 * (between - start))
        drawings.append(1e3 * (time.perf_counter() - between))
    return bites, drawings


def summary(bites, drawings):
    """Return the medians, and frames a second of the median and of the slowest tenth."""
    whole = sorted(a + b for a, b in zip(bites, drawings, strict=True))
    return {
        "train_ms": round(statistics.median(bites), 1),
        "draw_ms": round(statistics.median(drawings), 1),
        "frames_per_second": round(1e3 / statistics.median(whole), 1),
        "frames_per_second_slowest_tenth": round(1e3 / whole[int(0.9 * len(whole))], 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=60, help="frames a case")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments = parser.parse_args()
    results = {name: summary(*measure(state, arguments.frames)) for name, state in CASES.items()}
    if arguments.json:
        print(json.dumps(results))
        return
    for name, r in results.items():
        print(
            f"{name:32} train {r['train_ms']:5.1f} ms  draw {r['draw_ms']:5.1f} ms  "
            f"{r['frames_per_second']:6.1f} frames/s (slowest tenth {r['frames_per_second_slowest_tenth']:.1f})"
        )


if __name__ == "__main__":
    main()
