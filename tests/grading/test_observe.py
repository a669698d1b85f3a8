"""Each probe does what it says, and nothing that an answer does or returns gets out of `observe` as an exception."""

from __future__ import annotations

import itertools
import textwrap

import numpy as np
import pytest

from labkit.grading import wire
from labkit.grading.observe import MAX_TEXT, Fault, Observation, observe, plain, revive
from labkit.grading.values import MAX_DRAWN

X = np.arange(6.0).reshape(2, 3)


# ------------------------------------------------------------------------------------------------------- probes


def test_call_returns_the_value_and_no_fault():
    seen = observe(lambda x, *, scale: x * scale, "call", [X], {"scale": 2})
    assert np.array_equal(seen.value, 2 * X)
    assert (seen.fault, seen.changed, seen.warned) == (None, (), ())


def test_loop_seeds_every_global_generator():
    def draws(rng):
        import random

        return np.random.rand(), random.random(), rng.random()  # noqa: NPY002

    first, second = (observe(draws, "loop", [wire.Rng(3)]).value for _ in range(2))
    assert first == second
    assert first[2] == np.random.default_rng(3).random()


def test_predict_takes_a_function_or_a_class_that_fits():
    class Mean:
        def __init__(self, shift=0.0):
            self.shift = shift

        def fit(self, X, y):
            self.mean = y.mean()

        def predict(self, X):
            return np.full(len(X), self.mean + self.shift)

    def mean(X_train, y_train, X, shift=0.0):
        return np.full(len(X), y_train.mean() + shift)

    y = np.array([1.0, 3.0])
    for answer in (Mean, mean):
        assert observe(answer, "predict", [X, y, X], {"shift": 1.0}).value.tolist() == [3.0, 3.0]


class Scale:
    def __init__(self, w):
        self.w = w

    def forward(self, x):
        self.x = x
        return self.w * x

    def backward(self, dy):
        self.dw = (self.x * dy).sum()
        return self.w * dy


def test_layer_walks_the_steps_and_sees_each_result_as_it_was_then():
    steps = [
        ("forward", X),
        ("backward", np.ones_like(X)),
        ("get", "dw"),
        ("set", "w", 5.0),
        ("get", "w"),
        ("forward", X),
    ]
    value = observe(Scale, "layer", [2.0], {}, steps).value
    assert np.array_equal(value[0], 2 * X)
    assert value[2].shape == ()
    assert value[2] == X.sum()
    assert value[3:5] == (None, 5.0)
    assert np.array_equal(value[5], 5 * X)


def test_layer_names_a_methods_input_that_was_changed_and_lets_an_object_change_what_it_was_given_to_keep():
    class InPlace(Scale):
        def backward(self, dy):
            self.w -= 1.0
            dy *= 2
            return dy

    steps = [("set", "w", np.ones(3)), ("forward", X), ("backward", X), ("backward", X)]
    assert observe(InPlace, "layer", [2.0], {}, steps).changed == ("dy",)
    assert observe(Scale, "layer", [2.0], {}, steps).changed == ()


@pytest.mark.parametrize("in_place", [True, False])
def test_optimizer_steps_whether_it_changes_or_returns_the_parameters(in_place):
    class Descent:
        def __init__(self, lr):
            self.lr = lr

        def step(self, params, grads):
            if not in_place:
                return [p - self.lr * g for p, g in zip(params, grads, strict=True)]
            for p, g in zip(params, grads, strict=True):
                p -= self.lr * g
            return None

    g = [np.ones(2)]
    first, second = observe(Descent, "optimizer", [np.zeros(2)], {"lr": 0.5}, [g, g]).value
    assert first[0].tolist() == [-0.5, -0.5]
    assert second[0].tolist() == [-1.0, -1.0]


def test_module_loads_weights_runs_forward_and_reports_gradients():
    pytest.importorskip("torch")
    from torch import nn

    w, b = np.full((1, 3), 2.0, dtype=np.float32), np.ones(1, dtype=np.float32)
    x = wire.Tensor(X.astype(np.float32))
    steps = [("parameters",), ("weights", [w, b]), ("forward", x), ("gradients", x), ("extra_repr",)]
    value = observe(lambda: nn.Linear(3, 1), "module", steps=steps).value
    assert value[0] == [(1, 3), (1,)]
    assert value[1] is True
    assert isinstance(value[2], wire.Tensor)
    assert value[2].array.tolist() == [[7.0], [25.0]]
    assert value[3] == [True, True]
    assert value[4].startswith("in_features=3")


