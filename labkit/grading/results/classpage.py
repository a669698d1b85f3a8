"""The page for the class: what was understood and what was not, which is what changes the next lecture."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from labkit.grading.explain import FATAL_ADVICE
from labkit.grading.model import ERROR, NOT_ATTEMPTED, NOT_YET, PASSED
from labkit.grading.results.markup import Html, bar, page, table, tag, text
from labkit.grading.results.studentpage import KIND, PART, heading, outcome, page_name, without_inputs
from labkit.grading.run.journal import About, Row, Run
from labkit.grading.submissions.flags import near_equal
from labkit.grading.submissions.reader import Unreadable

LECTURE = 3  # misconceptions that open the page
SHOWN = 15  # rows of a list that may be as long as the class
ENDS = {FATAL_ADVICE[kind] for kind in ("Timeout", "Died", "NoAnswer")}


def class_page(
    rows: Sequence[Row], about: Sequence[About], unreadable: Sequence[Unreadable], runs: Sequence[Run]
) -> str:
    """Return the page of the class."""
    body = [tag("h1", "The class"), _facts(rows, about, unreadable, runs)]
    if any(row.isolation == "none" for row in rows):
        body.append(
            tag(
                "p", "Some of this was graded without isolation: students' code ran with your rights.", class_="warning"
            )
        )
    if errors := [row for row in rows if row.status in (ERROR, None)]:
        said = f"{len(errors)} answers could not be graded, through no fault of their authors; they are listed below."
        body.append(tag("p", text(said), class_="warning"))
    body += [
        *_section("For the next lecture", _lecture(rows)),
        *_section("Exercises", _exercises(rows)),
        *_section("Misconceptions found", _misconceptions(rows)),
        *_section("Cases that most answers fail", _cases(rows)),
        *_section("Time-outs and endings", _ends(rows, about)),
        *_section("Could not be graded", _errors(errors)),
        *_section("Unreadable files", _unreadable(unreadable)),
        *_section("Flags: worth a look, no judgment", _flags(about)),
        *_section("Notes", _notes(about)),
        *_section("Students", _students(rows, unreadable)),
        tag("footer", text(_colophon(runs))),
    ]
    return page("The class", *body)


def _section(title: str, content: Html) -> list[Html]:
    return [tag("h2", text(title)), content] if content else []


def _facts(rows: Sequence[Row], about: Sequence[About], unreadable: Sequence[Unreadable], runs: Sequence[Run]) -> Html:
    totals = _totals(rows)
    middle = sorted(earned / most for earned, most in totals.values() if most)
    facts = [
        ("students", len({a.student for a in about} | {u.student for u in unreadable}), ""),
        ("notebooks handed in", len(about) + len(unreadable), ""),
        ("unreadable", len(unreadable), ""),
        ("median share of points", f"{100 * middle[len(middle) // 2]:.0f} %" if middle else "–", ""),
        ("isolation", ", ".join(sorted({row.isolation for row in rows if row.isolation})) or "–", "small"),
        ("seed", runs[-1].seed if runs else "–", "small"),
    ]
    return tag(
        "dl",
        *(tag("div", tag("dt", text(name)), tag("dd", text(v), class_=kind)) for name, v, kind in facts),
        class_="facts fact",
    )


def _lecture(rows: Sequence[Row]) -> Html:
    """Return the misconceptions that most students have, in words, whichever exercises they show in; then what else fails."""
    who: dict[str, set[str]] = defaultdict(set)
    where: dict[str, Counter[str]] = defaultdict(Counter)
    said: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.mistake:
            who[row.mistake].add(row.student)
            where[row.mistake][row.exercise] += 1
            said[row.mistake, row.exercise] = row.advice
    items = []
    for name, students in sorted(who.items(), key=lambda item: (-len(item[1]), item[0]))[:LECTURE]:
        places = sorted(where[name].items(), key=lambda item: (-item[1], item[0]))
        listed = ", ".join(f"<code>{text(exercise)}</code> ({count})" for exercise, count in places)
        share = f"{len(students)} of {len({row.student for row in rows})} students"
        head = f"<strong>{text(name[:1].upper() + name[1:])}</strong>: {share}, in {listed}."
        items.append(tag("li", head, tag("div", text(said[name, places[0][0]]), class_="soft")))
    if not items:
        return ""
    unnamed = sum(row.status == NOT_YET and not row.mistake for row in rows)
    rest = f"{unnamed} more answers are not right yet without a known mistake behind them: see their messages."
    return tag("ol", *items, class_="lecture") + (tag("p", text(rest), class_="soft") if unnamed else "")


def _exercises(rows: Sequence[Row]) -> Html:
    if not rows:
        return ""
    words = (PASSED, PART, NOT_YET, NOT_ATTEMPTED, ERROR)
    lines = []
    for exercise, group in _grouped(rows, lambda row: (row.position, row.exercise)):
        own = list(group)
        count = Counter(outcome(row) for row in own)
        said = f"{count[PASSED]} of {len(own)} passed ({100 * count[PASSED] / len(own):.0f} %)"
        others = ", ".join(f"{count[word]} {word}" for word in words[1:] if count[word])
        mean = sum(row.points for row in own) / len(own)
        lines.append(
            (
                f"{text(own[0].title)} <code>{text(exercise[1])}</code> "
                + tag("div", text(heading(own[0].notebook)), class_="soft"),
                bar([(KIND[word], count[word]) for word in words], said + (f"; {others}" if others else "")),
                text(f"{mean:.2f} of {own[0].maximum:g}"),
            )
        )
    keys = (tag("span", f'<span class="key b-{KIND[word]}"></span>', text(word)) for word in words)
    return table(("exercise", "how it went", "mean points"), lines, numbers=[2]) + tag("p", *keys, class_="legend")


def _misconceptions(rows: Sequence[Row]) -> Html:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.mistake:
            found[row.exercise, row.mistake].append(row)
    attempts = Counter(row.exercise for row in rows if row.status in (PASSED, NOT_YET))
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    lines = [
        (
            bar(
                [("not-yet", len(own)), ("rest", max(0, attempts[exercise] - len(own)))],
                f"{len(own)} of {attempts[exercise]} who tried",
            ),
            f"<strong>{text(name)}</strong> in <code>{text(exercise)}</code>"
            + tag("div", text(own[0].advice), class_="soft"),
            _names(row.student for row in own),
        )
        for (exercise, name), own in ranked
    ]
    columns = ("how many", "what they think", "who")
    single = sum(len(own) == 1 for own in found.values())
    shown = lines[: max(SHOWN, len(lines) - single)]  # the rare ones are at hand and not in the way
    if rest := lines[len(shown) :]:
        more = tag("details", tag("summary", text(f"and {len(rest)} that one student each has")), table(columns, rest))
    return table(columns, shown) + (more if rest else "") if lines else ""


def _cases(rows: Sequence[Row]) -> Html:
    count = Counter((row.exercise, row.label) for row in rows if row.status == NOT_YET and row.label)
    lines = [
        (text(n), f"<code>{text(exercise)}</code>, for {text(label)}") for (exercise, label), n in _top(count) if n > 1
    ]
    return table(("answers", "first failure"), lines, numbers=[0]) if lines else ""


def _ends(rows: Sequence[Row], about: Sequence[About]) -> Html:
    lines = [
        (_link(row.student), f"<code>{text(row.exercise)}</code>", text(without_inputs(row)))
        for row in rows
        if row.advice in ENDS
    ]
    lines += [
        (_link(a.student), text(label), text(f"{status}: {message}"))
        for a in about
        for label, status, message in a.stopped
        if status in ("died", "timed out")
    ]
    return table(("student", "where", "what happened"), lines) if lines else ""


def _errors(rows: Sequence[Row]) -> Html:
    lines = [
        (_link(row.student), f"<code>{text(row.exercise)}</code>", text(row.message or "the run ended before it"))
        for row in rows
    ]
    return table(("student", "exercise", "why"), lines) if lines else ""


def _unreadable(unreadable: Sequence[Unreadable]) -> Html:
    lines = [(_link(one.student), text(one.path), text(one.reason)) for one in unreadable]
    return table(("student", "file", "why"), lines) if lines else ""


def _flags(about: Sequence[About]) -> Html:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for a in about:
        for exercise, sentence in a.flags:
            found[sentence, exercise or a.notebook].append(a.student)
    lines = [
        (text(sentence), f"<code>{text(where)}</code>", _names(students))
        for (sentence, where), students in sorted(found.items())
    ]
    for exercise, students in near_equal((a.student, a.prints) for a in about):
        lines.append(("These answers are nearly the same text.", f"<code>{text(exercise)}</code>", _names(students)))
    return table(("what", "where", "who"), lines) if lines else ""


def _notes(about: Sequence[About]) -> Html:
    items = [tag("li", text(f"{a.student}: {a.note}")) for a in about if a.note]
    return tag("ul", *items, class_="plain") if items else ""


def _students(rows: Sequence[Row], unreadable: Sequence[Unreadable]) -> Html:
    notebooks = sorted({row.notebook for row in rows})
    cells: Mapping[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        cells[row.student, row.notebook].append(row)
    lines = []
    most = {row.notebook: sum(r.maximum for r in cells[row.student, row.notebook]) for row in rows}
    for student in sorted({row.student for row in rows} | {one.student for one in unreadable}):
        own = [cells.get((student, notebook), []) for notebook in notebooks]
        lines.append((_link(student), *(text(f"{sum(r.points for r in book):g}" if book else "–") for book in own)))
    titles = [f"{heading(notebook)}, of {most[notebook]:g}" for notebook in notebooks]
    return table(("student", *titles), lines, numbers=range(1, 1 + len(notebooks))) if lines else ""


def _totals(rows: Iterable[Row]) -> dict[str, tuple[float, float]]:
    totals: dict[str, tuple[float, float]] = {}
    for row in rows:
        earned, most = totals.get(row.student, (0.0, 0.0))
        totals[row.student] = (earned + row.points, most + row.maximum)
    return totals


def _grouped(rows: Iterable[Row], key) -> Iterator:  # type: ignore[no-untyped-def]
    return groupby(sorted(rows, key=key), key=key)


def _top(count: Counter) -> list:
    return sorted(count.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]


def _link(student: str) -> Html:
    return tag("a", text(student), href=f"pages/{page_name(student)}")


def _names(students: Iterable[str]) -> Html:
    """Return links to students; of many, the first ones, and the others when asked for."""
    links = [_link(student) for student in students]
    first, rest = ", ".join(links[:SHOWN]), ", ".join(links[SHOWN:])
    return first + (tag("details", tag("summary", f"and {len(links) - SHOWN} more"), rest) if rest else "")


def _colophon(runs: Sequence[Run]) -> str:
    if not runs:
        return ""
    run = runs[-1]
    return f"labkit {run.version}, run {len(runs)} of this folder, started {run.started}. {run.directory}. {run.limits}"
