"""An honest submission in the box: its cells run as in a notebook, its answers are asked, its bad cells cost themselves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from labkit.grading import wire
from labkit.grading.box.cells import NotPython, without_magics
from labkit.grading.sandbox import bubblewrap, launch
from labkit.grading.sandbox.session import Cell, Limits, Sandbox, SandboxError, available
from tests.grading.sandbox_tools import KINDS, RIGHT, TIGHT, X, assert_unharmed, box, cells


@pytest.fixture(scope="module", params=[*KINDS, "none"])
def sandbox(request):
    with box(request.param) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def shared():
    with box() as sandbox:
        yield sandbox


def statuses(session):
    return [event.status for event in session.events]


# ------------------------------------------------------------------------------------------------- every isolation


def test_an_honest_submission_is_answered(sandbox):
    with sandbox.open(cells(RIGHT)) as session:
        assert statuses(session) == ["ran"]
        for x in (X, X.astype(np.int32), X[:, :0], np.float32(3) * X.astype(np.float32)):
            seen = session.ask("double", "call", [x])
            assert seen.value.dtype == x.dtype
            assert np.array_equal(seen.value, 2 * x)


def test_a_cell_that_raises_costs_itself_only(sandbox):
    with sandbox.open(
        cells("a = 1", "import sys\nsys.exit(3)", "1 / 0", "raise KeyboardInterrupt", "b = a + 1", RIGHT)
    ) as session:
        assert statuses(session) == ["ran", "raised", "raised", "raised", "ran", "ran"]
        assert session.events[1].message == "SystemExit: 3 (line 2: sys.exit(3))"
        assert session.events[2].message == "ZeroDivisionError: division by zero (line 1: 1 / 0)"
        assert session.ask("double", "call", [3]).value == 6


def test_a_cell_that_ends_the_process_is_left_out_and_the_others_run(sandbox):
    with sandbox.open(cells("a = 2", "import os\nos._exit(9)", RIGHT)) as session:
        assert statuses(session) == ["ran", "died", "ran"]
        assert session.events[1].message == "ended its process with exit code 9"
        assert session.ask("double", "call", [3]).value == 6


def test_a_call_that_dies_gives_a_fault_and_the_next_call_a_fresh_process(sandbox):
    source = "state = []\ndef die():\n    state.append(1)\n    import os\n    os._exit(0)\ndef length():\n    return len(state)"
    with sandbox.open(cells(source)) as session:
        fault = session.ask("die", "call").fault
        assert (fault.kind, fault.message) == ("Died", "ended its process with exit code 0")
        assert session.ask("length", "call").value == 0


def test_a_call_that_does_not_end_gives_a_fault(sandbox):
    with sandbox.open(cells("def loop():\n    while True: pass", RIGHT)) as session:
        start = time.monotonic()
        fault = session.ask("loop", "call").fault
        assert (fault.kind, fault.message) == ("Timeout", "did not return within 1.5 s")
        assert time.monotonic() - start < 10
        assert session.ask("double", "call", [1]).value == 2


def test_a_name_that_no_cell_defines_is_missing(sandbox):
    with sandbox.open(cells(RIGHT, "raise ValueError\ndef triple(x): return 3 * x")) as session:
        fault = session.ask("triple", "call", [1]).fault
        assert (fault.kind, fault.message) == ("Missing", "no cell that ran defines triple")


def test_a_closed_session_is_asked_no_more_and_two_are_never_open(sandbox):
    with sandbox.open(cells(RIGHT)) as session, pytest.raises(SandboxError, match="one submission at a time"):
        sandbox.open(cells(RIGHT))
    with pytest.raises(SandboxError, match="closed"):
        session.ask("double", "call", [1])


def test_answers_are_not_in_the_box(sandbox):
    modules = [
        "reference",
        "reference.activations",
        "exercises",
        "lesson",
        "source",
        "grading.judge",
        "grading.sandbox",
    ]
    source = "\n".join(f"def f{i}():\n    import labkit.{name}" for i, name in enumerate(modules))
    with sandbox.open(cells(source)) as session:
        for i in range(len(modules)):
            fault = session.ask(f"f{i}", "call").fault
            assert fault.kind == "ImportError"
            assert fault.message.startswith("labkit's answers are not in the box")


# ------------------------------------------------------------------------------------- as in a notebook (one isolation)


def test_every_probe_and_kind_of_input_gets_through(shared):
    source = """
        import numpy as np

        class Scale:
            def __init__(self, w): self.w = w
            def forward(self, x): return self.w * x

        class Descent:
            def __init__(self, lr): self.lr = lr
            def step(self, params, grads):
                for p, g in zip(params, grads): p -= self.lr * g

        def fit(X_train, y_train, X, k=1): return np.full(len(X), k * y_train.mean())

        def spoil(x, rng, f, rows):
            x[:] = 0
            rows["a"] = (1, None)
            np.exp(np.array([1e9]))
            return {"drawn": rng.random(), "called": f(2), "all": [1, 2.5, 1j, True, None, "text", (), np.array(3)]}
    """
    with shared.open(cells(source)) as session:
        assert session.ask("Scale", "layer", [2.0], {}, [("forward", X), ("get", "w")]).value[1] == 2.0
        one = session.ask("Descent", "optimizer", [np.ones(2)], {"lr": 0.5}, [[np.ones(2)]]).value
        assert one[0][0].tolist() == [0.5, 0.5]
        assert session.ask("fit", "predict", [X, np.array([1.0, 3.0]), X], {"k": 2}).value.tolist() == [4.0, 4.0]
        code = wire.Code("f", "def f(x):\n    return x * 10")
        seen = session.ask("spoil", "call", [X.copy(), wire.Rng(1), code], {"rows": {}})
        assert seen.changed == ("x", "rows")
        assert seen.warned == ("overflow encountered in exp",)
        assert seen.value["drawn"] == np.random.default_rng(1).random()
        assert seen.value["called"] == 20
        assert seen.value["all"][:7] == [1, 2.5, 1j, True, None, "text", ()]


def test_a_fault_names_the_students_own_line(shared):
    with shared.open(cells("import numpy as np", "def f(x):\n    y = x.T\n    return np.linalg.inv(y)\n")) as session:
        fault = session.ask("f", "call", [X]).fault
        assert (fault.kind, fault.function, fault.line) == ("LinAlgError", "f", 3)
        assert fault.text == "return np.linalg.inv(y)"


def test_notebook_syntax_and_display_do_no_harm(shared):
    sources = [
        "%matplotlib inline\nimport numpy as np\n!pip list\nnp.array?\nif True:\n    %time a = 1\nb = 2",
        "%%time\nc = 3",
        "%%bash\nrm -rf /",
        "text = '''\n%not a magic\n'''\nget_ipython().run_line_magic('time', 'x')\ndisplay(text)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
        "from IPython.display import HTML, display\ndisplay(HTML('x'))",
        "this is no Python",
        "def found():\n    return b, c, text",
    ]
    with shared.open(cells(*sources)) as session:
        assert statuses(session) == ["ran", "ran", "skipped", "ran", "ran", "ran", "raised", "ran"]
        assert session.events[6].message.startswith("SyntaxError")
        assert session.ask("found", "call").value == (2, 3, "\n%not a magic\n")


def test_blanked_lines_keep_the_others_in_their_places():
    assert without_magics("\n%%time\nx = 1\n  !ls\n# why?\ny = 2 ?") == "\n\nx = 1\n  pass\n# why?\npass"
    assert without_magics("") == ""
    with pytest.raises(NotPython, match="%%html"):
        without_magics("%%html\n<p>")


def test_labkit_in_the_box_is_silent_and_gives_back_the_students_own(shared):
    sources = [
        "import labkit as lk\nfrom labkit import check\nlater = lk.use('double')",
        "def double(x):\n    return x + x\nlk.check(double), lk.hint('double'), lk.progress(), check('nothing')\nown = lk.use('double')",
        "lk.explore.anything(1, b=2)\nnone = lk.use('undone')",
        "from labkit import datasets, gradients, plotting\nimport matplotlib.pyplot as plt\nlk.show(plt.figure(), 'alt')",
    ]
    with shared.open(cells(*sources)) as session:
        assert statuses(session) == ["ran"] * 4, session.events
        assert session.ask("own", "call", [4]).value == 8
        assert session.ask("later", "call", [4]).value == 8
        assert session.ask("none", "call", [4]).fault.kind == "NotImplementedError"


def test_data_is_readable_and_only_readable(tmp_path):
    (tmp_path / "numbers.txt").write_text("42")
    tmp_path.chmod(0o755)
    source = """
        import os
        folder = os.environ["LABKIT_DATA"]
        def read(): return open(f"{folder}/numbers.txt").read()
        def write(): open(f"{folder}/numbers.txt", "w")
    """
    with box(data_folder=tmp_path, preload=False) as sandbox, sandbox.open(cells(source)) as session:
        assert session.ask("read", "call").value == "42"
        assert session.ask("write", "call").fault.kind in ("OSError", "PermissionError")
    assert (tmp_path / "numbers.txt").read_text() == "42"


def test_names_in_main_can_be_found_as_in_a_notebook(shared):
    source = """
        from __future__ import annotations
        import dataclasses, inspect, pickle, sys

        @dataclasses.dataclass
        class Point:
            x: float

        def checks():
            assert __name__ == "__main__"
            assert pickle.loads(pickle.dumps(Point(1.0))) == Point(1.0)
            return inspect.getsource(checks)
    """
    with shared.open(cells(source, "def f(): return [a for a in (1, 2)]")) as session:
        assert session.ask("checks", "call").value.startswith("def checks():\n    assert __name__")
        assert session.ask("f", "call").value == [1, 2]


def test_a_large_print_costs_nothing(shared):
    source = (
        "text = 'x' * 10**6\nfor _ in range(100):\n    print(text)\nimport os\nos.system('head -c 10000000 /dev/zero')"
    )
    with shared.open(cells(source, "def f():\n    print('y' * 10**8)\n    return 1")) as session:
        assert statuses(session) == ["ran", "ran"]
        assert session.ask("f", "call").value == 1


def test_threads_and_temporary_files_work_as_usual(shared):
    source = """
        import subprocess, sys, tempfile, threading
        def f():
            result = []
            t = threading.Thread(target=lambda: result.append(1)); t.start(); t.join()
            with tempfile.NamedTemporaryFile("w+") as file:
                file.write("x"); file.flush()
                result.append(open(file.name).read())
            result.append(subprocess.run([sys.executable, "-c", "print(7)"], capture_output=True, text=True).stdout)
            return result
    """
    with shared.open(cells(source)) as session:
        assert session.ask("f", "call").value == [1, "x", "7\n"]
    assert_unharmed(shared)


def test_the_environment_holds_nothing_of_the_graders(shared, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "42")
    with box(preload=False) as sandbox, sandbox.open(cells("import os\ndef f(): return dict(os.environ)")) as session:
        seen = session.ask("f", "call").value
    assert "SECRET_OF_THE_GRADER" not in seen
    assert set(seen) <= set(bubblewrap.environment("")) | {"LABKIT_DATA", "LC_CTYPE", "PWD"}


# --------------------------------------------------------------------------------------------- attempts and budgets


def test_three_attempts_then_only_what_ran(shared):
    die = "import os\nos.abort()"
    with shared.open(cells("a = 1", die, die, die, RIGHT)) as session:
        assert statuses(session) == ["ran", "died", "died", "died", "skipped"]
        assert session.events[1].message == "its process was killed by signal 6 (SIGABRT)"
        assert session.ask("double", "call", [1]).fault.kind == "Missing"


def test_two_bad_cells_leave_the_rest_to_run(shared):
    die = "import os\nos.abort()"
    with shared.open(cells(die, "while True: pass", RIGHT)) as session:
        assert statuses(session) == ["died", "timed out", "ran"]
        assert session.ask("double", "call", [1]).value == 2


def test_cells_that_die_only_when_run_again_do_not_hang_the_grader(shared):
    source = """
        import os
        def die(): os._exit(0)
    """
    again = "import os\nif os.getpid() % 2: os._exit(1)"  # a coin, as far as the box is concerned
    with shared.open(cells(source, again, again, again, again)) as session:
        for _ in range(8):
            assert session.ask("die", "call").fault.kind in ("Died", "Missing")
    assert_unharmed(shared)


def test_a_submission_has_a_time_for_all_of_it():
    limits = Limits(seconds=1, session_seconds=2)
    with box(limits=limits, preload=False) as sandbox:
        start = time.monotonic()
        with sandbox.open(cells(*["import time\ntime.sleep(0.7)"] * 20)) as session:
            assert statuses(session).count("ran") >= 1
            assert session.events[-1].status in ("skipped", "timed out")
            fault = session.ask("anything", "call").fault
        assert (fault.kind, fault.message) == ("Timeout", "its submission took more than 2 s in all")
        assert time.monotonic() - start < 10
        with sandbox.open(cells(RIGHT)) as session:
            assert session.ask("double", "call", [1]).value == 2


def test_a_cell_too_long_to_send_is_skipped(shared):
    with shared.open(cells("x = '" + "a" * (1 << 20) + "'", RIGHT)) as session:
        assert statuses(session) == ["skipped", "ran"]
        assert session.ask("double", "call", [1]).value == 2


def test_a_case_that_cannot_be_sent_is_the_courses_fault(shared):
    with shared.open(cells(RIGHT)) as session:
        assert session.ask("double", "call", [object()]).fault.kind == "CaseError"
        assert session.ask("double", "call", [1]).value == 2


# ---------------------------------------------------------------------------------------------- the box as a whole


def test_what_is_available_is_found_by_trying(monkeypatch):
    reasons = available()
    assert (reasons["bubblewrap"], reasons["none"]) == ("", "")
    monkeypatch.setattr(bubblewrap, "program", lambda: "/usr/bin/false")
    reasons = available()
    assert "does not work here" in reasons["bubblewrap"]
    assert reasons["none"] == ""


def test_auto_never_falls_back_to_no_isolation(monkeypatch):
    monkeypatch.setattr(bubblewrap, "program", lambda: "/nowhere/bwrap")
    with Sandbox() as sandbox:
        assert sandbox.isolation == "bubblewrap"
        with pytest.raises(SandboxError, match="does not work here"):
            sandbox.open(cells(RIGHT))


@pytest.mark.parametrize("options", [{"isolation": "docker?"}, {"data_folder": "/nowhere"}])
def test_wrong_options_are_refused_in_words(options):
    with pytest.raises(SandboxError, match=r"docker\?|/nowhere"):
        Sandbox(**options)


def test_a_box_that_died_between_submissions_is_replaced(shared):
    assert_unharmed(shared)
    for who in (0, 1):  # bwrap outside, the warm process inside
        before = shared._box
        os.kill(_family(before._process.pid)[who], signal.SIGKILL)
        before._process.wait()
        assert_unharmed(shared)
        assert shared._box is not before


LOOP = """
import sys
sys.path.insert(0, {root!r})
from labkit.grading.sandbox.session import Limits
from tests.grading.sandbox_tools import box, cells

