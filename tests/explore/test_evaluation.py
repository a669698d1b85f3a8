"""The threshold explorer: values in, values out, no browser."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from labkit.explore.evaluation import (
    HIGHEST,
    LOWEST,
    PEOPLE,
    PREVALENCES,
    Canvas,
    compute,
    describe,
    explorer,
    rates,
)
from labkit.reference.classification_scores import precision_recall_f1


def parts(box):
    """Return (threshold, prevalence, separation, best, picture, sentence)."""
    return box.children


@pytest.mark.parametrize("prevalence", PREVALENCES)
def test_the_counts_are_those_of_that_many_people(prevalence):
    counts = compute(1.0, prevalence, 2.0).counts
    assert counts.sum() == PEOPLE
    assert counts[1].sum() == round(PEOPLE * prevalence)


def test_the_rates_are_those_of_the_reference():
    state = compute(0.7, 0.2, 1.5)
    pairs = np.repeat(np.argwhere(state.counts >= 0), state.counts.ravel(), axis=0)
    scores = precision_recall_f1(*pairs.T, 2)
    precision, recall, f1, _, accuracy = rates(state)
    assert_allclose([precision, recall, f1], [score[1] for score in scores])
    assert_allclose(accuracy, np.mean(pairs[:, 0] == pairs[:, 1]))


def test_the_point_lies_on_both_curves():
    state = compute(1.0, 0.1, 2.0)
    precision, recall, _, fpr, _ = rates(state)
    assert abs(np.interp(fpr, state.fpr[::-1], state.tpr[::-1]) - recall) < 0.005
    assert abs(np.interp(recall, state.tpr[::-1], state.precision[::-1]) - precision) < 0.005


def test_prevalence_moves_precision_and_leaves_the_roc_alone():
    common, rare = compute(1.0, 0.5, 2.0), compute(1.0, 0.01, 2.0)
    assert_allclose(common.tpr, rare.tpr)
    assert rates(common)[0] > 0.8 > 0.1 > rates(rare)[0]


def test_a_point_stands_on_each_curve_but_where_precision_has_no_value():
    canvas = Canvas()
    canvas.draw(compute(1.0, 0.1, 2.0))
    assert [len(canvas.moving[ax]) for ax in (canvas.roc, canvas.pr)] == [2, 2]
    canvas.draw(compute(HIGHEST, 0.001, 0.0))
    assert [len(canvas.moving[ax]) for ax in (canvas.roc, canvas.pr)] == [2, 1]


def test_the_table_in_the_picture_holds_the_counts_and_nothing_of_the_state_before():
    canvas = Canvas()
    for threshold in (0.0, 1.0, 3.0):
        state = compute(threshold, 0.1, 2.0)
        canvas.draw(state)
        assert [text.get_text() for text in canvas.table.texts] == [str(count) for count in state.counts.ravel()]
        assert len(canvas.table.images) == 1
        assert len(canvas.populations.lines) == 3


def test_it_starts_with_something_to_see():
    *_, picture, sentence = parts(explorer())
    assert "1,000 are ill" in sentence.value
    assert 'alt="Of 10,000 people' in picture.value
    assert "worse than" in sentence.value


@pytest.mark.parametrize("threshold", [LOWEST, HIGHEST])
@pytest.mark.parametrize("prevalence", [PREVALENCES[0], PREVALENCES[-1]])
@pytest.mark.parametrize("separation", [0.0, 4.0])
def test_every_control_at_its_ends_gives_a_sentence(threshold, prevalence, separation):
    text = describe(compute(threshold, prevalence, separation))
    assert "nan" not in text
    assert ("precision has no value" in text) == (compute(threshold, prevalence, separation).counts[:, 1].sum() == 0)
    assert ("says nothing" in text) == (separation == 0)


def test_a_slider_changes_picture_and_sentence():
    threshold, prevalence, separation, _, picture, sentence = parts(explorer())
    for control, value in ((threshold, 2.0), (prevalence, 0.01), (separation, 3.0)):
        before = picture.value, sentence.value
        control.value = value
        assert picture.value != before[0]
        assert sentence.value != before[1]


def test_the_button_goes_to_the_best_f1():
    threshold, _, _, best, _, _ = parts(explorer())
    best.click()
    mine = rates(compute(threshold.value, 0.1, 2.0))[2]
    assert mine == max(rates(compute(round(float(t), 1), 0.1, 2.0))[2] for t in np.arange(LOWEST, HIGHEST, 0.1))


def test_all_controls_are_described():
    assert all(control.description for control in parts(explorer())[:4])
