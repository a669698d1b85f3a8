"""What a hostile submission can try: it costs itself only, the grader gets an answer in time, the next one is unharmed."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from labkit.grading import wire
from labkit.grading.sandbox import bubblewrap
from labkit.grading.sandbox.session import Limits
from tests.grading.sandbox_tools import KINDS, RIGHT, TIGHT, X, assert_unharmed, box, cells

pytestmark = pytest.mark.timeout(120)
ROOT = bubblewrap.PACKAGE.parent


@pytest.fixture(scope="module", params=KINDS)
def sandbox(request):
    with box(request.param) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def shared():
    with box() as sandbox:
        yield sandbox


def ask_once(sandbox, source, *args):
    """Return what the call of ``f`` gives, and assert that an honest call and the next submission are as ever."""
    with sandbox.open(cells(RIGHT, source)) as session:
        seen = session.ask("f", "call", args)
        assert np.array_equal(session.ask("double", "call", [X]).value, 2 * X)
    assert_unharmed(sandbox)
    return seen


def run_cell(sandbox, source):
    """Return how a cell goes, and assert that the other cells and the next submission are as ever."""
    with sandbox.open(cells(source, RIGHT)) as session:
        assert np.array_equal(session.ask("double", "call", [X]).value, 2 * X)
        event = session.events[0]
    assert_unharmed(sandbox)
    return event


# ----------------------------------------------------------------------------------------------------------- stuck

STUCK = {
    "an endless loop": "while True: pass",
    "deaf to signals": """
        import signal
        for n in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(n, signal.SIG_IGN)
        while True: pass
    """,
    "asleep": "import time\ntime.sleep(1e6)",
    "locked": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    "stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "a byte a moment": """
        import os, time
        while True:
            for fd in range(3, 64):
                try: os.write(fd, b"L"[:1])
                except OSError: pass
            time.sleep(0.3)
    """,
    "waiting for a child that never ends": "import os, time\nif os.fork() == 0: time.sleep(1e6)\nos.wait()",
    "an output that nobody reads": """
        import os
        r, w = os.pipe()
        while True: os.write(w, b"x" * 65536)
    """,
}


def as_function(source):
    lines = "\n".join("    " + line for line in cells(source)[0].source.strip().split("\n"))
    return f"def f():\n{lines}\n"


@pytest.mark.parametrize("what", STUCK)
def test_a_stuck_cell_is_left_out_in_time(shared, what):
    start = time.monotonic()
    event = run_cell(shared, STUCK[what])
    assert event.status == "timed out"
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("what", ["an endless loop", "deaf to signals", "locked", "stopped"])
def test_a_stuck_call_is_given_up_in_time(shared, what):
    fault = ask_once(shared, as_function(STUCK[what])).fault
    assert (fault.kind, fault.message) == ("Timeout", "did not return within 1.5 s")


def test_a_question_at_the_keyboard_finds_no_keyboard(shared):
    assert run_cell(shared, "input('?')").message.startswith("EOFError")
    assert ask_once(shared, as_function("return input()")).fault.kind == "EOFError"


def test_threads_left_behind_hang_nothing(shared):
    source = """
        import threading
        lock = threading.Lock()
        lock.acquire()
        for _ in range(5):
            threading.Thread(target=lock.acquire).start()
        def f(): return 1
    """
    assert ask_once(shared, source).value == 1


def test_a_reply_that_trickles_does_not_move_the_deadline(shared):
    source = """
        import os, struct, time
        def f():
            frame = struct.pack(">4sIQ", b"LK1\\n", 1000, 0) + b" " * 1000
            for i in range(len(frame)):
                for fd in range(3, 64):
                    try: os.write(fd, frame[i:i + 1])
                    except OSError: pass
                time.sleep(0.2)
    """
    start = time.monotonic()
    assert ask_once(shared, source).fault.kind == "Timeout"
    assert time.monotonic() - start < 8


# ----------------------------------------------------------------------------------------------------------- dying

DYING = {
    "exit code": ("import os\nos._exit(3)", "ended its process with exit code 3"),
    "abort": ("import os\nos.abort()", "its process was killed by signal 6 (SIGABRT)"),
    "segmentation fault": ("import ctypes\nctypes.string_at(0)", "its process was killed by signal 11 (SIGSEGV)"),
    "kill itself": ("import os\nos.kill(os.getpid(), 9)", "its process was killed by signal 9 (SIGKILL)"),
    "kill its group": ("import os\nos.killpg(0, 9)", "its process was killed by signal 9 (SIGKILL)"),
    "execute another program": ("import os\nos.execv('/bin/true', ['true'])", "ended its process with exit code 0"),
    "close every file": ("import os\nos.closerange(0, 4096)", ""),
}


@pytest.mark.parametrize("what", DYING)
def test_a_dying_call_says_how(sandbox, what):
    source, message = DYING[what]
    fault = ask_once(sandbox, as_function(source)).fault
    assert fault.kind == "Died"
    assert fault.message == message or not message


@pytest.mark.parametrize("what", DYING)
def test_a_dying_cell_says_how(shared, what):
    source, message = DYING[what]
    event = run_cell(shared, source)
    assert event.status == "died"
    assert event.message == message or not message


def test_killing_everybody_reaches_nobody_else(sandbox):
    before = sandbox._box
    source = """
        import os, signal
        def f():
            for n in set(signal.Signals):
                for target in (1, -1):
                    if (target, n) != (-1, signal.SIGKILL):
                        try: os.kill(target, n)
                        except OSError: pass
                signal.signal(n, signal.SIG_IGN) if n not in (signal.SIGKILL, signal.SIGSTOP) else None
            return os.getppid()
    """
    # kill(-1) spares the one who calls it; process 1 is deaf to all who live in its namespace
    assert ask_once(sandbox, source).value == 1
    assert sandbox._box is before


def test_leaving_by_an_exception_costs_the_call_only(shared):
    for source, kind in [
        ("import sys\nsys.exit(0)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("quit()", "SystemExit"),
        ("class Odd(BaseException):\n    def __str__(self): raise SystemExit\nraise Odd", "Odd"),
        ("f()", "RecursionError"),
    ]:
        assert ask_once(shared, as_function(source)).fault.kind == kind


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nsys.setrecursionlimit(10**9)\nf()",
        "import sys\nsys.setrecursionlimit(10**9)\nx = []\nfor _ in range(10**6): x = [x]\nreturn repr(x)",
        "import sys\nsys.setrecursionlimit(10**9)\ndef g(): return max([1], key=lambda x: g())\ng()",
    ],
)
def test_recursion_without_end_is_survived(shared, source):
    assert ask_once(shared, as_function(source)).fault.kind in ("Died", "RecursionError", "MemoryError", "Timeout")


def test_50_gigabytes_are_refused_at_once(sandbox):
    source = "import numpy as np\nreturn np.ones(50 * 2**27).sum()"
    assert ask_once(sandbox, as_function(source)).fault.kind in ("_ArrayMemoryError", "MemoryError")


def test_less_than_the_machine_has_is_refused_too(sandbox):
    source = "import numpy as np\nreturn np.empty(2 << 30, dtype=np.int8).shape"  # not even touched
    assert ask_once(sandbox, as_function(source)).fault.kind in ("_ArrayMemoryError", "MemoryError")


MEMORY = {
    "a growing list": "x = []\nwhile True: x.append(bytearray(10**6))",
    "in many processes": """
        import os, time
        for _ in range(6):
            if os.fork() == 0: break
        x = [bytearray(b"x") * 10**7 for _ in range(9)]
        time.sleep(100)
    """,
    "shared between processes": """
        import mmap, time
        m = mmap.mmap(-1, 400 << 20)
        for i in range(0, len(m), 4096): m[i] = 1
        time.sleep(100)
    """,
}


@pytest.mark.parametrize("what", MEMORY)
def test_memory_is_bounded_for_all_processes_together(sandbox, what, monkeypatch):
    monkeypatch.setattr(sandbox, "limits", dataclasses.replace(TIGHT, seconds=15))
    fault = ask_once(sandbox, as_function(MEMORY[what])).fault
    assert fault.message == "stopped for using more than 256 MiB of memory" or fault.kind == "MemoryError"


# -------------------------------------------------------------------------------------------------------- cheating


def test_frames_written_before_the_question_are_no_answer(sandbox):
    source = """
        import os
        from labkit.grading import wire
        frame = wire.encode({"id": "0" * 16, "value": 42.0, "fault": None, "status": "ran", "message": ""})
        def f():
            for fd in range(3, 256):
                try: os.write(fd, frame)
                except OSError: pass
            return 7.0
    """
    seen = ask_once(sandbox, source)
    assert seen.fault.kind == "NoAnswer"
    assert seen.value is None


def test_a_thread_that_goes_on_answering_spoils_its_own_answers_only(shared):
    source = """
        import os, threading, time
        from labkit.grading import wire
        frame = wire.encode({"id": "0" * 16, "value": 42.0, "fault": None})
        def answer():
            while True:
                for fd in range(3, 64):
                    try: os.write(fd, frame)
                    except OSError: pass
        def f():
            threading.Thread(target=answer, daemon=True).start()
            time.sleep(0.2)
            return 1.0
    """
    assert ask_once(shared, source).fault.kind == "NoAnswer"


def test_a_stolen_question_gets_a_claim_in_plain_values_and_no_more(shared):
    source = """
        import gc, os, socket, sys
        from labkit.grading import wire
        def f():
            frame = sys._getframe()
            while "request" not in frame.f_locals: frame = frame.f_back
            number = frame.f_locals["request"]["id"]
            claim = {"id": number, "value": True, "fault": None, "points": 100, "verdict": "passed"}
            for fd in range(3, 64):
                try: os.write(fd, wire.encode(claim))
                except OSError: pass
            os._exit(0)
    """
    with shared.open(cells(RIGHT, source)) as session:
        seen = session.ask("f", "call")
        assert (seen.value, seen.fault) == (True, None)  # what `return True` would have said
        assert not hasattr(seen, "points")
        time.sleep(0.3)
        assert session.ask("double", "call", [3]).value == 6  # the process that ended meanwhile is replaced
    assert_unharmed(shared)


FRAMES = {
    "a huge header": 'struct.pack(">4sIQ", b"LK1\\n", 2**31, 0)',
    "a huge body": 'struct.pack(">4sIQ", b"LK1\\n", 2, 2**62)',
    "a promise of 64 MiB": 'struct.pack(">4sIQ", b"LK1\\n", 2, 64 << 20) + b"{}"',
    "no frame": 'b"HTTP/1.1 200 OK" * 9',
    "deep JSON": 'wrap(b"[" * 500_000)',
    "broken JSON": 'wrap(b"{]")',
    "a huge shape": 'wrap(json.dumps({"$": "array", "dtype": "float64", "shape": [2**25] * 4}).encode())',
    "an integer of a million digits": 'wrap(b"1" * 1_000_000)',
    "a pickle": "wrap(pickle.dumps(print))",
    "endless": 'struct.pack(">4sIQ", b"LK1\\n", 2**20, 64 << 20) + b" " * (65 << 20)',
}


@pytest.mark.parametrize("what", FRAMES)
def test_a_malformed_frame_is_no_answer(shared, what):
    source = f"""
        import json, os, pickle, struct
        def wrap(header): return struct.pack(">4sIQ", b"LK1\\n", len(header), 0) + header
        def f():
            frame = {FRAMES[what]}
            for fd in range(3, 256):
                try:
                    rest = memoryview(frame)
                    while rest: rest = rest[os.write(fd, rest):]
                except OSError: pass
            os.close(3) if {what!r} == "a promise of 64 MiB" else None
            os._exit(0)
    """
    assert ask_once(shared, source).fault.kind in ("NoAnswer", "Died")


def test_objects_that_equal_everything_arrive_as_a_remark(shared):
    source = """
        import numpy as np
        class Equal:
            def __eq__(self, other): return True
            __ne__ = __lt__ = lambda self, other: False
            def __array__(self, *a, **k): return np.ones(1)
        class EqualArray(np.ndarray):
            def __eq__(self, other): return True
            def __array_function__(self, *a, **k): return True
        def f():
            objects = np.array([None])
            objects[0] = Equal()
            return Equal(), objects, np.zeros(2).view(EqualArray), type("F", (float,), {"__eq__": Equal.__eq__})(3)
    """
    made, objects, array, number = ask_once(shared, source).value
    assert (made.kind, objects.kind) == ("Equal", "array")
    assert type(array) is np.ndarray
    assert type(number) is float


def test_tools_replaced_in_the_box_change_nothing_outside(shared):
    source = """
        import builtins, json, socket
        import numpy as np
        import labkit.grading.observe as observe
        np.allclose = np.array_equal = np.testing.assert_allclose = lambda *a, **k: True
        np.asarray = lambda *a, **k: 1 / 0
        observe.PROBES.clear()
        json.dumps = builtins.isinstance = None
        def f(): return 1
    """
    with shared.open(cells(source)) as session:
        assert session.ask("f", "call").fault is not None
    assert np.allclose(1, 2) is False
    assert_unharmed(shared)


SEARCH = """
    import gc, sys

    def f():
        found, seen, todo = [], set(), [sys.modules, gc.get_objects(), globals()]
        frame = sys._getframe()
        while frame is not None:
            todo += [frame.f_globals, frame.f_locals]
            frame = frame.f_back
        todo += list(sys._current_frames().values())
        while todo:
            thing = todo.pop()
            if id(thing) in seen:
                continue
            seen.add(id(thing))
            name = getattr(thing, "__module__", None) or getattr(thing, "__name__", None)
            if isinstance(name, str) and name.startswith(("labkit.reference", "labkit.exercises", "labkit.grading.judge")):
                found.append(name)
            try:
                todo += gc.get_referents(thing)
            except Exception:
                pass
            if len(seen) > 2_000_000:
                break
        return found, sorted(n for n in sys.modules if n.startswith("labkit")), len(seen)
