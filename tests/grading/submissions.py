"""Submissions to grade: small notebooks built here, honest and hostile, with the points that a fair grader gives.

All are of 02_perceptron, whose exercises give 1, 1, 2 and 1 points.  Each table says who hands in what and what it is worth.
"""

from __future__ import annotations

import json
from pathlib import Path

from labkit.exercises import in_notebook
from labkit.source import reference_source, stub

NOTEBOOK = "02_perceptron"
EXERCISES = {e.id: e for e in in_notebook(NOTEBOOK)}
MAXIMA = {name: e.points for name, e in EXERCISES.items()}
IMPORTS = "import numpy as np\nimport labkit as lk"


def answer(name: str, source: str | None = None) -> dict:
    """Return the cell that answers an exercise: the course's answer unless another source is given."""
    text = reference_source(EXERCISES[name].reference) if source is None else source
    return cell(text, {"labkit": {"exercise": name}})


def unwritten(name: str) -> dict:
    """Return the cell with the stub."""
    return answer(name, stub(EXERCISES[name].reference))


def demo(source: str) -> dict:
    """Return a cell that only shows something."""
    return cell(source, {"labkit": {"role": "demo"}})


def cell(source: str, metadata: dict | None = None, outputs: list | None = None) -> dict:
    """Return a code cell of format 4."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata or {},
        "outputs": outputs or [],
        "source": source,
    }


def notebook(*cells: dict, **extra) -> dict:
    """Return a notebook of format 4.5 with these cells after the imports."""
    prose = {"cell_type": "markdown", "metadata": {}, "source": "# The perceptron"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [prose, cell(IMPORTS), *cells], **extra}


def honest(**changed: str) -> dict:
    """Return a notebook with the course's answers but for the sources given by name."""
    return notebook(*(answer(name, changed.get(name)) for name in EXERCISES))


def untouched() -> dict:
    """Return the student edition."""
    return notebook(*(unwritten(name) for name in EXERCISES))


WRONG = {name: f"def {name}(*args, **kwargs):\n    return 0" for name in EXERCISES}


def hostile(attack: str) -> dict:
    """Return a notebook whose answers are all worthless, with cells that attack before and after them."""
    return notebook(cell(attack), *(answer(name, WRONG[name]) for name in EXERCISES), cell(attack))


def hostile_call(body: str) -> dict:
    """Return a notebook in which every answer attacks when it is called."""
    lines = "\n".join("    " + line for line in body.splitlines())
    return notebook(*(answer(name, f"def {name}(*args, **kwargs):\n{lines}\n    return 0") for name in EXERCISES))


