"""Plain values survive the journey; anything else is refused, and nothing but WireError ever comes out of a bad frame."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labkit.grading import wire

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DTYPES = st.sampled_from(sorted(wire.DTYPES)).map(np.dtype)
ARRAYS = DTYPES.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3))
)
TAGGED = st.one_of(
    st.builds(wire.Rng, st.integers(0, 2**62)),
    st.builds(wire.Code, TEXT, TEXT),
    st.builds(wire.Opaque, TEXT, TEXT),
    st.builds(wire.Tensor, ARRAYS, st.booleans()),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63) + 1, 2**63 - 1), st.floats(), st.complex_numbers(), TEXT
)
VALUES = st.recursive(
    SCALARS | ARRAYS | TAGGED,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(tuple), st.dictionaries(TEXT, inner, max_size=4)
    ),
    max_leaves=12,
)


def travelled(value):
    frame = wire.encode(value)
    header, body = wire.lengths(frame[: wire.PREFIX.size])
    rest = frame[wire.PREFIX.size :]
    assert len(rest) == header + body
    return wire.decode(rest[:header], rest[header:])


def identical(a, b):
    """Equal, with equal types, and not-a-number equal to itself."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(identical(a[key], b[key]) for key in a)
    if isinstance(a, wire.Tensor):
        return identical(a.array, b.array) and a.requires_grad is b.requires_grad
    if isinstance(a, float):
        return np.float64(a).tobytes() == np.float64(b).tobytes() or (a != a and b != b)
    if isinstance(a, complex):
        return identical(a.real, b.real) and identical(a.imag, b.imag)
    return a == b


@given(VALUES)
@settings(max_examples=300, deadline=None)
@example((np.zeros((0, 3)), np.array(2.5, dtype=np.float32), -0.0))
@example({"a": [True, 1, 1.0, None, ()], "": {}})
def test_a_plain_value_comes_back_as_it_was(value):
    assert identical(travelled(value), value)


def test_views_and_foreign_byte_orders_arrive_as_the_same_numbers():
    grid = np.arange(12.0).reshape(3, 4)
    for array in (
        grid.T,
        grid[::2, ::-1],
        np.broadcast_to(grid[0], (5, 4)),
        grid.astype(">f8"),
        np.asfortranarray(grid),
    ):
        back = travelled(array)
        assert back.flags.c_contiguous
        assert back.dtype == np.float64
        assert np.array_equal(back, array)


def test_an_array_without_dimensions_keeps_its_shape():
    assert travelled(np.array(3.0)).shape == ()


def test_what_came_back_may_be_written_to_and_shares_nothing():
    back = travelled([np.zeros(3), np.zeros(3)])
    back[0][:] = 1
    assert not back[1].any()


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        np.float64,
        np.array([object()]),
        np.array(["text"]),
        np.zeros(2, dtype=[("a", "f8")]),
        np.zeros((1,) * 9),
        np.float64(1.0),
        b"bytes",
        lambda: None,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_plain_value_is_not_sent(value):
    with pytest.raises(wire.WireError):
        wire.encode(value)


def test_nesting_without_end_is_not_sent():
    loop = []
    loop.append(loop)
    with pytest.raises(wire.WireError, match="deeply"):
        wire.encode(loop)


def test_more_than_a_frame_holds_is_not_sent():
    with pytest.raises(wire.WireError, match="too large"):
        wire.encode(np.zeros(wire.MAX_BODY + 1, dtype=np.uint8))
    with pytest.raises(wire.WireError, match="too large"):
        wire.encode("x" * (wire.MAX_HEADER + 1))


def test_an_integer_beyond_64_bits_is_sent_as_a_remark():
    assert travelled(10**5000) == wire.Opaque("int", "an integer beyond 64 bits")


@given(st.binary(max_size=200), st.binary(max_size=64))
@settings(max_examples=500, deadline=None)
def test_random_bytes_are_a_wire_error_or_a_plain_value(header, body):
    try:
        value = wire.decode(header, body)
    except wire.WireError:
        return
    wire.encode(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["$", "items", "dtype", "shape", "array", "text", "re", "im", "kind"]), inner)
        | st.fixed_dictionaries(
            {
                "$": st.sampled_from(
                    ["tuple", "dict", "array", "tensor", "float", "complex", "rng", "code", "opaque", "?"]
                )
            },
            optional={
                "items": inner,
                "dtype": inner | st.sampled_from(["float64", "bool", "object", "O", ">f8"]),
                "shape": inner | st.lists(st.integers(-2, 5), max_size=10),
                "array": inner,
                "requires_grad": inner,
                "text": inner,
                "re": inner,
                "im": inner,
                "seed": inner,
                "kind": inner,
                "name": inner,
                "source": inner,
            },
        )
    ),
    max_leaves=10,
)


@given(JSON, st.binary(max_size=64))
@settings(max_examples=500, deadline=None)
def test_headers_of_almost_the_right_form_are_a_wire_error_or_a_plain_value(tree, body):
    try:
        value = wire.decode(json.dumps(tree).encode(), body)
    except wire.WireError:
        return
    wire.encode(value)


ARRAY = {"$": "array", "dtype": "float64"}


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (ARRAY | {"shape": [2**26] * 8}, b""),
        (ARRAY | {"shape": [10**30]}, b""),
        (ARRAY | {"shape": [-1]}, b"x" * 8),
        (ARRAY | {"shape": [1] * 9}, b"x" * 8),
        (ARRAY | {"shape": [True]}, b"x" * 8),
        (ARRAY | {"shape": [2]}, b"x" * 8),
        (ARRAY | {"shape": [1], "dtype": "object"}, b"x" * 8),
        (ARRAY | {"shape": [1], "dtype": ["float64"]}, b"x" * 8),
        (None, b"left over"),
        ({"$": "pickle"}, b""),
        ({"$": "dict", "items": [["a"]]}, b""),
        ({"$": "dict", "items": 7}, b""),
        ({"no tag": 1}, b""),
        (2**63, b""),
    ],
    ids=str,
)
def test_a_header_that_asks_for_too_much_is_refused(header, body):
    with pytest.raises(wire.WireError):
        wire.decode(json.dumps(header).encode(), body)


@pytest.mark.parametrize(
    "header", [b"[" * 100_000, b'{"$":"tuple","items":[' * 20_000, b"1" * 5_000, b"\xff", b"", b"nul"]
)
def test_a_header_that_is_deep_or_broken_is_refused(header):
    with pytest.raises(wire.WireError):
        wire.decode(header, b"")


@pytest.mark.parametrize(
    "prefix",
    [
        b"\x00" * 16,
        b"LK1\n" + b"\xff" * 12,
        wire.PREFIX.pack(b"LK1\n", 4, wire.MAX_BODY + 1),
        wire.PREFIX.pack(b"GET ", 4, 4),
    ],
)
def test_a_prefix_with_wrong_magic_or_lengths_is_refused(prefix):
    with pytest.raises(wire.WireError):
        wire.lengths(prefix)


def test_bytes_that_are_no_bool_become_one():
    back = wire.decode(b'{"$":"array","dtype":"bool","shape":[3]}', b"\x00\x01\x07")
    assert back.view(np.uint8).tolist() == [0, 1, 1]


def test_text_that_cannot_be_written_is_made_writable():
    back = wire.decode(rb'{"$":"dict","items":[["\ud800","a\udfffb"]]}', b"")
    assert back == {"?": "a?b"}
    str(back).encode("utf-8")