with box({kind!r}, limits=Limits(seconds=100), preload=False) as sandbox:
    session = sandbox.open(cells("def f():\\n    while True: pass"))
    print(sandbox._box._process.pid, flush=True)
    session.ask("f", "call")
"""


@pytest.mark.parametrize("kind", [*KINDS, "none"])
@pytest.mark.usefixtures("own_temporary_folder")  # where "none" has its folder, which only a grader that lives removes
def test_a_killed_grader_leaves_no_process_behind(kind):
    script = LOOP.format(root=str(Path(__file__).parents[2]), kind=kind)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        first = int(process.stdout.readline())
        family = _family(first)
        process.kill()
    assert len(family) == {"none": 2, "bubblewrap": 3, "ordinary user": 4}[kind]
    deadline = time.monotonic() + 20
    while any(map(_alive, family)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(_alive, family))


def _family(pid):
    children = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return [pid, *(one for child in children for one in _family(child))]


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_closing_takes_everything_down():
    with box(preload=False) as sandbox:
        sandbox.open(cells(RIGHT))
        process = sandbox._box._process
    assert process.poll() is not None


def test_nothing_but_the_allow_list_is_seen(shared):
    source = "import os\ndef f(folder): return sorted(os.listdir(folder))"
    with shared.open(cells(source)) as session:
        top = session.ask("f", "call", ["/"]).value
        course = session.ask("f", "call", [str(bubblewrap.PACKAGE.parent)])
        inside = session.ask("f", "call", ["/box/labkit/grading"]).value
    assert not {"home", "var", "opt", "srv", "mnt", "run", "boot"} & set(top)
    if course.fault is None:  # a virtual environment in the clone makes its folder visible, and nothing else of it
        assert set(course.value) <= {".venv", "venv"}
    assert "judge.py" not in inside
    assert "observe.py" in inside


def test_a_clone_inside_a_shown_folder_is_hidden_but_for_its_virtual_environment(monkeypatch, tmp_path):
    clone = tmp_path / "share" / "course"
    (clone / "labkit").mkdir(parents=True)
    (clone / ".venv" / "lib").mkdir(parents=True)
    monkeypatch.setattr(bubblewrap, "PACKAGE", clone / "labkit")
    mounts = bubblewrap.Mounts()
    mounts.show(tmp_path / "share")
    mounts.show(clone / ".venv" / "lib")
    line = " ".join(mounts.arguments())
    steps = [
        f"--ro-bind {tmp_path}/share ",
        f"--tmpfs {clone} ",
        f"--dir {clone}/.venv ",
        f"--ro-bind {clone}/.venv/lib ",
    ]
    places = [line.index(step) for step in [*steps, f"--remount-ro {clone} "]]
    assert places == sorted(places)


def test_an_installed_labkit_is_hidden_under_each_of_its_names(monkeypatch, tmp_path):
    installed = tmp_path / "lib" / "site-packages" / "labkit"
    installed.mkdir(parents=True)
    (tmp_path / "lib64").symlink_to("lib")
    monkeypatch.setattr(bubblewrap, "PACKAGE", installed)
    mounts = bubblewrap.Mounts()
    mounts.show(tmp_path / "lib")
    mounts.show(tmp_path / "lib64")
    line = " ".join(mounts.arguments())
    for name in ("lib", "lib64"):
        assert f"--tmpfs {tmp_path}/{name}/site-packages/labkit " in line
        assert f"--remount-ro {tmp_path}/{name}/site-packages/labkit " in line


def test_memory_is_cut_to_whole_large_pages():
    from labkit.grading.box.pages import collapse, private_memory

    maps = """\
