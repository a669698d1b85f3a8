"""HTML from plain values: every text is escaped here, once, so that no student's words become a page's markup."""

from __future__ import annotations

import functools
import html
from collections.abc import Iterable, Sequence
from pathlib import Path

MARK = '<meta name="generator" content="labkit grade">'
Html = str  # text that is escaped already


def text(value: object) -> Html:
    """Return a value's text, escaped, with what would turn the direction of the page taken out.

    >>> text("<b>")
    '&lt;b&gt;'
    """
    shown = "".join(" " if c in TURNS or (ord(c) < 32 and c not in "\n\t") else c for c in str(value))
    return html.escape(shown.encode("utf-8", "replace").decode("utf-8"))


TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tag(name: str, *inner: Html, **attributes: str) -> Html:
    """Return an element; a trailing underscore in an attribute's name is dropped, other ones become hyphens.

    >>> tag("p", text("1 < 2"), class_="soft")
    '<p class="soft">1 &lt; 2</p>'
    """
    pairs = "".join(f' {k.rstrip("_").replace("_", "-")}="{text(v)}"' for k, v in attributes.items() if v)
    return f"<{name}{pairs}>{''.join(inner)}</{name}>"


def table(columns: Sequence[str], rows: Iterable[Sequence[Html]], numbers: Iterable[int] = ()) -> Html:
    """Return a table that becomes a list of labelled values on a narrow screen; ``numbers``: columns set to the right."""
    right = set(numbers)
    kinds = ["number" if i in right else "" for i in range(len(columns))]
    head = "".join(tag("th", text(c), scope="col", class_=k) for c, k in zip(columns, kinds, strict=True))
    body = "".join(
        tag("tr", *(tag("td", v, class_=k, data_label=c) for v, k, c in zip(row, kinds, columns, strict=True)))
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def bar(parts: Sequence[tuple[str, int]], said: str) -> Html:
    """Return a horizontal bar of (class, count) parts, and the same said in words under it."""
    total = sum(count for _, count in parts) or 1
    inner = "".join(
        f'<i class="b-{text(kind)}" style="width:{100 * count / total:.4g}%"></i>' for kind, count in parts if count
    )
    return f'<div class="bar" role="img" aria-label="{text(said)}">{inner}</div><span>{text(said)}</span>'


def page(title: str, *body: Html) -> str:
    """Return a whole page, with its style in it, so that it can be sent as one file."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"{MARK}\n<title>{text(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


@functools.cache
def _style() -> str:
    return (Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
