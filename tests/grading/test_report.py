"""The pages say what the journal says, show no hidden input unasked, and let nobody's words become markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from labkit.grading.model import ERROR, NOT_YET, PASSED, AspectResult
from labkit.grading.results.classpage import class_page
from labkit.grading.results.markup import bar, table, tag, text
from labkit.grading.results.report import write_pages
from labkit.grading.results.studentpage import page_name, student_page, without_inputs
from labkit.grading.run.grade import grade
from labkit.grading.run.journal import About, GradingError, Journal, Row, Run
from labkit.grading.sandbox.session import Limits
from labkit.grading.submissions.reader import Unreadable
from tests.grading.submissions import DIFFERENT, EXERCISES, NOTEBOOK, STRICT, hand_in, honest, untouched

SCRIPT = "<script>alert('x')</script>"
VOID = {"meta", "link", "br", "img"}


class Reader(HTMLParser):
    """Collects tags, links and text, and checks that elements are closed in order."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.links, self.words = [], [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, name, attributes):
        self.tags.append(name)
        assert not any(key.startswith("on") for key, _ in attributes)
        self.links += [value for key, value in attributes if key in ("href", "src")]
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


def read(path):
    return Reader(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out")
    hand_in(folder, "ada", honest(perceptron_predict=STRICT))
    hand_in(folder, "ben", honest(perceptron_predict=STRICT.replace("np.asarray(X)", "X"), **DIFFERENT_FIT))
    hand_in(folder, "cleo", untouched())
    hand_in(folder, "dan", honest(xor_weights="def xor_weights():\n    while True: pass", **DIFFERENT_FIT))
    hand_in(folder, "eve", honest(xor_weights="import os\nos._exit(3)\ndef xor_weights(): pass"))
    hand_in(
        folder,
        f"{SCRIPT.replace('/', '|')} O'Neil",
        honest(xor_weights=f"def xor_weights():\n    raise ValueError({SCRIPT!r})"),
    )
    hand_in(folder, "broken", "{")
    hand_in(folder, "ada", honest(), f"{NOTEBOOK}-Copy1")
    grade(folder, out, workers=1, seed=4242, limits=Limits(seconds=1))
    write_pages(out)
    return out


DIFFERENT_FIT = {"fit_perceptron": DIFFERENT["fit_perceptron"]}


def test_the_class_page_opens_with_what_most_have_misunderstood(out):
    page = read(out / "class.html").text
    opening = page[page.index("For the next lecture") : page.index("Exercises")]
    assert "Strict threshold : 2 of 6 students, in perceptron_predict (2)" in opening
    assert "more answers are not right yet without a known mistake" in opening


def test_misconceptions_of_one_name_are_told_together_and_rare_ones_fold(tmp_path):
    run = Run("2026-11-21", "1", 1, "bubblewrap", "", "in")
    own = {e.id: e for e in EXERCISES.values()}

    def row(student, exercise, mistake):
        e = own[exercise]
        return Row(
            student,
            NOTEBOOK,
            e.id,
            e.title,
            0,
            e.points,
            NOT_YET,
            0.0,
            "m",
            f"about {mistake}",
            mistake,
            "",
            "",
            (),
            1,
            "x",
        )

    rows = [row("a", "perceptron_predict", "sign"), row("a", "perceptron_update", "sign")]
    rows += [
        row("b", "perceptron_update", "sign"),
        row("b", "perceptron_predict", "bias"),
        row("c", "xor_weights", "<b>"),
    ]
    rows += [row("d", "fit_perceptron", f"rare {i}") for i in range(20)]
    page = Reader(class_page(rows, [], [], [run]))
    assert "Sign : 2 of 4 students, in perceptron_update (2), perceptron_predict (1). about sign" in page.text
    assert page.text.index("Sign :") < page.text.index("<b> :") < page.text.index("Misconceptions found")
    assert "and 9 that one student each has" in page.text


def test_every_page_is_whole_and_loads_nothing(out):
    pages = [out / "class.html", *(out / "pages").iterdir()]
    assert len(pages) == 1 + 7
    for path in pages:
        page = read(path)
        assert {"title", "style", "h1"} <= set(page.tags)
        assert not {"script", "img", "iframe", "link"} & set(page.tags)
        assert all(re.fullmatch(r"pages/[a-z0-9-]+\.html", link) for link in page.links), page.links


def test_links_of_the_class_lead_to_pages(out):
    links = set(read(out / "class.html").links)
    assert links == {f"pages/{path.name}" for path in (out / "pages").iterdir()}


def test_a_students_words_stay_words(out):
    (path,) = (out / "pages").glob("script*.html")
    page = read(path)
    assert SCRIPT in page.text
    assert "<script" not in path.read_text()
    assert "<script" not in (out / "class.html").read_text()


def test_a_page_says_verdict_sentence_advice_and_points(out):
    words = read(out / "pages" / "ada.html").text
    assert "2.74 of 5 points" in words
    assert "partly right, 0.87 of 1" in words
    assert "perceptron_predict, for points on the line itself, gave 0 at index [1]; expected 1" in words
    assert "A score of exactly 0 belongs to class 1" in words
    assert "✓ values: 2 of 2" in words
    assert "✗ score of exactly 0: 0 of 2" in words
    assert "left aside" in words


def test_hidden_inputs_and_the_seed_are_shown_only_when_asked(out, tmp_path):
    with Journal(out) as journal:
        calls = [row.call for row in journal.rows() if row.student == "ada" and "[" in row.call]
    assert calls
    page = (out / "pages" / "ada.html").read_text()
    assert not any(str(text(call)) in page for call in calls)
    assert "4242" not in page
    assert "4242" in (out / "class.html").read_text()
    write_pages(out, show_inputs=True)
    shown = (out / "pages" / "ada.html").read_text()
    assert all(text(call) in shown for call in calls)
    write_pages(out)
    assert (out / "pages" / "ada.html").read_text() == page


def test_the_class_page_counts(out):
    words = read(out / "class.html").text
    predict = words.split("Predict with a line")[1].split("Learn from one mistake")[0]
    assert "3 of 6 passed (50 %); 2 partly right, 1 not attempted" in predict
    assert "2 of 5 who tried strict threshold in perceptron_predict" in words
    assert "did not return within 1 s" in words
    assert "code cell 5 died: ended its process with exit code 3" in words
    assert f"broken/{NOTEBOOK}.ipynb" in words
    assert "These answers are nearly the same text. fit_perceptron ben , dan" in words
    assert "It is nearly the course's own answer" in words
    assert "left aside" in words


def test_pages_nobody_has_any_more_go_and_others_stay(out):
    (out / "pages" / "own-notes.html").write_text("<p>mine</p>")
    old = out / "pages" / "gone.html"
    old.write_text((out / "pages" / "cleo.html").read_text())
    write_pages(out)
    assert not old.exists()
    assert (out / "pages" / "own-notes.html").exists()
    (out / "pages" / "own-notes.html").unlink()


def test_without_a_journal_there_is_no_page(tmp_path):
    with pytest.raises(GradingError, match=r"holds no grades\.sqlite"):
        write_pages(tmp_path)


# ----------------------------------------------------------------------------------------------- by hand, no run


def row(**fields):
    known = {
        "student": "ada",
        "notebook": NOTEBOOK,
        "exercise": "xor_weights",
        "title": "Two layers",
        "position": 0,
        "maximum": 1.0,
        "status": NOT_YET,
        "points": 0.0,
        "message": "xor_weights([1, 2]), for the corners, gave 3; expected 4.",
        "advice": "",
        "mistake": "",
        "call": "xor_weights([1, 2]), for the corners,",
        "label": "the corners",
        "aspects": (),
        "seed": 1,
        "isolation": "bubblewrap",
    }
    return Row(**{**known, **fields})


def about(student, **fields):
    known = {"note": "", "stopped": (), "flags": (), "prints": {}}
    return About(student, NOTEBOOK, "path", **{**known, **fields})


def test_a_message_without_its_inputs():
    assert without_inputs(row()) == "xor_weights, for the corners, gave 3; expected 4."
    assert without_inputs(row(call="", message="Every case is right.")) == "Every case is right."


def test_later_parts_are_explained():
    aspects = (AspectResult("values", 1, 2, True), AspectResult("shapes", 3, 3, False))
    words = Reader(student_page("ada", [row(aspects=aspects)], [], [], show_inputs=False)).text
    assert "✓ shapes: 3 of 3 (the other parts earn points once the first one is right)" in words


def test_no_isolation_and_errors_are_said_in_every_report():
    from labkit.grading.results.classpage import class_page

    rows = [row(isolation="none"), row(exercise="b", status=ERROR, message="b could not be graded: no memory", call="")]
    runs = [Run("t", "0.1", 1, "none", "", "in")]
    words = Reader(class_page(rows, [about("ada")], [], runs)).text
    assert "without isolation" in words
    assert "1 answers could not be graded" in words
    assert "b could not be graded: no memory" in words
    assert "without isolation" in Reader(student_page("ada", rows, [], [], show_inputs=False)).text


def test_an_empty_journal_has_a_page():
    from labkit.grading.results.classpage import class_page

    assert "The class" in Reader(class_page([], [], [], [])).text
    only_bad = class_page([], [], [Unreadable("ada", "", "p", "r")], [])
    assert "ada" in Reader(only_bad).text


def test_long_lists_are_folded():
    from labkit.grading.results.classpage import class_page

    rows = [row(student=f"s{i:03d}", mistake="slip", advice="Look.") for i in range(40)]
    page = class_page(rows, [about(r.student) for r in rows], [], [])
    assert "and 25 more" in Reader(page).text
    assert "40 of 40 who tried" in Reader(page).text


def test_page_names_are_safe_and_apart():
    names = ["ada", "Ada", "con", "../../etc/passwd", "a/b", "Žofie", "", ".", "x" * 500, "a b", "a-b"]
    pages = [page_name(name) for name in names]
    assert len({page.lower() for page in pages}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]*\.html", page) and len(page) < 100 for page in pages)
    assert page_name("ada") == "ada.html"
    assert page_name("con") != "con.html"


def test_markup_escapes():
    assert text("a\u202eb\x00") == "a b "
    assert tag("a", text('"<'), href='x"y') == '<a href="x&quot;y">&quot;&lt;</a>'
    assert "&lt;b&gt;" in bar([("passed", 1)], "<b>")
    assert 'data-label="a&quot;"' in table(('a"',), [(text("<"),)])
    assert PASSED in Reader(student_page("x", [row(status=PASSED)], [], [], show_inputs=False)).text


def test_all_exercises_are_on_the_class_page(out):
    words = read(out / "class.html").text
    assert all(exercise.title in words for exercise in EXERCISES.values())
