"""Grades for Canvas, Moodle and Gradescope: the right number for the right person, and nothing that was not there."""

from __future__ import annotations

import csv
import json

import pytest

from labkit.exercises import in_notebook
from labkit.grading.model import ERROR, NOT_YET, PASSED, Verdict
from labkit.grading.results.exports.canvas import canvas, find_columns
from labkit.grading.results.exports.gradescope import gradescope
from labkit.grading.results.exports.moodle import moodle
from labkit.grading.results.exports.roster import cell, joined, read_table, write_table
from labkit.grading.results.exports.scores import notebooks, scores, unreadable
from labkit.grading.run.journal import About, Check, GradingError, Journal, Run
from labkit.grading.submissions.reader import Submission, Unreadable

NAME, OTHER = "02_perceptron", "00_start_here"
COLUMN = "Perceptron (4711)"
CANVAS = f"""\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,{COLUMN},Final Score
    Points Possible,,,,,10,(read only)
"Lovelace, Ada",101,s1,ada@uni,A,,88
"Babbage, Charles",102,s2,charles@uni,A,7,90
"Miller, Anne",103,s3,anne1@uni,A,,70
"Miller, Anne",104,s4,anne2@uni,B,,71
"=HYPERLINK(""http://x"")",105,s5,mal@uni,A,3,1
"""
MOODLE = """Identifier,"Full name","Email address",Status,Grade,"Maximum Grade"
"Participant 1815","Ada Lovelace",ada@uni,"Submitted for grading",-,10.00
"Participant 1791","Charles Babbage",charles@uni,"Submitted for grading",3.00,10.00
"Participant 1900","Anne Miller",anne@uni,"Submitted for grading",-,10.00
"""


def fill(out, students, notebook=NAME, status=PASSED):
    """Write a journal by hand: student -> (points of each exercise, path)."""
    exercises = in_notebook(notebook)
    with Journal(out, write=True) as journal:
        checks = [Check(e.id, notebook, i, e.title, e.points, "h") for i, e in enumerate(exercises)]
        bad = [Unreadable("zoe", notebook, "zoe/02_perceptron.ipynb", "the file is cut off")]
        journal.begin(Run("2026", "0", 5, "bubblewrap", "", str(notebook)), checks, bad)
        for student, (points, path) in students.items():
            one = Submission(student, notebook, path, f"sha of {student}", ())
            verdicts = [
                Verdict(e.id, status if p == e.points else NOT_YET, p, e.points, f"{e.id}(7) is off", call=f"{e.id}(7)", label="one case")
                for e, p in zip(exercises, points, strict=True)
            ]  # fmt: skip
            about = About(student, notebook, path, "", (), (), {})
            journal.write(one, verdicts, {e.id: "h" for e in exercises}, about, "bubblewrap")
    return out