def test_module_says_when_the_weights_do_not_fit():
    nn = pytest.importorskip("torch").nn
    steps = [("weights", [np.ones((2, 3))]), ("weights", [np.ones((1, 3))])]
    assert observe(lambda: nn.Linear(3, 1), "module", steps=steps).value == (False, False)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(lambda: [1, 2], list), (lambda: dict, wire.Opaque), (lambda: None, type(None)), (object, wire.Opaque)],
)
def test_what_is_no_module_is_shown_as_what_it_is(answer, kind):
    pytest.importorskip("torch")
    seen = observe(answer, "module", steps=[("parameters",)])
    assert seen.fault is None
    assert isinstance(seen.value, kind)


def test_a_method_that_a_module_lacks_is_named_and_one_that_is_not_written_is_not():
    nn = pytest.importorskip("torch").nn

    class Bare(nn.Module):
        pass

    class Stub(nn.Module):
        def forward(self, x):
            raise NotImplementedError

    x = wire.Tensor(X.astype(np.float32))
    for step in [("forward", x), ("__call__", x), ("gradients", x), ("predict", x)]:
        fault = observe(Bare, "module", steps=[step]).fault
        verb = "predict" if step[0] == "predict" else "forward"
        assert (fault.kind, fault.function) == ("AttributeError", "")
        assert f"Bare has no method {verb!r}" in fault.message
    assert observe(Stub, "module", steps=[("forward", x)]).fault.kind == "NotImplementedError"


def test_a_module_is_called_in_the_mode_it_is_in_and_keeps_its_graph():
    nn = pytest.importorskip("torch").nn

    def answer():
        layer = nn.Linear(3, 1)
        nn.init.ones_(layer.weight)
        return nn.Sequential(nn.Dropout(1.0), layer)

    x = wire.Tensor(X.astype(np.float32))
    called, asleep = observe(answer, "module", steps=[("__call__", x), ("forward", x)]).value
    assert called.requires_grad
    assert not asleep.requires_grad
    assert np.ptp(called.array) == 0  # everything is dropped
    assert np.ptp(asleep.array) > 0


# --------------------------------------------------------------------------------------------------- what it says


def test_a_fault_points_at_the_answers_own_line_not_into_the_library():
    source = "def broken(x):\n    y = x.T\n    return np.linalg.inv(y)\n"
    namespace = {"np": np}
    exec(compile(source, "<cell 3>", "exec"), namespace)
    fault = observe(namespace["broken"], "call", [X]).fault
    assert (fault.kind, fault.function, fault.line) == ("LinAlgError", "broken", 3)


def test_a_fault_says_whose_method_it_was():
    class Holds:
        def __init__(self, x):
            self.x = 1 / x

        def divide(self, y):
            return y / 0

    making = observe(Holds, "call", [0]).fault
    assert (making.function, making.owner, making.place) == ("__init__", "Holds", "Holds")
    using = observe(lambda: Holds(1).divide(1), "call").fault
    assert (using.function, using.owner, using.place) == ("divide", "Holds", "Holds.divide")
    alone = observe(lambda: 1 / 0, "call").fault
    assert (alone.owner, alone.place) == ("", "<lambda>")


def test_changed_inputs_are_named():
    def spoil(x, y, rows, table):
        x += 1
        rows[0] = 9
        table["a"][0] = 9
        return y

    seen = observe(spoil, "call", [X, X, [1, 2], {"a": np.zeros(1)}])
    assert seen.changed == ("x", "rows", "table")
    assert X[0, 0] == 0


@pytest.mark.parametrize(
    "replace",
    [
        lambda rows: rows.__setitem__(1, 5),
        lambda rows: rows.__setitem__(1, None),
        lambda rows: rows.append(1),
        lambda rows: rows.clear(),
        lambda rows: rows[1].append(rows),
        lambda rows: rows.__setitem__(0, Hostile()),
        lambda rows: rows.__setitem__(2, {}),
        lambda rows: rows.__setitem__(3, X[:1]),
    ],
)
def test_inputs_are_compared_whatever_was_put_into_them(replace):
    def spoil(rows):
        replace(rows)
        return 1

    seen = observe(spoil, "call", [[1.0, [2, 3], {"k": 1}, X.copy()]])
    assert seen.changed == ("rows",)
    assert seen.value == 1


