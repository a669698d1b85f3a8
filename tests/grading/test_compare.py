"""The judge's comparison: what counts as the same answer, and what each difference is called."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from labkit.grading.compare import close, difference, same
from labkit.grading.model import Case
from labkit.grading.wire import Opaque, Tensor

EXPECTED = np.array([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]])
ARRAYS = hnp.arrays(
    np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e6, 1e6).map(lambda v: round(v, 9))
)


def stage(expected, got):
    found = difference(expected, got)
    return found.stage if found else None


@given(ARRAYS)
def test_an_answer_equals_itself_and_its_float32(a):
    assert difference(a, a.copy()) is None
    assert difference(a, a.astype(np.float32)) is None
    assert same(a, a.copy())


@given(ARRAYS.filter(lambda a: np.abs(a).max() > 1e-3))
def test_one_percent_is_a_difference(a):
    assert stage(a, a * 1.01) == "values"
    assert not same(a, a * 1.01)


@pytest.mark.parametrize(
    ("got", "expected_stage"),
    [
        (None, "type"),
        ("0.1", "type"),
        (EXPECTED.tolist(), "type"),
        (Opaque("function"), "type"),
        (Tensor(EXPECTED), "type"),
        (0.5, "shape"),
        (EXPECTED.T, "shape"),
        (EXPECTED[None], "shape"),
        (EXPECTED.sum(axis=1), "shape"),
        (EXPECTED > 0.2, "dtype"),
        (EXPECTED + 0j, "dtype"),
        (np.where(EXPECTED > 0.5, np.nan, EXPECTED), "finite"),
        (np.where(EXPECTED > 0.5, np.inf, EXPECTED), "finite"),
        (np.zeros_like(EXPECTED), "values"),
        (EXPECTED.astype(int), "values"),
        (EXPECTED.astype(np.float16), "values"),
        (EXPECTED[:, ::-1], "values"),
    ],
)
def test_the_first_question_that_fails_is_named(got, expected_stage):
    assert stage(EXPECTED, got) == expected_stage


@pytest.mark.parametrize("got", [2, 2.0, np.float32(2), np.array(2.0), np.int64(2)])
def test_a_scalar_may_be_of_any_numeric_kind(got):
    assert difference(np.array(2.0), np.asarray(got)) is None
    assert difference(2.0, got if isinstance(got, int | float) else np.asarray(got)) is None


def test_an_array_of_one_is_not_a_scalar():
    assert stage(2.0, np.array([2.0])) == "shape"


def test_integers_with_the_right_values_are_right():
    assert difference(np.array([1.0, 0.0]), np.array([1, 0])) is None


def test_parts_of_a_tuple_are_named():
    judge = close("w", "b")
    case = Case("x")
    assert "as b" in judge(case, (EXPECTED, 1.0), (EXPECTED, 2.0)).sentence
    assert judge(case, (EXPECTED, 1.0), [EXPECTED, 1.0]) is None
    assert "return w, b" in judge(case, (EXPECTED, 1.0), EXPECTED).advice
    assert "return w, b" in judge(case, (EXPECTED, 1.0), (EXPECTED, 1.0, 2.0)).advice


def test_a_list_of_numbers_may_be_an_array():
    assert difference([3, 1, 0], np.array([3, 1, 0])) is None
    assert stage([3, 1, 0], np.array([3, 1])) == "shape"
    assert stage([3, 1, 0], np.array(3)) == "type"


def test_dictionaries_are_compared_by_key():
    assert difference({"a": 1.0}, {"a": 1.0, "more": 2}) is None
    assert "'a'" in difference({"a": 1.0}, {"b": 1.0}).sentence
    assert stage({"a": 1.0}, {"a": 2.0}) == "values"
    assert stage({"a": 1.0}, 3) == "type"


def test_infinities_are_right_where_they_are_expected():
    assert difference(np.array([np.inf, 1.0]), np.array([np.inf, 1.0])) is None
    assert stage(np.array([np.inf, 1.0]), np.array([5.0, 1.0])) == "values"
    assert difference(np.array([np.nan]), np.array([np.nan])) is None


def test_relative_only_tells_a_tiny_number_from_zero():
    tiny = np.array([2e-313, 1.0])
    assert same(tiny, np.array([0.0, 1.0]))
    assert not same(tiny, np.array([0.0, 1.0]), relative_only=True)
    assert same(tiny, np.array([2.001e-313, 1.0]), relative_only=True)


def test_texts_and_truth_values():
    assert difference(True, True) is None
    assert stage(True, 1) == "dtype"
    assert stage("a", "b") == "values"
    assert stage(None, 3) == "type"