"""


def test_no_reference_is_anywhere_in_memory():
    with box(limits=Limits(seconds=60, memory_mib=1024)) as sandbox:
        found, modules, looked_at = ask_once(sandbox, SEARCH).value
    assert found == []
    assert looked_at > 50_000
    closed = ("labkit.reference", "labkit.exercises", "labkit.lesson", "labkit.source", "labkit.grading.judge")
    assert not [name for name in modules if name.startswith(closed)]


def test_no_reference_is_anywhere_on_disk():
    source = """
        import os
        def f():
            found, count = [], 0
            for folder, folders, files in os.walk("/"):
                if folder == "/": folders[:] = set(folders) - {"proc", "sys"}
                if folder.endswith("-packages"): folders[:] = {"labkit"} & set(folders)
                count += len(files)
                if "labkit" in folder.split("/"):
                    found += [f"{folder}/{name}" for name in files]
            return found, count
    """
    with box(limits=Limits(seconds=60), preload=False) as one, one.open(cells(source)) as session:
        found, count = session.ask("f", "call").value
    assert count > 1000
    assert found
    assert [name for name in found if not name.startswith("/box/labkit/")] == []
    assert not [name for name in found if any(word in name for word in ("reference", "exercises", "judge", "model"))]


@pytest.mark.parametrize(
    "module", ["labkit.reference", "labkit.reference.perceptron", "labkit.exercises", "labkit.grading.judge"]
)
def test_the_answers_cannot_be_imported_by_any_way(sandbox, module):
    source = f"""
        import importlib, importlib.machinery, sys
        def f():
            said = []
            for way in range(3):
                if way == 1: sys.meta_path[:] = [m for m in sys.meta_path if type(m).__name__ != "Mask"]
                if way == 2: sys.path.insert(0, {str(ROOT)!r}); sys.modules.pop("labkit", None)
                importlib.invalidate_caches()
                try:
                    importlib.import_module({module!r})
                    said.append("imported")
                except ImportError as error:
                    said.append(str(error))
            return said
    """
    first, *others = ask_once(sandbox, source).value
    assert first.startswith("labkit's answers are not in the box")
    assert "imported" not in others


def test_the_graders_files_memory_and_environment_are_out_of_reach(sandbox):
    places = [f"{ROOT}/labkit/reference/perceptron.py", f"{ROOT}/pyproject.toml", f"{ROOT}/.git/config", "/etc/passwd"]
    places += [
        "/root/.bashrc",
        "/home",
        "/var",
        "/proc/1/environ",
        "/proc/1/mem",
        "/proc/1/maps",
        "/proc/1/fd/3",
        "/proc/1/root",
    ]
    places += [
        str(Path.home() / ".bashrc"),
        "/proc/1/cwd/x",
        "/proc/1/task/1/mem",
        "/dev/mem",
        "/dev/vda",
        "/proc/kcore",
    ]
    source = f"""
        import os
        def f():
            read = []
            for place in {places!r}:
                try:
                    os.listdir(place) if os.path.isdir(place) else open(place, "rb").read(1)
                    read.append(place)
                except OSError:
                    pass
            return read, [os.environ.get("HOME"), os.getuid() == 0]
    """
    assert ask_once(sandbox, source).value == ([], ["/scratch", False])


def test_nothing_can_be_written_but_scratch(sandbox):
    places = ["/x", "/usr/x", "/usr/lib/x", "/box/x", "/box/labkit/x", "/dev/x", "/etc/x", "/proc/sys/kernel/hostname"]
    places += [
        f"{bubblewrap.PACKAGE}/x",
        str(Path(np.__file__)),
        "/root/x",
        "/home/x",
        "/proc/1/oom_score_adj",
        "/sys/x",
    ]
    source = f"""
        import os
        def f():
            written = []
            for place in {places!r} + ["/scratch/x", "/tmp/y", "/dev/shm/x"]:
                try:
                    open(place, "a").close()
                    written.append(place)
                except OSError:
                    pass
            return written
    """
    # /tmp leads to the scratch folder, unless the interpreter itself lies below /tmp and has to be shown there
    shown_in_tmp = any(Path(prefix).is_relative_to("/tmp") for prefix in (sys.prefix, sys.base_prefix))
    assert ask_once(sandbox, source).value == ["/scratch/x", *([] if shown_in_tmp else ["/tmp/y"]), "/dev/shm/x"]


def test_there_is_no_network(sandbox):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        source = f"""
            import socket
            def f():
                said = []
                for family, address in [(socket.AF_INET, ("127.0.0.1", {server.getsockname()[1]})),
                                        (socket.AF_INET, ("192.0.2.1", 80)), (socket.AF_VSOCK, (2, 1024)),
                                        (socket.AF_UNIX, "/var/run/docker.sock"), (socket.AF_ALG, ("hash", "sha1"))]:
                    try:
                        with socket.socket(family) as s:
                            s.settimeout(1); s.connect(address)
                        said.append("connected")
                    except (OSError, TypeError) as error:
                        said.append(type(error).__name__)
                try: socket.getaddrinfo("example.org", 80); said.append("resolved")
                except OSError: pass
                return said
        """
        said = ask_once(sandbox, source).value
    assert len(said) == 5
    assert "connected" not in said


CALLS = {  # what the filter refuses: name -> (number on x86_64, arguments)
    "unshare a user namespace": (272, 0x10000000),
    "clone into a user namespace": (56, 0x10000000 | 17),
    "clone3": (435, 0),
    "memfd_create": (319, 0),
    "shmget": (29, 0, 4096, 0o1600),
    "semget": (64, 0, 1, 0o1600),
    "msgget": (68, 0, 0o1600),
    "ptrace": (101, 16, 1, 0, 0),
    "mount": (165, 0, 0, 0, 0),
    "keyctl": (250, 0, -3, 1),
    "io_uring_setup": (425, 1, 0),
    "bpf": (321, 0, 0, 0),
    "a call of the other table": (0x40000000 | 39,),
}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86_64")
def test_calls_that_reach_past_the_limits_are_refused(sandbox):
    source = f"""
        import ctypes, errno, os
        libc = ctypes.CDLL(None, use_errno=True)
        def f():
            said = {{}}
            for name, (number, *arguments) in {CALLS!r}.items():
                result = libc.syscall(number, *arguments)
                said[name] = "allowed" if result >= 0 else errno.errorcode[ctypes.get_errno()]
            said["getpid"] = libc.syscall(39) == os.getpid()
            return said
    """
    said = ask_once(sandbox, source).value
    assert said.pop("getpid") is True
    assert said.pop("clone3") == "ENOSYS"
    assert set(said.values()) == {"EPERM"}


def test_a_callback_into_python_still_works_under_the_filter(shared):
    source = """
        import ctypes
        def f():
            compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
            numbers = (ctypes.c_int * 3)(3, 1, 2)
            ctypes.CDLL(None).qsort(numbers, 3, 4, compare(lambda a, b: a[0] - b[0]))
            return list(numbers)
    """
    assert ask_once(shared, source).value == [1, 2, 3]


def test_a_daemon_does_not_outlive_its_submission(sandbox):
    source = """
        import os, signal, time
        def daemon():
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    for n in (signal.SIGTERM, signal.SIGHUP): signal.signal(n, signal.SIG_IGN)
                    while True:
                        open("/scratch/alive", "w").write(str(time.time()))
                        time.sleep(0.01)
                os._exit(0)
        def f():
            daemon()
            time.sleep(0.2)
            return open("/scratch/alive").read() != ""
    """
    assert ask_once(sandbox, source).value is True


def test_a_daemon_that_holds_the_line_after_its_parents_death_is_ended(sandbox):
    source = "import os, time\ndef f():\n    if os.fork():\n        os._exit(5)\n    os.setsid()\n    time.sleep(1e6)"
    start = time.monotonic()
    assert ask_once(sandbox, source).fault.message == "ended its process with exit code 5"
    assert time.monotonic() - start < 5


def test_a_copy_made_by_fork_does_not_answer_too(sandbox):
    with sandbox.open(cells("import os\nos.fork()\nos.fork()", RIGHT)) as session:
        assert [event.status for event in session.events] == ["ran", "ran"]
        for i in range(20):
            assert session.ask("double", "call", [i]).value == 2 * i
    source = "import os\ndef f():\n    return os.fork() > 0"
    assert ask_once(sandbox, source).value is True


def test_clean_up_code_is_not_waited_for(shared):
    source = "import atexit, time\natexit.register(time.sleep, 1e6)\nclass S:\n    def __del__(self): time.sleep(1e6)\ns = S()"
    start = time.monotonic()
    assert run_cell(shared, source).status == "ran"
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("kind", KINDS)
def test_limits_set_on_the_warm_process_do_not_reach_the_next(kind):
    sources = [
        "import resource\ndef f(): resource.prlimit(1, resource.RLIMIT_NOFILE, (20, 20)); return 1",
        "import resource\ndef f(): resource.prlimit(1, resource.RLIMIT_FSIZE, (0, 0)); return 1",
        "import os\ndef f(): os.setpriority(os.PRIO_PROCESS, 1, 19); return 1",
        "import os\ndef f(): os.sched_setscheduler(1, os.SCHED_BATCH, os.sched_param(0)); return 1",
        "import os\ndef f(): os.sched_setaffinity(1, {sorted(os.sched_getaffinity(0))[0]}); return 1",
    ]
    with box(kind, preload=False) as sandbox:  # each of these costs a new box
        for source in sources:
            assert ask_once(sandbox, source).value == 1
        source = "import resource, time\ndef f(): resource.prlimit(1, resource.RLIMIT_CPU, (0, 0)); time.sleep(9)"
        with sandbox.open(cells(source)) as session:
            assert session.ask("f", "call").fault.kind in ("Died", "Timeout")
        assert_unharmed(sandbox)


def test_a_lookup_table_does_not_last(shared):
    source = """
        import os
        def f(x):
            known = os.path.exists("/scratch/seen") or os.path.exists("/dev/shm/seen")
            for name in ("/scratch/seen", "/dev/shm/seen"): open(name, "w").write(str(x))
            return known
    """
    for _ in range(2):
        assert ask_once(shared, source, X).value is False


# -------------------------------------------------------------------------------------------------------- flooding


@pytest.mark.parametrize(
    "source",
    [
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "import subprocess, sys\nfor _ in range(100): subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'])",
        "import threading, time\nfor _ in range(10**6): threading.Thread(target=time.sleep, args=(99,)).start()",
    ],
    ids=["fork bomb", "many programs", "many threads"],
)
def test_processes_and_threads_are_bounded(sandbox, source):
    start = time.monotonic()
    fault = ask_once(sandbox, as_function(source)).fault
    assert fault.kind in ("Timeout", "Died", "BlockingIOError", "RuntimeError")
    assert time.monotonic() - start < 15


SLEEPERS = """
    import os, time
    def f():
        count = 0
        while count < 60:
            try:
                if os.fork() == 0:
                    time.sleep(99)
            except OSError:
                break
            count += 1
        time.sleep(0.3)
        return count
