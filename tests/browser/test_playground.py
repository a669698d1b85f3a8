"""The playground in a real browser: play, pause, step, a slider and a pasted state, each seen in the page."""

from __future__ import annotations

import re
import time

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELL = "playground = lk.explore.playground.explorer()\nplayground"
EPOCH = "area => Number(area.innerText.match(/Epoch (\\d+):/)[1])"
FRAMES = """([area, milliseconds]) => new Promise(done => {
    const image = area.querySelector('img'), seen = new Set();
    const watcher = new MutationObserver(() => seen.add(image.src));
    watcher.observe(image, {attributes: true, attributeFilter: ['src']});
    setTimeout(() => { watcher.disconnect(); done(seen.size); }, milliseconds);
})"""
REST = "area => area.querySelector('[role=status]')?.innerText === area.querySelector('img').title"
LAST = "print('not', 'waiting')"
RUN_LAST = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    const last = panel.content.widgets.length - 1;
    panel.content.widgets[last].model.clearExecution();
    panel.content.activeCellIndex = last;
    await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
KERNEL = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.id"
TASKS = """async id => {
    const kernel = window.jupyterapp.serviceManager.kernels.connectTo({model: {id}});
    const code = `import asyncio
print([task.get_coro().__qualname__ for task in asyncio.all_tasks()].count("Playground._run"))`;
    const future = kernel.requestExecute({code});
    let said = '';
    future.onIOPub = message => { if (message.header.msg_type === 'stream') said += message.content.text; };
    await future.done;
    kernel.dispose();
    return said.trim();
}"""


@pytest.fixture
def output(lab, write_notebook):
    """Return the playground's output area in a notebook that ran."""
    lab.open(write_notebook("playground.ipynb", "import labkit as lk", CELL, LAST))
    lab.run_all()
    return lab.show("explorer()")


def button(output, name: str):
    """Return a button by its name for a screen reader, which begins with the icon's character."""
    return output.get_by_role("button", name=re.compile(rf"\b{name}$"))


def picture(output) -> str:
    return output.locator("img").get_attribute("src")


def wait_for_rest(lab, output) -> int:
    """Wait until nothing plays and the picture bears the present sentence, which is sent last; return the epoch."""
    lab.page.wait_for_function(REST, arg=output.element_handle(), timeout=20_000)
    return output.evaluate(EPOCH)


def wait_for_epoch(lab, output, test: str) -> int:
    """Wait until the sentence names an epoch that passes a test in JavaScript; return the epoch."""
    script = f"area => ({test})(({EPOCH})(area))"
    lab.page.wait_for_function(script, arg=output.element_handle(), timeout=30_000)
    return output.evaluate(EPOCH)


def test_it_plays_pauses_and_steps(lab, output):
    start = wait_for_epoch(lab, output, "epoch => epoch > 0")
    before = picture(output)
    button(output, "play").press("Enter")  # by keyboard
    frames = lab.page.evaluate(FRAMES, [output.element_handle(), 3000])
    assert frames >= 5, "frames follow each other in the page"
    wait_for_epoch(lab, output, f"epoch => epoch > {start + 10}")

    lab.page.evaluate(RUN_LAST)  # other cells get their turn, and it goes on playing
    assert "not waiting" in lab.page.locator(".jp-Cell-outputArea").last.inner_text()
    ran = output.evaluate(EPOCH)
    wait_for_epoch(lab, output, f"epoch => epoch > {ran}")

    button(output, "pause").press("Enter")
    paused = wait_for_rest(lab, output)
    shown = picture(output)
    assert shown != before
    lab.page.wait_for_timeout(500)
    assert (output.evaluate(EPOCH), picture(output)) == (paused, shown)

    button(output, "step").press("Enter")
    assert wait_for_epoch(lab, output, f"epoch => epoch > {paused}") == paused + 1
    assert wait_for_rest(lab, output) == paused + 1
    assert picture(output) != shown
    lab.screens("playground")


HEAVY = "spiral x=x1,x2,x1^2,x2^2,x1x2,sinx1,sinx2 h=8,8,8,8,8,8 f=relu"


def test_frames_follow_each_other_in_the_page(lab, output):
    text = output.get_by_label("state, to share or to paste")
    for state in ("circle h=4", HEAVY):
        text.fill(state)
        text.press("Enter")
        wait_for_epoch(lab, output, "epoch => epoch === 0")
        wait_for_rest(lab, output)
        button(output, "play").press("Enter")
        wait_for_epoch(lab, output, "epoch => epoch > 5")
        frames = lab.page.evaluate(FRAMES, [output.element_handle(), 5000])
        button(output, "pause").press("Enter")
        wait_for_rest(lab, output)
        print(f"{frames / 5:.1f} frames a second in the page: {state}")
        assert frames >= 10


def test_a_slider_and_a_pasted_state_change_the_network(lab, output):
    before = picture(output)
    output.locator(".widget-slider", has_text="hidden layers").locator(".noUi-handle").press("ArrowRight")
    wait_for_epoch(lab, output, "epoch => epoch === 0")
    lab.page.wait_for_function(
        "([area, old]) => area.querySelector('img').src !== old", arg=[output.element_handle(), before]
    )
    text = output.get_by_label("state, to share or to paste")
    lab.page.wait_for_function("field => field.value.includes('h=4,4')", arg=text.element_handle())

    text.fill("spiral h=3,3,3 f=relu s=5")
    text.press("Enter")
    lab.page.wait_for_function("field => field.value.includes('o=SGD')", arg=text.element_handle())
    assert text.input_value().startswith("spiral n=0.1 t=0.5 x=x1,x2 h=3,3,3 f=relu")

    text.fill("spiral h=99")
    text.press("Enter")
    output.get_by_text("This state cannot be loaded").wait_for()
    lab.screens("playground_state")


def test_the_notebook_on_networks_runs_and_its_playground_plays(lab):
    lab.open("06_networks.ipynb")  # a copy with FAST = True
    lab.run_all()
    output = lab.show("lk.explore.playground.explorer()")
    start, before = output.evaluate(EPOCH), picture(output)
    button(output, "play").press("Enter")
    wait_for_epoch(lab, output, f"epoch => epoch > {start + 3}")
    button(output, "pause").press("Enter")
    wait_for_rest(lab, output)
    assert picture(output) != before
    before = picture(output)
    output.locator(".widget-slider", has_text="noise").locator(".noUi-handle").press("ArrowRight")
    wait_for_epoch(lab, output, "epoch => epoch === 0")
    wait_for_rest(lab, output)
    assert picture(output) != before
    lab.screens("06_networks")


def test_play_ends_when_the_page_is_gone(lab, output, write_notebook):
    button(output, "play").press("Enter")
    wait_for_epoch(lab, output, "epoch => epoch > 65")
    identity = lab.page.evaluate(KERNEL)
    assert lab.page.evaluate(TASKS, identity) == "1"
    lab.page.close()
    lab.page = lab.context.new_page()
    lab.open(write_notebook("other.ipynb", "1"))  # not the playground's: a page that comes back would go on showing it
    assert lab.page.evaluate(KERNEL) != identity
    end = time.monotonic() + 60
    while lab.page.evaluate(TASKS, identity) != "0":
        assert time.monotonic() < end, "it still plays"
        lab.page.wait_for_timeout(1000)