def test_not_a_number_is_no_change():
    inputs = [np.array([np.nan]), float("nan"), [float("nan")], np.array(["nan"], dtype="S3")]
    assert observe(lambda *a: 0, "call", inputs).changed == ()


def test_a_floating_point_warning_is_noted_and_other_warnings_are_not():
    import warnings

    def warn(x):
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        return np.exp(x)

    assert observe(warn, "call", [np.array([1e4])]).warned == ("overflow encountered in exp",)


def test_what_is_printed_stays_inside(capsys):
    assert observe(lambda: print("x" * 1000), "call").fault is None
    assert capsys.readouterr() == ("", "")


def test_inputs_are_fresh_objects_for_each_call():
    received = []
    for _ in range(2):
        observe(lambda x: received.append(x), "call", [X])
    assert received[0] is not received[1]
    assert received[0] is not X


def test_code_becomes_the_object_it_defines():
    double = wire.Code(
        "double",
        textwrap.dedent("""
        def double(x):
            return np.multiply(x, 2)
    """),
    )
    assert observe(lambda f: f(4), "call", [double]).value == 8


def test_what_draws_while_it_is_made_gives_the_same_twice_and_moves_nobody_elses_numbers():
    rand = np.random.rand
    drawn = wire.Code("f", "number = np.random.rand()\ndef f():\n    return number\n")
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    with_code = [observe(lambda f: (f(), rand()), "call", [drawn]).value for _ in range(2)]
    assert with_code[0] == with_code[1]
    assert with_code[0][1] == observe(lambda f: rand(), "call", [None]).value
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_code_that_does_not_run_is_the_courses_own_fault():
    assert observe(lambda f: f, "call", [wire.Code("f", "1 / 0")]).fault.kind == "CaseError"


# ------------------------------------------------------------------------------------------------- never raises


class Hostile:
    """Everything about it raises."""

    def __getattribute__(self, name):
        raise SystemExit("no")

    def __repr__(self):
        raise SystemExit("no")

    __str__ = __eq__ = __len__ = __iter__ = __bool__ = __array__ = __float__ = __hash__ = __repr__


class Unreadable(Exception):
    def __str__(self):
        raise SystemExit("no text")


class Signed:
    @property
    def __signature__(self):
        raise RuntimeError("no signature")

    def __call__(self, x):
        return x


class Text(str):
    def __str__(self):
        return self

    def __getitem__(self, key):
        return object()


def recursion():
    return recursion()


def loop_of_lists():
    loop = []
    loop += [loop] * 1000
    return loop


@pytest.mark.parametrize(
    "value",
    [
        None,
        Hostile,
        Scale,
        itertools.count(),
        (i for i in range(3)),
        range(3),
        {1, 2},
        object(),
        lambda: 0,
        np.broadcast_to(np.zeros(1), (10**6, 10**6)),
        np.zeros((1,) * 20),
        np.array([object(), None], dtype=object),
        np.array("text"),
        np.ma.masked_array([1.0, 2.0], [True, False]),
        np.longdouble(1),
        np.zeros(2, dtype="datetime64[s]"),
        {(1, 2): {3: [4]}},
        loop_of_lists(),
        [0] * 10**6,
        dict.fromkeys(range(10**5)),
        Text("abc"),
        10**400,
        "\ud800",
        b"bytes",
        NotImplemented,
        pytest,
    ],
    ids=lambda v: type(v).__name__,
)
def test_whatever_is_returned_becomes_plain_and_can_be_sent(value):
    seen = observe(lambda: value, "call")
    assert seen.fault is None
    wire.encode(seen.to_wire())


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(3),
        GeneratorExit(),
        RecursionError(),
        MemoryError(),
        StopIteration(1),
        Unreadable(),
        Exception("x" * 9999),
    ],
)
def test_whatever_is_raised_becomes_a_fault(error):
    def answer():
        raise error

    fault = observe(answer, "call").fault
    assert fault.kind == type(error).__name__
    assert len(fault.message) <= MAX_TEXT
    assert fault.function == "answer"