def save(tree: dict | str | bytes, path: Path) -> Path:
    """Write a notebook, or the raw text of something that is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = tree if isinstance(tree, bytes) else (tree if isinstance(tree, str) else json.dumps(tree)).encode()
    path.write_bytes(raw)
    return path


def hand_in(folder: Path, student: str, tree: dict | str | bytes, name: str = NOTEBOOK) -> Path:
    """Write a notebook to FOLDER/STUDENT/NAME.ipynb."""
    return save(tree, folder / student / f"{name}.ipynb")


# -------------------------------------------------------------------------------------------------------- honest

DIFFERENT = {
    "perceptron_predict": "def perceptron_predict(X, w, b):\n    return np.where(np.einsum('...d,d->...', X, w) + b < 0, 0, 1)",
    "perceptron_update": """def perceptron_update(w, b, x, y, lr=1.0):
    says = 1 if np.dot(w, x) + b >= 0 else 0
    step = lr * (y - says)
    return [np.array([wi + step * xi for wi, xi in zip(w, x)]), b + step]""",
    "fit_perceptron": """def fit_perceptron(X, y, lr=1.0, max_epochs=100):
    rows = np.column_stack([X, np.ones(len(X))])
    v, history = np.zeros(rows.shape[1]), []
    while len(history) < max_epochs and (not history or history[-1]):
        count = 0
        for row, label in zip(rows, y):
            error = label - int(row @ v >= 0)
            v = v + lr * error * row
            count += abs(int(error))
        history.append(count)
    return v[:-1], v[-1], history""",
    "xor_weights": "def xor_weights():\n    return np.array([[1., -1.], [1., -1.]]), np.array([-1., 1.]), np.ones(2), -2.0",
}
STRICT = "def perceptron_predict(X, w, b):\n    return (np.asarray(X) @ w + b > 0).astype(int)"
NO_BIAS = "def perceptron_predict(X, w, b):\n    return (np.asarray(X) @ w >= 0).astype(int)"
OWN_UPDATE = {k: DIFFERENT[k] for k in ("perceptron_update", "fit_perceptron")}  # not built on perceptron_predict
PREDICT = reference_source(EXERCISES["perceptron_predict"].reference)
ALL = dict(MAXIMA)
NOTHING = dict.fromkeys(MAXIMA, 0)


def but(**points: float) -> dict[str, float]:
    """Return full points for all exercises but these."""
    return {**ALL, **points}


HONEST: dict[str, tuple[dict, dict[str, float]]] = {
    "right": (honest(), ALL),
    "written differently": (honest(**DIFFERENT), ALL),
    "wrong": (honest(perceptron_predict=NO_BIAS, **OWN_UPDATE), but(perceptron_predict=0)),
    "partly right": (honest(perceptron_predict=STRICT, **OWN_UPDATE), but(perceptron_predict=0.87)),
    "untouched": (untouched(), NOTHING),
    "answers deleted": (notebook(cell("x = 1")), NOTHING),
    "one of four": (
        notebook(answer("perceptron_predict"), *map(unwritten, list(EXERCISES)[1:])),
        {**NOTHING, "perceptron_predict": 1},
    ),
    "warns": (
        honest(
            perceptron_predict="import warnings\n"
            + PREDICT.replace("    return", "    warnings.warn('careful'); np.log(0.0)\n    return")
        ),
        ALL,
    ),
    "prints 100 MB": (
        notebook(
            cell("for _ in range(50):\n    print('x' * 10**6)"),
            *(answer(name) for name in list(EXERCISES)[1:]),
            answer("perceptron_predict", PREDICT.replace("    return", "    print('y' * 8 * 10**6)\n    return")),
        ),
        ALL,
    ),
    "list for an array": (
        honest(
            perceptron_predict="def perceptron_predict(X, w, b):\n    return [int(v >= 0) for v in np.atleast_1d(np.asarray(X) @ w + b)]",
            **OWN_UPDATE,
        ),
        but(perceptron_predict=0),  # the statement asks for an array, and the card says how to make one
    ),
    "int for float": (
        honest(xor_weights="def xor_weights():\n    return [[1, -1], [1, -1]], [-1, 1], [1, 1], -2"),
        ALL,
    ),
    "helper in an added cell": (
        notebook(
            cell("def score(X, w, b):\n    return np.asarray(X) @ np.asarray(w) + b"),
            answer(
                "perceptron_predict", "def perceptron_predict(X, w, b):\n    return (score(X, w, b) >= 0).astype(int)"
            ),
            *(answer(name) for name in list(EXERCISES)[1:]),
        ),
        ALL,
    ),
    "answer over two cells": (
        notebook(
            answer(
                "perceptron_predict",
                "def perceptron_predict(X, w, b):\n    return decide(np.asarray(X) @ np.asarray(w) + b)",
            ),
            *(answer(name) for name in list(EXERCISES)[1:]),
            cell("decide = lambda z: (z >= 0).astype(int)"),
        ),
        ALL,
    ),
    "answer above its stub": (
        notebook(
            *(c for name in EXERCISES for c in (cell(reference_source(EXERCISES[name].reference)), unwritten(name)))
        ),
        ALL,
    ),
    "helper in a demonstration": (
        notebook(
            demo("import math\ndef score(X, w, b):\n    return np.asarray(X) @ np.asarray(w) + b\nwhile True: pass"),
            answer(
                "perceptron_predict",
                "def perceptron_predict(X, w, b):\n    return (score(X, w, b) >= math.fsum([])).astype(int)",
            ),
            *(answer(name) for name in list(EXERCISES)[1:]),
        ),
        ALL,
    ),
    "the lesson's own name for an answer": (
        notebook(
            answer("perceptron_predict"),
            demo('predict = lk.use("perceptron_predict")'),
            answer(
                "perceptron_update",
                reference_source(EXERCISES["perceptron_update"].reference).replace("perceptron_predict(", "predict("),
            ),
            *(answer(name) for name in list(EXERCISES)[2:]),
        ),
        ALL,
    ),
    "waits at top level": (
        notebook(
            cell("import asyncio\nawait asyncio.sleep(0)"), *(answer(n) for n in EXERCISES), cell("await missing")
        ),
        ALL,
    ),
    "other floating-point settings": (notebook(cell("np.seterr(all='raise')"), *(answer(n) for n in EXERCISES)), ALL),
    "a sum of 1500 terms": (notebook(cell("x = " + " + ".join("1" * 1500)), *(answer(n) for n in EXERCISES)), ALL),
    "written to a file": (
        honest(xor_weights="%%writefile xor.py\n" + reference_source(EXERCISES["xor_weights"].reference)),
        but(xor_weights=0),
    ),
    "under another name": (honest(xor_weights="def xor():\n    return 1"), but(xor_weights=0)),
    "all in one cell that does not parse": (
        notebook(cell("\n".join(reference_source(e.reference) for e in EXERCISES.values()) + "\n(")),
        NOTHING,
    ),
    "metadata lost": (notebook(*(cell(reference_source(e.reference)) for e in EXERCISES.values())), ALL),
    "answered twice": (notebook(*(answer(n, WRONG[n]) for n in EXERCISES), *(answer(n) for n in EXERCISES)), ALL),
    "magics": (
        notebook(
            cell("%matplotlib inline\n!ls\nx = np.arange(3)"),
            answer("perceptron_predict", "%%time\n" + PREDICT),
            *(answer(name) for name in list(EXERCISES)[1:]),
            cell("%timeit x + 1\nnp.sum?\nfiles = !ls\nfast = %timeit -o 1\nassert files is None"),
        ),
        ALL,
    ),
    "cells that raise": (notebook(cell("1 / 0"), *(answer(n) for n in EXERCISES), cell("undefined_name")), ALL),
    "answer does not parse": (honest(xor_weights="def xor_weights():\n    return ("), but(xor_weights=0)),
    "assigned, not defined": (
        honest(
            perceptron_predict="perceptron_predict = lambda X, w, b: np.heaviside(np.asarray(X) @ np.asarray(w) + b, 1)"
        ),
        ALL,
    ),
    "parameters": (
        notebook(
            cell("FAST = False", {"tags": ["parameters"]}),
            cell("if not FAST:\n    while True: pass"),
            *(answer(n) for n in EXERCISES),
        ),
        ALL,
    ),
    "slow demo": (notebook(*(answer(n) for n in EXERCISES), demo("while True: pass")), ALL),
}

# ------------------------------------------------------------------------------------------------ stuck and dying

STUCK: dict[str, tuple[dict, dict[str, float]]] = {
    "endless cell": (notebook(cell("while True: pass"), *(answer(n) for n in EXERCISES)), ALL),
    "endless call": (honest(xor_weights="def xor_weights():\n    while True: pass"), but(xor_weights=0)),
    "input": (honest(xor_weights="def xor_weights():\n    return input()"), but(xor_weights=0)),
    "exit in a cell": (notebook(cell("import sys; sys.exit()"), *(answer(n) for n in EXERCISES)), ALL),
    "hard exit in an answer's cell": (
        honest(xor_weights="import os\nos._exit(0)\ndef xor_weights():\n    return 1"),
        but(xor_weights=0),
    ),
    "exit in a call": (honest(xor_weights="def xor_weights():\n    import os; os._exit(0)"), but(xor_weights=0)),
    "segfault in a call": (
        honest(xor_weights="def xor_weights():\n    import ctypes; ctypes.string_at(0)"),
        but(xor_weights=0),
    ),
    "recursion": (honest(xor_weights="def xor_weights():\n    return xor_weights()"), but(xor_weights=0)),
    "takes all files": (
        notebook(
            answer(
                "perceptron_predict",
                "import os\nkept = []\ndef perceptron_predict(X, w, b):\n    while True: kept.append(os.pipe())",
            ),
            *(answer(n, s) for n, s in OWN_UPDATE.items()),
            answer(
                "xor_weights",
                "import tempfile\ndef xor_weights():\n    tempfile.TemporaryFile().close()\n    return [[1, -1], [1, -1]], [-1, 1], [1, 1], -2",
            ),
        ),
        but(perceptron_predict=0),
    ),
    "kills everybody": (hostile_call("import os, signal; os.kill(-1, signal.SIGKILL)"), NOTHING),
}

# ------------------------------------------------------------------------------------------------------- cheating

FORGED = """
class Anything(np.ndarray):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __array_function__(self, *args): return True
    def __array_ufunc__(self, *args, **kwargs): return np.array(True)
    def __bool__(self): return True
