"""The example cards are real verdicts, one of each kind, and leave the student's record alone."""

from labkit import memory
from labkit.experiments.start_here import three_cards


def wrong(w, x, b):
    return w * x + b


def test_three_cards_shows_the_three_outcomes_in_order():
    headlines = [card.headline for _, card in three_cards("weighted_sum", wrong=wrong).parts]
    assert [line.split(":")[1].split("—")[0].strip() for line in headlines] == ["not attempted", "not yet", "passed"]


def test_three_cards_writes_nothing_into_the_record():
    three_cards("weighted_sum", wrong=wrong)
    assert memory.record() == {}


def test_three_cards_shows_itself_as_html_and_as_text():
    examples = three_cards("weighted_sum", wrong=wrong)
    assert examples._repr_html_().count('role="status"') == 3
    assert "adds them up" in repr(examples)
    assert repr(examples).startswith("Examples")