ANSWERS = {  # made in the test: pytest itself cannot hold a hostile object
    "None": lambda: None,
    "number": lambda: 3,
    "text": lambda: "text",
    "hostile": Hostile,
    "recursion": lambda: recursion,
    "builtin": lambda: print,
    "signature": Signed,
    "hostile result": lambda: lambda *a: Hostile(),
    "ufunc method": lambda: np.add.reduce,
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("probe", ["call", "loop", "predict", "layer", "optimizer", "module", "no such probe"])
def test_whatever_the_answer_is_no_probe_raises(answer, probe):
    steps = [("forward", X), ("get", "w"), ("set", "w", 1)]
    seen = observe(ANSWERS[answer](), probe, [X, X[:, 0], X], {}, steps)
    assert isinstance(seen, Observation)
    wire.encode(seen.to_wire())


def test_only_the_students_own_interrupt_passes_through():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        observe(interrupted, "call")


def test_an_endless_generator_is_cut():
    value = plain(itertools.count())
    assert value[:3] == [0, 1, 2]
    assert len(value) == MAX_DRAWN + 1
    assert value[-1].kind == "too much"


def test_a_plain_copy_shares_no_memory():
    copy = plain([X, X[0]])
    assert not np.shares_memory(copy[0], X)
    assert not np.shares_memory(revive(X), X)


def test_numbers_and_texts_lose_their_students_own_types():
    class Seven(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    assert type(plain(Seven(7))) is float
    assert type(plain(Text("abc"))) is str
    assert plain(Text("abc")) == "abc"


# -------------------------------------------------------------------------------------------------------- torch


def test_tensors_arrive_as_tensors_and_come_back_as_arrays():
    torch = pytest.importorskip("torch")

    def answer(x):
        assert x.requires_grad
        (x**2).sum().backward()
        return x.grad, x.detach().numpy(), x * 1

    given = wire.Tensor(np.array([1.0, 2.0]), requires_grad=True)
    grad, array, product = observe(answer, "call", [given]).value
    assert grad.array.tolist() == [2.0, 4.0]
    assert isinstance(array, np.ndarray)
    assert product.requires_grad is True
    assert torch.is_tensor(revive(given))


def test_a_tensor_changed_in_place_is_named():
    pytest.importorskip("torch")
    assert observe(lambda x: x.add_(1), "call", [wire.Tensor(X)]).changed == ("x",)
    assert observe(lambda x: x.resize_(1), "call", [wire.Tensor(X)]).changed == ("x",)
    assert observe(lambda x: x + 1, "call", [wire.Tensor(X)]).changed == ()


def test_tensors_that_numpy_does_not_know_are_named_not_blamed():
    torch = pytest.importorskip("torch")
    for tensor in (torch.zeros(2, dtype=torch.bfloat16), torch.eye(2).to_sparse()):
        value = observe(lambda tensor=tensor: tensor, "call").value
        assert value.kind == "tensor"


def test_seeding_covers_torch_and_is_undone():
    torch = pytest.importorskip("torch")
    before = torch.get_rng_state()
    draws = [observe(lambda: torch.rand(2).tolist(), "call").value for _ in "12"]
    assert draws[0] == draws[1]
    assert torch.equal(torch.get_rng_state(), before)


# ------------------------------------------------------------------------------------------------------ the wire


def test_an_observation_survives_the_wire():
    seen = Observation((1, X), Fault("ValueError", "m", "f", 3, "x = 1", "C"), ("x",), ("overflow",))
    back = Observation.from_wire(seen.to_wire())
    assert back.fault == seen.fault
    assert (back.changed, back.warned) == (("x",), ("overflow",))


@pytest.mark.parametrize(
    "frame",
    [
        None,
        3,
        [],
        {},
        {"fault": None},
        {"value": 1, "fault": 3},
        {"value": 1, "fault": {"line": "x", "kind": X}},
        {"value": None, "changed": 7, "warned": {"a": 1}},
        {"value": 1, "changed": [[X], "y" * 999]},
    ],
    ids=str,
)
def test_a_frame_of_another_form_is_read_without_harm(frame):
    seen = Observation.from_wire(frame)
    assert all(isinstance(text, str) and len(text) <= MAX_TEXT for text in (*seen.changed, *seen.warned))
    if seen.fault is not None:
        assert isinstance(seen.fault.kind, str)
        assert isinstance(seen.fault.line, int)


def test_what_floating_point_errors_do_is_the_same_for_everybody():
    def underflows(x):
        return np.exp(-x)

    x = np.array([1000.0])
    for setting in ("raise", "ignore"):
        with np.errstate(all=setting):
            assert observe(underflows, "call", [x]).value == 0
            assert observe(underflows, "call", [-x]).warned == ("overflow encountered in exp",)
            assert np.geterr()["over"] == setting
