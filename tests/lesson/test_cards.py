"""Cards: the same words as text and as HTML, symbols beside colours, a student's text escaped."""

from __future__ import annotations

import pytest

from labkit import cards
from labkit.exercises import CATALOG
from labkit.grading.model import ERROR, NOT_ATTEMPTED, NOT_YET, PASSED, Verdict

EXERCISE = CATALOG["perceptron_predict"]


def verdict(status, message="It said <b>&.", advice="Look <here>."):
    return Verdict(EXERCISE.id, status, 1.0 if status == PASSED else 0.0, 1.0, message, advice)


@pytest.mark.parametrize("status", [PASSED, NOT_YET, NOT_ATTEMPTED, ERROR])
def test_every_status_has_its_symbol_and_words(status):
    card = cards.of_verdict(EXERCISE, verdict(status), 2)
    assert card.headline.startswith(f"{cards.SYMBOL[status]} perceptron_predict: {status}")
    assert card.headline in card.text()
    assert f"{EXERCISE.id}: {status}" in card.html()


def test_symbols_tell_the_statuses_apart():
    assert len(set(cards.SYMBOL.values())) == len(cards.SYMBOL)


def test_student_text_is_escaped_in_html_and_plain_in_text():
    card = cards.of_verdict(EXERCISE, verdict(NOT_YET), 1)
    assert "It said &lt;b&gt;&amp;." in card.html()
    assert "<b>" not in card.html()
    assert "It said <b>&." in card.text()


def test_hints_left_are_named():
    assert "Hints left: 2" in cards.of_verdict(EXERCISE, verdict(NOT_YET), 2).text()
    assert "All hints are read" in cards.of_verdict(EXERCISE, verdict(NOT_YET), 0).text()
    assert "int" not in cards.of_verdict(EXERCISE, verdict(PASSED), 2).text().replace("points", "")


def test_a_table_has_headers_for_screen_readers():
    card = cards.of_progress(CATALOG, {}, "there")
    assert '<th scope="col"' in card.html()
    assert "0 of" in card.headline