55d000100000-55d000a00000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f00001fffff rw-p 00000000 00:00 0
7f0000400000-7f0000800000 rw-p 00000000 00:00 0
7f0001000000-7f0002000000 r--p 00000000 00:00 0
7f0003000000-7f0004000000 rw-p 00000000 fd:00 12                         /usr/lib/x.so
7f0005000000-7f0006000000 rw-s 00000000 00:01 12
"""
    assert private_memory(maps) == [(0x55D000200000, 0x55D000A00000), (0x7F0000400000, 0x7F0000800000)]
    assert collapse() >= 0


def test_every_descendant_is_found():
    from labkit.grading.box import processes

    script = "import subprocess, time; subprocess.Popen(['sleep', '9']); print('up', flush=True); time.sleep(9)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as child:
        child.stdout.readline()
        found = {one["Pid"]: one for one in processes.descendants()}
        grandchildren = [one for one in found.values() if one["PPid"] == child.pid]
        for pid in (child.pid, grandchildren[0]["Pid"]):
            os.kill(pid, signal.SIGKILL)
    assert child.pid in found
    assert len(grandchildren) == 1
    assert found[child.pid]["RssAnon"] > 1 << 20
    assert processes.numbers("0") == {}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_a_well_formed_program(machine):
    import struct

    from labkit.grading.box.lockdown import filter_program

    program = filter_program(machine)
    steps = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    assert len(steps) < 4096
    for at, (code, yes, no, _) in enumerate(steps):
        if code & 0x07 == 0x05:  # a jump stays inside
            assert at + 1 + max(yes, no) < len(steps)
    assert steps[-1] == (0x06, 0, 0, 0x7FFF0000)


def test_the_limits_of_a_box_are_those_asked_for(shared):
    assert shared.limits == TIGHT
    assert Limits() == Limits(10, 2048, 24, 16, 64, 300)
    assert next(iter(launch.ISOLATIONS)) == "bubblewrap"
    assert Cell("a", "b").label == "b"


# -------------------------------------------------------------------------------------------------------- torch


@pytest.mark.slow
def test_torch_submissions_work_and_one_thread_is_used():
    pytest.importorskip("torch")
    source = """
        import torch
        from torch import nn

        class Net(nn.Module):
            def __init__(self, n):
                super().__init__()
                self.layer = nn.Linear(n, 1)
            def forward(self, x):
                return self.layer(x)

        def train(X, y):
            torch.manual_seed(0)
            net = Net(X.shape[1])
            optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
            for _ in range(20):
                optimizer.zero_grad()
                loss = ((net(X)[:, 0] - y) ** 2).mean()
                loss.backward()
                optimizer.step()
            return float(loss), torch.get_num_threads(), torch.backends.cpu.get_cpu_capability()

        def huge():
            return torch.zeros(2**34).sum()
    """
    with box(torch=True, limits=Limits(seconds=20, memory_mib=512)) as sandbox:
        for _ in range(2):
            with sandbox.open(cells(source)) as session:
                data = [wire.Tensor(X.astype(np.float32)), wire.Tensor(np.ones(2, dtype=np.float32))]
                loss, threads, capability = session.ask("train", "call", data).value
                assert loss < 1
                assert threads == 1
                assert capability == _capability()
                weights = [("weights", [np.ones((1, 3)), np.zeros(1)]), ("forward", data[0])]
                value = session.ask("Net", "module", [3], {}, weights).value
                assert value[0] is True
                assert value[1].array.tolist() == [[3.0], [12.0]]
                assert session.ask("huge", "call").fault.kind in ("RuntimeError", "Died", "MemoryError")
                assert session.ask("train", "call", data).fault is None


def _capability():
    import torch

    return torch.backends.cpu.get_cpu_capability()
