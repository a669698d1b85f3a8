"""Show a figure with a text that says what it shows: for readers who cannot see it, and for logs."""

from __future__ import annotations

import base64
import html
import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 110


def png(fig: Figure, dpi: int = DPI) -> bytes:
    """Return the figure as PNG data.

    The layout is made here, once: left to itself, savefig draws the whole figure one more time for it.
    """
    buffer = io.BytesIO()
    engine, usual = fig.get_layout_engine(), fig.get_dpi()
    if engine is None:
        fig.savefig(buffer, format="png", dpi=dpi)
        return buffer.getvalue()
    try:
        fig.set_dpi(dpi)
        engine.execute(fig)
        fig.set_layout_engine(None)
        fig.savefig(buffer, format="png", dpi=dpi)
    finally:
        fig.set_layout_engine(engine)
        fig.set_dpi(usual)
    return buffer.getvalue()


def as_html(fig: Figure, alt: str, dpi: int = DPI) -> str:
    """Return an ``<img>`` that holds the figure and its alt text, as wide as it was drawn and never wider than the page."""
    data = base64.b64encode(png(fig, dpi)).decode()
    width = round(fig.get_figwidth() * dpi)
    return f'<img alt="{html.escape(alt)}" style="width:{width}px;max-width:100%;background:#fff" src="data:image/png;base64,{data}">'


def show(fig: Figure, alt: str) -> None:
    """Show a figure in the notebook.  ``alt`` says in one or two sentences what it shows; it is required.

    Outside a notebook the text alone is printed.
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            "show(fig, alt): alt is one sentence that says what the figure shows, for readers who cannot see it"
        )
    shell = sys.modules.get("IPython")
    if shell is not None and shell.get_ipython() is not None:
        from IPython.display import display

        display({"text/html": as_html(fig, alt), "text/plain": f"Figure: {alt}"}, raw=True)
    else:
        print(f"Figure: {alt}")