"""


@pytest.mark.parametrize("kind", [*KINDS, "none"])
def test_only_so_many_processes_live_at_once(kind):
    limits = dataclasses.replace(TIGHT, memory_mib=4096, seconds=10)
    with box(kind, limits, preload=False) as sandbox, sandbox.open(cells(SLEEPERS)) as session:
        seen = session.ask("f", "call")
    if kind == "none":  # the kernel counts nothing there, so the warm process does
        assert seen.fault.message == "stopped for more than 12 processes and threads"
    else:
        assert 0 < seen.value < limits.processes


def test_a_full_disk_is_an_error_of_the_one_who_filled_it(sandbox):
    source = """
        def f():
            said = []
            for folder in ("/scratch", "/dev/shm"):
                size = 0
                try:
                    for i in range(10_000):
                        with open(f"{folder}/{i}", "wb") as file:
                            size += file.write(b"x" * (1 << 20))
                except OSError as error:
                    said.append((error.errno, size >> 20))
            try: open("/scratch/large", "wb").truncate(1 << 40)
            except OSError as error: said.append(error.errno)
            return said
    """
    first, second, large = ask_once(sandbox, source).value
    assert first[0] == second[0] == 28
    assert 4 <= first[1] <= TIGHT.scratch_mib
    assert large == 27


def test_a_file_of_more_than_the_limit_is_refused(shared):
    source = (
        "def f():\n    with open('/scratch/x', 'wb') as file:\n        for _ in range(99): file.write(b'x' * (1 << 20))"
    )
    assert ask_once(shared, source).fault.message.startswith("[Errno 27]")


def test_empty_files_without_end_are_stopped(shared, monkeypatch):
    monkeypatch.setattr(shared, "limits", dataclasses.replace(TIGHT, seconds=25))
    source = "import os\ndef f():\n    i = 0\n    while True:\n        os.mkdir(f'/scratch/{i}')\n        i += 1"
    assert ask_once(shared, source).fault.message == "stopped for making more than 20000 files"


def test_a_scratch_folder_that_resists_is_emptied_or_replaced(sandbox):
    source = """
        import os
        def f():
            os.makedirs("/scratch/closed/inside"); os.chmod("/scratch/closed/inside", 0); os.chmod("/scratch/closed", 0)
            os.symlink("/usr", "/scratch/link"); os.mkfifo("/scratch/pipe"); os.symlink("loop", "/scratch/loop")
            open(b"/scratch/\\xff\\n", "w").close()
            os.chdir("/scratch")
            for _ in range(3000):
                os.mkdir("deep"); os.chdir("deep")
            return 1
    """
    assert ask_once(sandbox, source).value == 1


@pytest.mark.parametrize(
    "value",
    [
        "np.zeros(10**9, dtype=np.int8)",
        "[np.zeros(2**20) for _ in range(9)]",
        "['x' * 9_000] * 200",
        "list(range(10**6))",
        "np.zeros(2**30, dtype=bool)[::2**29]",
    ],
)
def test_a_result_too_large_is_a_remark(sandbox, value):
    source = f"import numpy as np\ndef f(): return {value}"
    seen = ask_once(sandbox, source)
    if "::" in value:
        assert seen.value.tolist() == [False, False]
    else:
        assert seen.fault is None
        assert isinstance(seen.value, wire.Opaque)
        assert "large" in seen.value.text or "more elements" in seen.value.text


def test_an_input_nobody_reads_does_not_hold_the_grader(shared):
    source = "import os, signal\ndef f(x): os.kill(os.getpid(), signal.SIGSTOP)"
    with shared.open(cells(source)) as session:
        start = time.monotonic()
        assert session.ask("f", "call", [np.zeros(4 << 20)]).fault.kind == "Timeout"
        assert time.monotonic() - start < 8
    source = "import signal, os, threading\nthreading.Timer(0.3, os.kill, (os.getpid(), signal.SIGSTOP)).start()\ndef f(x): return 1"
    with shared.open(cells(source)) as session:
        time.sleep(0.6)
        assert session.ask("f", "call", [np.zeros(4 << 20)]).fault.kind == "Timeout"
    assert_unharmed(shared)
