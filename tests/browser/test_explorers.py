"""Every explorer in a real browser: reached and moved by keyboard alone, dragged fast, in both themes and a narrow window."""

from __future__ import annotations

import pytest

from tests.explore.walking import topics

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# One element for each thing that a reader can move, press, choose or write; Tab has reached it when the focus was inside.
CONTROLS = """area => {
    window.controls_left = new Set([...area.querySelectorAll('.widget-slider, select, button, input, .widget-play')]
        .filter(e => e.offsetParent !== null && !e.disabled && !e.querySelector('[disabled]')
            && e.type !== 'range' && !e.parentElement.closest('.widget-slider, .widget-play')));
    return window.controls_left.size;
}"""
TABBED = """area => {
    const focused = document.activeElement;
    for (const control of window.controls_left)
        if (control.contains(focused)) window.controls_left.delete(control);
    return area.contains(focused);
}"""
LEFT = "() => [...window.controls_left].map(e => (e.closest('.jupyter-widgets') || e).innerText || e.outerHTML)"
WIDE = """area => [...area.querySelectorAll('.jupyter-widgets, img')]
    .filter(e => e.offsetParent !== null && e.getBoundingClientRect().right > area.getBoundingClientRect().right + 1)
    .map(e => e.className || e.tagName)"""
FRAMES = """area => {
    window.frames_seen = [];
    const note = () => {
        const image = area.querySelector('img'), said = area.querySelector('[role=status]');
        window.frames_seen.push([performance.now(), image ? image.src.length : 0, said ? said.innerText : '']);
    };
    new MutationObserver(note).observe(area, {subtree: true, childList: true, attributes: true, attributeFilter: ['src']});
}"""


@pytest.fixture
def show(lab, write_notebook):
    """Return a function that opens a topic's explorer in a notebook of its own, and returns its output area."""

    def opened(topic: str):
        source = f"import labkit as lk\nlk.explore.{topic}.explorer()"
        lab.open(write_notebook(f"explorer_{topic}.ipynb", source))
        lab.run_all()
        return lab.show("explorer()")

    return opened


@pytest.mark.parametrize("topic", topics())
def test_tab_reaches_every_control_and_arrows_move_sliders(lab, show, topic):
    area = show(topic)
    count = area.evaluate(CONTROLS)
    assert count >= 3
    area.locator("input, select, button, .noUi-handle").first.focus()
    for _ in range(4 * count):  # a slider takes two steps: the handle and the number
        if not area.evaluate(TABBED):
            break
        lab.page.keyboard.press("Tab")
    assert lab.page.evaluate(LEFT) == []

    slider = area.locator(".widget-slider:has(.noUi-target:not([disabled]))").first
    slider.locator(".noUi-handle").focus()
    before = slider.locator(".widget-readout").inner_text()
    lab.page.keyboard.press("ArrowRight")
    if slider.locator(".widget-readout").inner_text() == before:  # it stood at its end
        lab.page.keyboard.press("ArrowLeft")
    assert slider.locator(".widget-readout").inner_text() != before


@pytest.mark.parametrize("topic", topics())
def test_it_fits_a_narrow_window_in_both_themes(lab, show, topic):
    area = show(topic)
    lab.screens(f"explorer_{topic}")
    lab.page.set_viewport_size({"width": 900, "height": 1000})
    lab.page.wait_for_timeout(500)
    assert area.evaluate(WIDE) == []
    lab.screens(f"explorer_{topic}_narrow")


DRAGGED = {
    "perceptron": "after … mistakes",
    "activations": "weight scale",
    "descent": "learning rate",
    "depth": "layers",
}


@pytest.mark.parametrize("topic", DRAGGED)
def test_a_fast_drag_queues_no_old_frames(lab, show, topic):
    area = show(topic)
    slider = area.locator(".widget-slider", has_text=DRAGGED[topic])
    slider.locator(".noUi-handle").focus()
    for _ in range(60):
        lab.page.keyboard.press("ArrowLeft")
    lab.page.wait_for_timeout(1500)
    area.evaluate(FRAMES)
    box = slider.locator(".noUi-base").bounding_box()
    y = box["y"] + box["height"] / 2
    lab.page.mouse.move(box["x"] + 2, y)
    lab.page.mouse.down()
    for k in range(100):
        lab.page.mouse.move(box["x"] + 2 + (box["width"] - 4) * (k + 1) / 100, y)
    lab.page.mouse.up()
    ended = lab.page.evaluate("() => performance.now()")
    lab.page.wait_for_timeout(3000)
    seen = lab.page.evaluate("() => window.frames_seen")
    texts = dict.fromkeys(text for _, _, text in seen)
    late = {text for at, _, text in seen if at > ended + 1000}
    last = max(at for at, _, _ in seen) - ended
    print(f"{topic}: {len(texts)} frames for 100 moves, the last {last:.0f} ms after the end")
    assert 1 < len(texts) < 100
    assert len(late) <= 1, "old frames come one by one after the drag has ended"