@pytest.fixture
def out(tmp_path):
    students = {
        "lovelaceada": ((1, 1, 2, 1), "lovelaceada_101_555_02_perceptron.ipynb"),
        "Charles Babbage": ((1, 0.5, 0, 0), "Charles Babbage/02_perceptron.ipynb"),
        "Anne Miller": ((1, 1, 0, 0), "Anne Miller/02_perceptron.ipynb"),
        "nobody": ((0, 0, 0, 0), "nobody/02_perceptron.ipynb"),
    }
    return fill(tmp_path / "out", students)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def saved(path, text):
    path.write_text(text, encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------------------------- scores


def test_a_score_is_the_sum_over_the_notebooks_asked_for(out):
    assert notebooks(out) == [NAME]
    assert [(s.student, s.points, s.maximum) for s in scores(out, [NAME])] == [
        ("Anne Miller", 2, 5), ("Charles Babbage", 1.5, 5), ("lovelaceada", 5, 5), ("nobody", 0, 5), ("zoe", 0, 5),
    ]  # fmt: skip
    fill(out, {"Charles Babbage": ((1,), "Charles Babbage/00_start_here.ipynb")}, OTHER)
    both = {s.student: (s.points, s.maximum) for s in scores(out, [NAME, OTHER])}
    most = 5 + sum(e.points for e in in_notebook(OTHER))
    assert both["Charles Babbage"] == (2.5, most)
    assert both["lovelaceada"] == (5, most), "a notebook not handed in counts with its maximum"
    assert unreadable(out)[0][0] == "zoe"
    with pytest.raises(GradingError, match="grade it first"):
        scores(out, ["03_activations"])


def test_an_answer_without_a_verdict_holds_the_score_back(tmp_path):
    out = fill(tmp_path / "out", {"ada": ((1, 1, 2, 1), "ada/02_perceptron.ipynb")}, status=ERROR)
    [ada, _] = scores(out, [NAME])
    assert "perceptron_predict" in ada.held
    roster = saved(tmp_path / "c.csv", CANVAS.replace('"Lovelace, Ada"', "ada"))
    done = canvas(out, roster, tmp_path / "to.csv", {NAME: COLUMN})
    assert (done.filled, [name for name, _ in done.held]) == (0, ["ada"])
    assert rows(tmp_path / "to.csv")[1][COLUMN] == ""
    done = gradescope(out, tmp_path / "gs")
    assert [name for name, _ in done.held] == ["ada"]
    assert not (tmp_path / "gs" / "ada").exists()


# ------------------------------------------------------------------------------------------------------- Canvas


def test_canvas_gets_its_own_columns_back_with_points_for_whom_it_is_certain(out, tmp_path):
    roster = saved(tmp_path / "canvas.csv", CANVAS)
    done = canvas(out, roster, tmp_path / "to.csv", {NAME: COLUMN})
    made = rows(tmp_path / "to.csv")
    assert list(made[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", COLUMN]
    assert made[0]["Student"].strip() == "Points Possible"
    points = {row["ID"]: row[COLUMN] for row in made[1:]}
    assert points == {"101": "5", "102": "1.5", "103": "", "104": "", "105": "3"}
    assert done.filled == 2
    assert dict(done.unmatched) == {
        "Anne Miller": "2 people in the table fit",
        "nobody": "nobody in the table fits",
        "zoe": "nobody in the table fits",
    }
    assert done.notes == (f"{COLUMN}: 5 points here, 10 possible in Canvas; --scale converts",)
    assert made[-1]["Student"].startswith("'="), "a name is no formula"
    assert roster.read_text("utf-8") == CANVAS, "what was exported is untouched"


def test_canvas_scales_when_asked(out, tmp_path):
    roster = saved(tmp_path / "canvas.csv", CANVAS)
    done = canvas(out, roster, tmp_path / "to.csv", {NAME: COLUMN}, scale=True)
    assert [row[COLUMN] for row in rows(tmp_path / "to.csv")][:3] == ["10", "10", "3"]
    assert done.notes == ()


@pytest.mark.parametrize(
    "student", ["s2", "CHARLES@uni", "102", "charles  babbage", "Babbage, Charles", "BabbageCharles"]
)
def test_a_person_is_found_by_id_login_or_whole_name(tmp_path, student):
    out = fill(tmp_path / "out", {student: ((1, 1, 2, 1), f"{student}/02_perceptron.ipynb")})
    canvas(out, saved(tmp_path / "c.csv", CANVAS), tmp_path / "to.csv", {NAME: COLUMN})
    assert {row["ID"]: row[COLUMN] for row in rows(tmp_path / "to.csv")}["102"] == "5"


@pytest.mark.parametrize("student", ["charles", "babbage", "Charlie Babbage", "s22", "10"])
def test_part_of_a_name_is_nobody(tmp_path, student):
    out = fill(tmp_path / "out", {student: ((1, 1, 2, 1), f"{student}/02_perceptron.ipynb")})
    done = canvas(out, saved(tmp_path / "c.csv", CANVAS), tmp_path / "to.csv", {NAME: COLUMN})
    assert done.filled == 0
    assert student in dict(done.unmatched)


def test_a_number_in_the_files_name_tells_two_people_of_one_name_apart(tmp_path):
    students = {
        "milleranne (1)": ((1, 1, 2, 1), "milleranne_103_9001_02_perceptron.ipynb"),
        "milleranne (2)": ((0, 0, 0, 0), "milleranne_LATE_104_9002_02_perceptron.ipynb"),
    }
    out = fill(tmp_path / "out", students)
    canvas(out, saved(tmp_path / "c.csv", CANVAS), tmp_path / "to.csv", {NAME: COLUMN})
    points = {row["ID"]: row[COLUMN] for row in rows(tmp_path / "to.csv")}
    assert (points["103"], points["104"]) == ("5", "0")


def test_two_hand_ins_for_one_person_are_not_chosen_between(tmp_path):
    students = {
        "Ada Lovelace": ((1, 1, 2, 1), "a/02_perceptron.ipynb"),
        "ada@uni": ((0, 0, 0, 0), "b/02_perceptron.ipynb"),
    }
    out = fill(tmp_path / "out", students)
    done = canvas(out, saved(tmp_path / "c.csv", CANVAS), tmp_path / "to.csv", {NAME: COLUMN})
    assert {"Ada Lovelace", "ada@uni"} <= set(dict(done.unmatched))
    assert {row["ID"]: row[COLUMN] for row in rows(tmp_path / "to.csv")}["101"] == ""


@pytest.mark.parametrize(
    ("text", "columns", "words"),
    [
        ("name,points\nada,1\n", {NAME: "points"}, "Student and ID"),
        (CANVAS, {NAME: "Perceptron"}, "4711"),
        (CANVAS, {NAME: "Student"}, "has no column"),
        ("", {NAME: COLUMN}, "is empty"),
        (CANVAS.replace("Section", "ID"), {NAME: COLUMN}, "two columns named 'ID'"),
        ('Student,ID\n"ada', {NAME: COLUMN}, "no CSV"),
    ],
)
def test_what_is_no_gradebook_of_canvas_is_refused(out, tmp_path, text, columns, words):
    with pytest.raises(GradingError, match=words):
        canvas(out, saved(tmp_path / "c.csv", text), tmp_path / "to.csv", columns)
    assert not (tmp_path / "to.csv").exists()


def test_the_column_is_found_by_the_notebooks_name_and_by_nothing_less(tmp_path):
    for title in ("Perceptron", "02 Perceptron", "02_perceptron"):
        roster = saved(tmp_path / "c.csv", CANVAS.replace(COLUMN, f"{title} (4711)"))
        assert find_columns(roster, [NAME, OTHER]) == {NAME: f"{title} (4711)"}
    for title in ("Perceptrons", "Homework 2"):
        roster = saved(tmp_path / "c.csv", CANVAS.replace(COLUMN, f"{title} (4711)"))
        with pytest.raises(GradingError, match="--column"):
            find_columns(roster, [NAME, OTHER])


# ------------------------------------------------------------------------------------------------------- Moodle


def test_moodles_worksheet_comes_back_with_grades(tmp_path):
    students = {
        "Ada Lovelace": ((1, 1, 2, 1), "Ada Lovelace_1815_assignsubmission_file_/02_perceptron.ipynb"),
        "charles@uni": ((1, 0.5, 0, 0), "charles@uni/02_perceptron.ipynb"),
    }
    out = fill(tmp_path / "out", students)
    done = moodle(out, saved(tmp_path / "m.csv", MOODLE), tmp_path / "to.csv", [NAME])
    made = rows(tmp_path / "to.csv")
    assert list(made[0]) == ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"]
    assert [row["Grade"] for row in made] == ["5", "1.5", "-"]
    assert [name for name, _ in done.unmatched] == ["zoe"]
    moodle(out, tmp_path / "m.csv", tmp_path / "to.csv", [NAME], scale=True)
    assert [row["Grade"] for row in rows(tmp_path / "to.csv")] == ["10", "3", "-"]


def test_moodles_number_counts_before_the_name(tmp_path):
    """Two people may have one name; the number that Moodle wrote into the folder's name is one person's."""
    place = "Anne Miller_1791_assignsubmission_file_/02_perceptron.ipynb"
    out = fill(tmp_path / "out", {"Anne Miller": ((1, 1, 2, 1), place)})
    moodle(out, saved(tmp_path / "m.csv", MOODLE), tmp_path / "to.csv", [NAME])
    assert [row["Grade"] for row in rows(tmp_path / "to.csv")] == ["-", "5", "-"]


def test_what_is_no_worksheet_is_refused(out, tmp_path):
    with pytest.raises(GradingError, match="grading worksheet"):
        moodle(out, saved(tmp_path / "m.csv", "a,b\n1,2\n"), tmp_path / "to.csv", [NAME])
    with pytest.raises(GradingError, match="cannot be read"):
        moodle(out, tmp_path / "none.csv", tmp_path / "to.csv", [NAME])
    (tmp_path / "latin.csv").write_bytes("Identifier,Grade\nJürgen,1\n".encode("latin-1"))
    with pytest.raises(GradingError, match="UTF-8"):
        moodle(out, tmp_path / "latin.csv", tmp_path / "to.csv", [NAME])


# --------------------------------------------------------------------------------------------------- Gradescope


def test_gradescope_gets_a_file_a_student_without_hidden_inputs(out, tmp_path):
    done = gradescope(out, tmp_path / "gs")
    assert done.filled == 5
    found = sorted((tmp_path / "gs").glob("*/results.json"))
    assert len(found) == 5
    [charles] = [p for p in found if p.parent.name.startswith("charles")]
    told = json.loads(charles.read_text("utf-8"))
    assert told["score"] == 1.5
    assert [(t["score"], t["max_score"], t["status"]) for t in told["tests"]] == [
        (1, 1, "passed"), (0.5, 1, "failed"), (0, 2, "failed"), (0, 1, "failed"),
    ]  # fmt: skip
    assert "(7)" not in charles.read_text("utf-8")
    [zoe] = [json.loads(p.read_text("utf-8")) for p in found if p.parent.name == "zoe"]
    assert (zoe["score"], zoe["tests"]) == (0, [])
    assert "cut off" in zoe["output"]


def test_one_file_is_for_one_student(out, tmp_path):
    with pytest.raises(GradingError, match="holds 5 students"):
        gradescope(out, tmp_path / "results.json")


# ------------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_no_cell_is_a_formula(text):
    assert cell(text).startswith("'")


@pytest.mark.parametrize("text", ["-", "-1.5", "+3", "Ada", "7.25", "", "a=b", "ada@uni"])
def test_numbers_and_plain_text_stay_as_they_are(text):
    assert cell(text) == text


def test_a_table_comes_back_as_it_was_whatever_is_between_its_fields(tmp_path):
    for between in (",", ";", "\t"):
        path = saved(tmp_path / "t.csv", f'\ufeffa{between}b\r\n1{between}"x\ny"\r\n\r\n2{between}\r\n')
        table = read_table(path)
        assert table.columns == ("a", "b")
        assert [(row["a"], row["b"]) for row in table.rows] == [("1", "x\ny"), ("2", "")]
    write_table(tmp_path / "u.csv", table.columns, table.rows)
    assert read_table(tmp_path / "u.csv") == table


def test_names_are_compared_by_their_letters():
    assert joined("Müller, Jo-Anne") == joined("müllerjoanne") == joined("Mu\u0308ller Jo Anne")


# ------------------------------------------------------------------------------------------------- command line


def test_the_commands_name_who_needs_a_person(out, tmp_path, run_labkit):
    roster = saved(tmp_path / "canvas.csv", CANVAS)
    code, printed = run_labkit("export", "canvas", out, "--from", roster, "--column", f"02={COLUMN}")
    assert code == 1
    assert "not in the file: nobody: nobody in the table fits" in printed
    assert "counts as 0: zoe: zoe/02_perceptron.ipynb: the file is cut off" in printed
    assert f"2 students' points are in {out / 'canvas.csv'}" in printed
    code, printed = run_labkit("export", "canvas", out, "--from", roster, "--json")
    assert json.loads(printed)["filled"] == 2
    code, printed = run_labkit("export", "canvas", out, "--from", roster, "--to", roster)
    assert (code, roster.read_text("utf-8")) == (2, CANVAS)
    code, printed = run_labkit("export", "gradescope", out)
    assert code == 0
    code, printed = run_labkit("export", "moodle", out, "--from", saved(tmp_path / "m.csv", MOODLE))
    assert code == 1
    assert (out / "moodle.csv").is_file()


@pytest.fixture
def run_labkit(capsys):
    from labkit.cli import main

    def run(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(a) for a in arguments])
        return left.value.code or 0, capsys.readouterr().out

    return run
