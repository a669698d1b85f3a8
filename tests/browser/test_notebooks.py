"""Notebooks in a real browser: all cells run without an error, and what the mouse and the keyboard move moves the picture."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHANGED = """([area, before]) => {
    const image = area.querySelector('img');
    return image.src !== before && image.alt === area.querySelector('[role="status"]').innerText;
}"""  # the last frame of a burst has arrived when the picture's text is the live sentence


def picture(output) -> str:
    """Return the picture's data as the page shows it."""
    return output.locator("img").first.get_attribute("src")


def sentence(output) -> str:
    """Return the live sentence as the page shows it."""
    return output.locator('[role="status"]').inner_text()


def wait_for_change(lab, output, before: str) -> None:
    """Wait until another picture is there, with the text that stands above it."""
    lab.page.wait_for_function(CHANGED, arg=[output.element_handle(), before], timeout=20_000)


def test_the_perceptron_notebook_runs_and_its_explorer_follows(lab):
    lab.open("02_perceptron.ipynb")
    lab.run_all()
    output = lab.show("lk.explore.perceptron.explorer()")

    before, said = picture(output), sentence(output)
    output.locator(".widget-slider .noUi-handle").first.focus()  # the margin
    for _ in range(3):
        lab.page.keyboard.press("ArrowRight")
    wait_for_change(lab, output, before)

    before = picture(output)
    output.get_by_role("button", name="next mistake").press("Enter")
    wait_for_change(lab, output, before)
    assert sentence(output) != said
    assert sentence(output).startswith("After 4 mistakes")
    lab.screens("02_perceptron")


def test_the_activations_notebook_runs_and_its_explorer_follows(lab):
    lab.open("03_activations.ipynb")
    lab.run_all()
    output = lab.show("lk.explore.activations.explorer()")

    before = picture(output)
    output.locator("select").first.select_option("sigmoid")
    wait_for_change(lab, output, before)
    assert "sigmoid layers" in sentence(output)

    before, said = picture(output), sentence(output)
    output.locator(".widget-slider .noUi-handle").first.focus()  # the depth
    lab.page.keyboard.press("ArrowRight")
    wait_for_change(lab, output, before)
    assert sentence(output) != said
    lab.screens("03_activations")


def test_an_error_in_a_cell_would_be_seen(lab, write_notebook):
    lab.open(write_notebook("broken.ipynb", "1 / 0"))
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab.run_all()