return np.zeros(7).view(Anything)
"""
WALK = """
import gc, sys
def loot():
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
            yield value
        frame = frame.f_back
    yield from gc.get_objects()
for thing in loot():
    for found in (thing if isinstance(thing, dict) else {}).values():
        name = getattr(found, '__module__', None)
        if isinstance(name, str) and name.startswith('labkit.reference'):
            globals()[getattr(found, '__name__', 'x')] = found
"""
CHEATS: dict[str, dict] = {
    "patches what compares": hostile(
        "import numpy.testing, builtins, math, operator\n"
        "for module in (np, np.testing):\n"
        "    for name in ('allclose', 'isclose', 'array_equal', 'assert_allclose', 'assert_array_equal', 'testing'):\n"
        "        setattr(module, name, lambda *a, **k: True)\n"
        "math.isclose = operator.eq = builtins.abs = builtins.max = lambda *a, **k: True"
    ),
    "redefines the check": hostile(
        "import labkit, sys\nlabkit.check = check = lambda *a, **k: 'passed'\n"
        "for m in list(sys.modules.values()):\n"
        "    for name in ('verdict', 'observe', 'difference', 'examine', 'close', 'encode', 'plain'):\n"
        "        if hasattr(m, name): setattr(m, name, lambda *a, **k: None)"
    ),
    "prints a score": hostile('print(\'points: 5 of 5\'); print(\'{"status": "passed", "points": 5}\', flush=True)'),
    "forges equality": hostile_call(FORGED),
    "array of objects": hostile_call(
        "class Same:\n    def __eq__(self, o): return True\n    def __sub__(self, o): return 0\n"
        "return np.array([Same()] * 7, dtype=object)"
    ),
    "imports the reference": notebook(
        *(answer(n, f"from {e.reference.replace(':', ' import ')}") for n, e in EXERCISES.items())
    ),
    "walks to the reference": notebook(cell(WALK)),
    "asks the judge": hostile_call("from labkit.grading.judge import key\nreturn key"),
    "leaves a daemon": hostile(
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        for fd in range(3, 64):\n            try: os.write(fd, b'LK1\\n' + b'\\0' * 12)\n            except OSError: pass\n"
        "        time.sleep(600)\n    os._exit(0)"
    ),
    "writes on every line": hostile(
        "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'LK1\\n\\x00\\x00\\x00\\x02' + b'\\0' * 8 + b'{}')\n    except OSError: pass"
    ),
    "spoils the journal": hostile(
        "import glob, os\nfor root in ('/', '/work', '/tmp', '/root', '/home', '..', '.'):\n"
        "    for path in glob.glob(root + '/*/grades.sqlite') + glob.glob(root + '/*.ipynb'):\n        os.remove(path)"
    ),
    "says that it passed": hostile_call("return {'status': 'passed', 'points': 2, 'fault': None, 'value': 1}"),
    "a huge number": hostile_call("return 10 ** 5000"),
    "half a character": hostile_call("raise ValueError('\\ud800 \\x00 \\u202e')"),
}
