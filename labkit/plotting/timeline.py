"""Sixty years of neural networks in two pictures: who did what when, and how large the networks became."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.text import Text

from labkit.plotting.style import COLORS, GRAY, label

WORDS = {
    "parameters": "parameters",
    "training_flop": "training compute (floating-point operations)",
}
CROWDED_YEARS, CROWDED_FACTOR = 9, 15.0  # a label on the left would cover a point as near as this


def events(ax: Axes, timeline: Sequence[dict]) -> PathCollection:
    """Draw one row an event, first at the top, its year on the horizontal axis; return the points."""
    rows = np.arange(len(timeline))
    years = np.array([event["year"] for event in timeline])
    ax.hlines(rows, years.min() - 3, years, color=GRAY, linewidth=0.8, alpha=0.6)
    points = ax.scatter(years, rows, s=36, color=COLORS[0], zorder=3)
    for row, event in zip(rows, timeline, strict=True):
        ax.annotate(
            f"{event['year']}  {first_author(event['authors'])}",
            (event["year"], row),
            (7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
    ax.set_yticks(rows, [event["label"] for event in timeline])
    ax.set_ylim(len(timeline) - 0.4, -0.6)
    ax.set_xlim(years.min() - 3, years.max() + 19)  # room for the names of the last rows
    ax.set_xticks(range(1960, years.max() + 1, 10))
    ax.grid(axis="y", visible=False)
    label(ax, "year", "event")
    return points


def growth(ax: Axes, timeline: Sequence[dict], quantity: str) -> tuple[PathCollection, list[Text]]:
    """Draw a quantity of the timeline against the year, on a logarithmic axis; return the points and their names.

    quantity: "parameters" or "training_flop"; events without it are left out.
    """
    known = [event for event in timeline if event[quantity] is not None]
    years = np.array([event["year"] for event in known])
    values = np.array([event[quantity] for event in known], dtype=float)
    points = ax.scatter(years, values, s=40, color=COLORS[1], marker="D", zorder=3)
    ax.set_yscale("log")
    ax.set_xlim(1984, 2033)
    ax.set_ylim(values.min() / 30, values.max() * 30)
    ax.set_xticks(range(1990, 2021, 10))
    names: list[Text] = []
    for event, year, value in zip(known, years, values, strict=True):
        left_of = (years < year) & (years > year - CROWDED_YEARS)
        near = (values < value * CROWDED_FACTOR) & (values > value / CROWDED_FACTOR)
        crowded = bool((left_of & near).any()) or year - CROWDED_YEARS < 1984
        names.append(
            ax.annotate(
                event["label"],
                (year, value),
                (7 if crowded else -7, 0),
                textcoords="offset points",
                ha="left" if crowded else "right",
                va="center",
                fontsize=8.5,
            )
        )
    label(ax, "year", WORDS[quantity])
    return points, names


def first_author(authors: str) -> str:
    """Return the first author's family name, and "et al." when there are more than two.

    >>> first_author("M. Minsky and S. Papert"), first_author("A. Krizhevsky, I. Sutskever and G. E. Hinton")
    ('Minsky, Papert', 'Krizhevsky et al.')
    """
    names = [name.split()[-1] for name in authors.replace(" and ", ", ").split(", ")]
    return ", ".join(names) if len(names) <= 2 else f"{names[0]} et al."


def papers(timeline: Sequence[dict]) -> str:
    """Return a Markdown table of the papers: year, what, authors, where to read it."""
    rows = [f"| {e['year']} | {e['label']} | {e['authors']} | {e['paper']} |" for e in timeline]
    return "\n".join(["| year | what | authors | paper |", "|:--|:--|:--|:--|", *rows])
