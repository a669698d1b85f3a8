"""Whatever is handed in is read or said to be unreadable, under the right name, and nothing is written or followed elsewhere."""

from __future__ import annotations

import io
import json
import os
import stat
import time
import zipfile

import pytest

from labkit.grading.submissions import handins, rawfile
from labkit.grading.submissions.handins import clean, person
from labkit.grading.submissions.lent import lent
from labkit.grading.submissions.rawfile import Problem, load, without_outputs
from labkit.grading.submissions.reader import Submission, Unreadable, defined, read_submission, submissions
from labkit.source import reference_source
from tests.grading.submissions import (
    EXERCISES,
    NOTEBOOK,
    answer,
    cell,
    demo,
    hand_in,
    honest,
    notebook,
    save,
)

RAW = json.dumps(honest()).encode()


def found(folder, **options):
    """Return (student, notebook) -> entry."""
    entries = submissions(folder, **options)
    keyed = {(one.student, one.notebook): one for one in entries}
    assert len(keyed) == len(entries), "one entry a student and notebook"
    return keyed


def readable(folder):
    return sorted((one.student, one.notebook) for one in submissions(folder) if isinstance(one, Submission))


def reasons(folder):
    return {one.path: one.reason for one in submissions(folder) if isinstance(one, Unreadable)}


def archive(path, members):
    """Write a zip file of name -> bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


# ---------------------------------------------------------------------------------------------------- one notebook


def test_cells_keep_their_order_and_say_what_they_answer(tmp_path):
    tree = notebook(answer("perceptron_predict"), demo("while True: pass"), cell("helper = 1"), answer("xor_weights"))
    one = read_submission(save(tree, tmp_path / "ada" / f"{NOTEBOOK}.ipynb"))
    assert (one.student, one.notebook) == ("ada", NOTEBOOK)
    assert [(c.label, c.exercise) for c in one.cells] == [
        ("code cell 1", ""),
        ("code cell 2", "perceptron_predict"),
        ("code cell 4", ""),
        ("code cell 5", "xor_weights"),
    ]
    assert [c.source for c in one.demo] == ["while True: pass"]


def test_an_answer_cannot_be_hidden_as_a_demo(tmp_path):
    tree = notebook(cell("def xor_weights(): pass", {"labkit": {"exercise": "xor_weights", "role": "demo"}}))
    assert [c.exercise for c in read_submission(save(tree, tmp_path / f"{NOTEBOOK}.ipynb")).cells] == [
        "",
        "xor_weights",
    ]


def test_parameters_are_followed_by_fast(tmp_path):
    tree = notebook(cell("FAST = False", {"tags": ["parameters"]}), answer("xor_weights"))
    sources = [c.source for c in read_submission(save(tree, tmp_path / f"{NOTEBOOK}.ipynb")).cells]
    assert sources[1:3] == ["FAST = False", "FAST = True"]


def test_lost_metadata_are_found_by_name(tmp_path):
    tree = notebook(*(cell(reference_source(e.reference)) for e in EXERCISES.values()))
    one = read_submission(save(tree, tmp_path / "my homework.ipynb"))
    assert one.notebook == NOTEBOOK
    assert [c.exercise for c in one.cells] == ["", *EXERCISES]


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        [],
        "text",
        {"labkit": None},
        {"labkit": "text"},
        {"labkit": {"exercise": "no such"}},
        {"tags": "parameters"},
    ],
)
def test_odd_metadata_are_survived(tmp_path, metadata):
    tree = notebook({**cell(reference_source(EXERCISES["xor_weights"].reference)), "metadata": metadata})
    one = read_submission(save(tree, tmp_path / f"{NOTEBOOK}.ipynb"))
    assert [c.exercise for c in one.cells] == ["", "xor_weights"]


def test_duplicate_ids_and_sources_as_lists(tmp_path):
    twin = {**answer("xor_weights"), "id": "same"}
    lines = {**twin, "source": twin["source"].splitlines(keepends=True)}
    one = read_submission(save(notebook(twin, lines, {"cell_type": "code"}, "no cell", None), tmp_path / "a.ipynb"))
    assert one.cells[1].source == one.cells[2].source == twin["source"]
    assert one.cells[3].source == ""


def test_format_3(tmp_path):
    source = reference_source(EXERCISES["xor_weights"].reference)
    cells = [{"cell_type": "code", "input": source, "outputs": [], "language": "python", "prompt_number": 1}]
    tree = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }
    one = read_submission(save(tree, tmp_path / f"{NOTEBOOK}.ipynb"))
    assert [(c.source, c.exercise) for c in one.cells] == [(source, "xor_weights")]


def test_a_byte_order_mark_and_half_characters_are_survived(tmp_path):
    tree = json.dumps(notebook(cell("text = '\\ud800'"), answer("xor_weights"))).replace("\\\\ud800", "\\ud800")
    one = read_submission(save(b"\xef\xbb\xbf" + tree.encode(), tmp_path / f"{NOTEBOOK}.ipynb"))
    assert one.cells[1].source == "text = '?'"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (RAW[:-100], "damaged or cut off"),
        (RAW[: len(RAW) // 2], "damaged or cut off"),
        (b"PK\x03\x04", "packed file"),
        (b"\x1f\x8b\x08", "packed file"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"import numpy as np\n", "a Python script"),
        (b"hello", "damaged or cut off"),
        (b"[]", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
        (b'{"cells": []}', "no exercise of the course"),
        (b"[" * 100_000, "RecursionError"),
        (b'{"cells": ' + b"1" * 5000 + b"}", "ValueError"),
    ],
)
def test_what_is_no_notebook_is_said(tmp_path, content, reason):
    one = read_submission(save(content, tmp_path / "work.ipynb"))
    assert isinstance(one, Unreadable)
    assert reason in one.reason


def test_100_mb_of_stored_output_are_graded(tmp_path):
    text = 'a "quoted" ] { line \\\\ of output\n' * 1000
    outputs = [{"output_type": "stream", "name": "stdout", "text": [text] * 3300}, {"data": {"image/png": "A" * 10**6}}]
    path = save(notebook(answer("xor_weights"), cell("1", outputs=outputs)), tmp_path / f"{NOTEBOOK}.ipynb")
    assert path.stat().st_size > 100e6
    started = time.process_time()
    one = read_submission(path)
    assert isinstance(one, Submission)
    assert [c.exercise for c in one.cells] == ["", "xor_weights", ""]
    assert time.process_time() - started < 30, "reading stays linear"


def test_too_much_text_is_unreadable(tmp_path, monkeypatch):
    monkeypatch.setattr(rawfile, "MAX_TEXT", 5000)
    big = save(notebook(answer("xor_weights"), cell("x = 1\n" * 2000)), tmp_path / "a" / f"{NOTEBOOK}.ipynb")
    assert "more than" in read_submission(big).reason
    full = save(
        notebook(answer("xor_weights"), cell("1", outputs=[{"text": "x" * 9000}])), tmp_path / f"{NOTEBOOK}.ipynb"
    )
    assert isinstance(read_submission(full), Submission)
    monkeypatch.setattr(rawfile, "MAX_FILE", 5000)
    assert "too large" in read_submission(full).reason


@pytest.mark.parametrize(
    "text",
    [
        '{"outputs": [1, [2, "]"], {"a": "}"}], "b": 1}',
        '{"a": "\\"outputs\\": [", "outputs" : [ ] }',
        '{"cells": [{"source": ["outputs", ": [1]"], "outputs": [{"outputs": [1]}]}, {"outputs": []}]}',
        '{"attachments": {"x.png": {"image/png": "AA"}}, "outputs": null}',
        '{"outputs": {"a": [1]}}',
        '{"a": "\\\\", "outputs": ["\\\\\\""]}',
    ],
)
def test_outputs_are_dropped_and_nothing_else(text):
    def dropped(tree):
        if isinstance(tree, list):
            return [dropped(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        empty = {"outputs": [], "attachments": {}}
        return {k: empty[k] if k in empty and v is not None else dropped(v) for k, v in tree.items()}

    assert json.loads(without_outputs(text.encode())) == dropped(json.loads(text))


@pytest.mark.parametrize("text", ['"outputs": [', '"outputs": [[]', '"', '"\\', '{"outputs": ["'])
def test_cut_off_text_stays_cut_off(text):
    with pytest.raises(json.JSONDecodeError):
        json.loads(without_outputs(text.encode()))


def test_names_that_a_cell_defines():
    assert defined("import a.b as c\nfrom d import e\nif x:\n    def f(): g = 1\nfor h in i: pass\nclass J: k = 1") == (
        *("c", "e", "f", "h"),
        "J",
    )
    assert defined("def broken(:\n  pass\nx = (") == ("broken", "x")
    assert defined("%%time\nvalue = 1") == ("value",)
    assert defined("\0") == ()


# -------------------------------------------------------------------------------------------------------- layouts


def test_a_folder_a_student(tmp_path):
    hand_in(tmp_path, "ada", honest())
    save(honest(), tmp_path / "ben" / "week 2" / f"{NOTEBOOK}.ipynb")
    save("notes", tmp_path / "ben" / "notes.txt")
    save(honest(), tmp_path / "ben" / ".ipynb_checkpoints" / f"{NOTEBOOK}-checkpoint.ipynb")
    (tmp_path / "cleo").mkdir()
    assert readable(tmp_path) == [("ada", NOTEBOOK), ("ben", NOTEBOOK)]
    assert reasons(tmp_path) == {"cleo/": "there is no notebook in this folder"}


@pytest.mark.parametrize(
    ("name", "student"),
    [
        (f"ada_{NOTEBOOK}.ipynb", "ada"),
        (f"ada_lovelace_{NOTEBOOK}.ipynb", "ada_lovelace"),
        (f"ada-{NOTEBOOK} (1).ipynb", "ada"),
        (f"doejane_{12345}_{67890}_{NOTEBOOK}.ipynb", "doejane"),
        (f"doejane_LATE_12345_67890_{NOTEBOOK}-1.ipynb", "doejane"),
        ("doejane_12345_67890_homework.ipynb", "doejane"),
        (f"Jane Doe_4711_assignsubmission_file_{NOTEBOOK}.ipynb", "Jane Doe"),
        ("Jane Doe_4711_assignsubmission_file_final.ipynb", "Jane Doe"),
        (f"Žofie Nováková_{NOTEBOOK}.ipynb", "Žofie Nováková"),
        ("homework of ada.ipynb", "homework of ada"),
    ],
)
def test_flat_files(tmp_path, name, student):
    save(honest(), tmp_path / "in" / name)
    assert readable(tmp_path / "in") == [(student, NOTEBOOK)]


def test_one_persons_own_folder(tmp_path):
    save(honest(), tmp_path / "ada" / f"{NOTEBOOK}.ipynb")
    assert readable(tmp_path / "ada") == [("ada", NOTEBOOK)]


def test_moodle_folders_and_two_students_with_one_name(tmp_path):
    for number in (11, 22):
        hand_in(tmp_path, f"Jane Doe_{number}_assignsubmission_file_", honest())
    hand_in(tmp_path, "Ada_33_assignsubmission_file", honest())
    entries = found(tmp_path)
    assert sorted(entries) == [("Ada", NOTEBOOK), ("Jane Doe (1)", NOTEBOOK), ("Jane Doe (2)", NOTEBOOK)]
    assert "Jane Doe_11" in entries["Jane Doe (1)", NOTEBOOK].path
    assert "Handed in under the name Jane Doe by 2 sources" in entries["Jane Doe (2)", NOTEBOOK].note
    assert not entries["Ada", NOTEBOOK].note


def test_a_folder_and_a_file_of_one_name_are_both_kept(tmp_path):
    hand_in(tmp_path, "ada", honest())
    save(honest(), tmp_path / f"ada_{NOTEBOOK}.ipynb")
    assert readable(tmp_path) == [("ada (1)", NOTEBOOK), ("ada (2)", NOTEBOOK)]


def test_several_files_of_one_student_for_one_notebook(tmp_path):
    for name in (f"{NOTEBOOK}-Copy1", NOTEBOOK, "old/" + NOTEBOOK):
        hand_in(tmp_path, "ada", honest(), name)
    (one,) = submissions(tmp_path)
    assert one.path == f"ada/{NOTEBOOK}.ipynb"
    assert f"left aside: ada/old/{NOTEBOOK}.ipynb, ada/{NOTEBOOK}-Copy1.ipynb" in one.note


def test_a_readable_copy_counts_before_a_broken_one(tmp_path):
    hand_in(tmp_path, "ada", "{")
    hand_in(tmp_path, "ada", honest(), f"{NOTEBOOK}-Copy1")
    (one,) = submissions(tmp_path)
    assert isinstance(one, Submission)


def test_a_wrong_file_under_the_right_name_is_noted(tmp_path):
    hand_in(tmp_path, "ada", notebook(answer("xor_weights")), "00_start_here")
    (one,) = submissions(tmp_path)
    assert (one.notebook, one.note) == (
        "00_start_here",
        "This file is named 00_start_here but holds exercises of 02_perceptron.",
    )


def test_only_the_notebook_asked_for_and_what_cannot_be_told(tmp_path):
    hand_in(tmp_path, "ada", honest())
    hand_in(tmp_path, "ada", notebook(cell("def weighted_sum(): pass")), "00_start_here")
    hand_in(tmp_path, "ben", notebook(cell("x = 1")), "holiday")
    assert sorted(found(tmp_path, notebook=NOTEBOOK)) == [("ada", NOTEBOOK), ("ben", "")]


# ---------------------------------------------------------------------------------------------------- zip files


def test_a_bulk_download_as_a_zip(tmp_path):
    names = ["Ada_1_assignsubmission_file_/02_perceptron.ipynb", "Ben_2_assignsubmission_file_/02_perceptron.ipynb"]
    path = archive(tmp_path / "download.zip", dict.fromkeys(names, RAW))
    assert readable(path) == [("Ada", NOTEBOOK), ("Ben", NOTEBOOK)]
    assert {one.path for one in submissions(path)} == {f"download.zip!{name}" for name in names}


def test_a_folder_of_zips_one_a_student(tmp_path):
    archive(tmp_path / "Ada_Lovelace.zip", {f"Ada_Lovelace/{NOTEBOOK}.ipynb": RAW})  # as `labkit submit` packs it
    archive(tmp_path / "ben.zip", {f"{NOTEBOOK}.ipynb": RAW})
    archive(tmp_path / "cleo" / "all.zip", {f"deep/er/{NOTEBOOK}.ipynb": RAW})
    archive(tmp_path / "doejane_123_456_hand-in.zip", {f"{NOTEBOOK}.ipynb": RAW})
    assert readable(tmp_path) == [(name, NOTEBOOK) for name in ("Ada_Lovelace", "ben", "cleo", "doejane")]


def test_the_folder_around_everybody_is_taken_off(tmp_path):
    archive(tmp_path / "class.zip", {f"course/{name}/{NOTEBOOK}.ipynb": RAW for name in ("ada", "ben")})
    assert readable(tmp_path) == [("ada", NOTEBOOK), ("ben", NOTEBOOK)]


def test_zips_in_zips(tmp_path):
    def packed(content, name):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            file.writestr(name, content)
        return buffer.getvalue()

    once = packed(RAW, f"{NOTEBOOK}.ipynb")
    archive(tmp_path / "a.zip", {"ada.zip": once})
    assert readable(tmp_path) == [("ada", NOTEBOOK)]
    deep = once
    for _ in range(5):
        deep = packed(deep, "ben.zip")
    (tmp_path / "b.zip").write_bytes(deep)
    assert "nested too deeply" in " ".join(reasons(tmp_path).values())


def test_a_zip_writes_nowhere_else(tmp_path):
    evil = archive(
        tmp_path / "in" / "evil.zip",
        {
            "../../escaped.ipynb": RAW,
            "/absolute.ipynb": RAW,
            "..\\windows.ipynb": RAW,
            f"ada/../../ben/{NOTEBOOK}.ipynb": RAW,
            f"good/{NOTEBOOK}.ipynb": RAW,
        },
    )
    before = set(tmp_path.rglob("*"))
    entries = submissions(evil)
    assert set(tmp_path.rglob("*")) == before
    assert [one.student for one in entries if isinstance(one, Submission)] == ["good"]
    assert {one.reason.split(".")[0] for one in entries if isinstance(one, Unreadable)} == {
        "its name in the zip file leaves it"
    }
    assert sum(isinstance(one, Unreadable) for one in entries) == 4


def test_links_in_zips_are_not_followed(tmp_path):
    info = zipfile.ZipInfo(f"ada/{NOTEBOOK}.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive(tmp_path / "a.zip", {info: "/etc/passwd"})
    assert "symbolic link" in " ".join(reasons(tmp_path).values())


def test_bombs_and_damaged_zips(tmp_path, monkeypatch):
    monkeypatch.setattr(handins, "MAX_MEMBER", 1_000_000)
    archive(tmp_path / "bomb.zip", {f"{NOTEBOOK}.ipynb": b" " * 2_000_000})
    good = archive(tmp_path / "crc.zip", {f"{NOTEBOOK}.ipynb": RAW}).read_bytes()
    middle = good.index(b"\n", 60) if b"\n" in good[60:-100] else 100
    (tmp_path / "crc.zip").write_bytes(good[:middle] + bytes([good[middle] ^ 255]) + good[middle + 1 :])
    (tmp_path / "cut.zip").write_bytes(good[:200])
    archive(tmp_path / "none.zip", {"essay.pdf": b"%PDF"})
    said = reasons(tmp_path)
    assert said[f"bomb.zip!{NOTEBOOK}.ipynb"] == "it is too large when unpacked"
    assert said["cut.zip"].startswith("this zip file cannot be opened")
    assert said["none.zip"] == "there is no notebook in this zip file"
    assert "cannot be unpacked" in said[f"crc.zip!{NOTEBOOK}.ipynb"]


@pytest.mark.parametrize(("layout", "most"), [("a zip each", 1), ("one zip of zips", 2), ("one zip", 1)])
def test_what_is_unpacked_is_on_the_disk_one_file_at_a_time(tmp_path, monkeypatch, layout, most):
    there, extract = [], handins._extract

    def watched(archive, member, target, limit):
        problem = extract(archive, member, target, limit)
        there.append(len(list(target.parent.iterdir())))
        return problem

    monkeypatch.setattr(handins, "_extract", watched)
    folder = tmp_path / "in"
    if layout == "one zip":
        archive(folder / "class.zip", {f"s{i}/{NOTEBOOK}.ipynb": RAW for i in range(5)})
    else:
        each = [archive(folder / f"s{i}.zip", {f"{NOTEBOOK}.ipynb": RAW}) for i in range(5)]
        if layout == "one zip of zips":
            inner = {path.name: path.read_bytes() for path in each}
            folder = tmp_path / "other"
            archive(folder / "class.zip", inner)
    found = submissions(folder)
    assert [one.student for one in found if isinstance(one, Submission)] == [f"s{i}" for i in range(5)]
    assert max(there) == most


def test_a_zip_of_very_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(handins, "MAX_MEMBERS", 10)
    archive(tmp_path / "many.zip", {f"s{i:02d}_{NOTEBOOK}.ipynb": RAW for i in range(20)})
    assert len(readable(tmp_path)) == 10
    assert "more than 10 files" in " ".join(reasons(tmp_path).values())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_characters_are_read(tmp_path, encoding):
    one = read_submission(save(RAW.decode().encode(encoding), tmp_path / f"{NOTEBOOK}.ipynb"))
    assert [c.exercise for c in one.cells[1:]] == list(EXERCISES)


def test_a_line_that_is_a_thousand_levels_deep_costs_nothing(tmp_path):
    deep = ["x = " + " + ".join("1" * 1500), "y = " + "-" * 5000 + "1", "z = a" + ".b" * 20_000, "(" * 5000]
    tree = notebook(*map(cell, deep), *(answer(name) for name in EXERCISES))
    one = read_submission(save(tree, tmp_path / f"{NOTEBOOK}.ipynb"))
    assert [c.exercise for c in one.cells[5:]] == list(EXERCISES)


def test_an_answer_in_a_text_cell_is_noted(tmp_path):
    text = {"cell_type": "raw", "metadata": {}, "source": reference_source(EXERCISES["xor_weights"].reference)}
    others = [answer(name) for name in EXERCISES if name != "xor_weights"]
    one = read_submission(save(notebook(text, *others), tmp_path / f"{NOTEBOOK}.ipynb"))
    assert one.note == "Written into a text cell, which is not run, instead of a code cell: xor_weights."
    assert not read_submission(save(notebook(text, *others, answer("xor_weights")), tmp_path / "b.ipynb")).note


def test_what_answers_use_of_a_demonstration_is_lent(tmp_path):
    shown = demo(
        "import math\nslow = [n for n in range(10)]\ndef helper(x):\n    return math.pi * x\nunused = lambda: 0"
    )
    own = answer("xor_weights", "def xor_weights():\n    'no unused here'\n    return helper(slow)")
    one = read_submission(save(notebook(shown, own, demo("helper(2)")), tmp_path / f"{NOTEBOOK}.ipynb"))
    assert [(c.label, c.source) for c in lent(one)] == [("code cell 2", "def helper(x):\n    return math.pi * x")]


# ------------------------------------------------------------------------------------------------- nasty folders


def test_a_dot_before_a_name_hides_nobody(tmp_path):
    hand_in(tmp_path, ".ada", honest())
    hand_in(tmp_path, ".ipynb_checkpoints", honest())
    hand_in(tmp_path, "bob/.ipynb_checkpoints", honest())
    hand_in(tmp_path, "bob", honest())
    (tmp_path / ".idea").mkdir()
    assert readable(tmp_path) == [(".ada", NOTEBOOK), ("bob", NOTEBOOK)]


def test_another_notebook_beside_the_courses_is_no_failure(tmp_path):
    hand_in(tmp_path, "ada", honest())
    save(notebook(cell("x = 1")), tmp_path / "ada" / "Untitled.ipynb")
    save(notebook(cell("x = 1")), tmp_path / "bob" / "Untitled.ipynb")
    (tmp_path / "ada" / "shortcut").symlink_to(tmp_path)
    entries = found(tmp_path)
    assert list(entries) == [("ada", NOTEBOOK), ("bob", "")]
    assert "ada/Untitled.ipynb" in entries["ada", NOTEBOOK].note


def test_a_disk_without_room_for_one_archive_costs_that_one(tmp_path, monkeypatch):
    archive(tmp_path / "in" / "ada" / "a.zip", {f"{NOTEBOOK}.ipynb": RAW})
    hand_in(tmp_path / "in", "bob", honest())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipExtFile, "read", full)
    assert readable(tmp_path / "in") == [("bob", NOTEBOOK)]
    assert "there is no room to unpack it" in reasons(tmp_path / "in")[f"ada/a.zip/{NOTEBOOK}.ipynb"]


def test_what_stands_in_a_notebooks_place(tmp_path):
    hand_in(tmp_path, "good", honest())
    (tmp_path / "dir" / f"{NOTEBOOK}.ipynb").mkdir(parents=True)
    hand_in(tmp_path, "folder.ipynb", honest())
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / f"{NOTEBOOK}.ipynb").symlink_to(tmp_path / "good" / f"{NOTEBOOK}.ipynb")
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / "again").symlink_to(tmp_path / "loop")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / f"{NOTEBOOK}.ipynb")
    assert readable(tmp_path) == [("folder.ipynb", NOTEBOOK), ("good", NOTEBOOK)]
    link = "it is a symbolic link, which is not followed"
    assert reasons(tmp_path) == {
        f"dir/{NOTEBOOK}.ipynb": "it is a folder with a notebook's name",
        f"link/{NOTEBOOK}.ipynb": link,
        "loop/": "there is no notebook in this folder",
        "self": link,
        f"pipe/{NOTEBOOK}.ipynb": "it is no ordinary file",
    }


def test_a_file_that_becomes_a_link_or_a_pipe_too_late(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "link.ipynb").symlink_to(save(honest(), tmp_path / "real.ipynb"))
    for name in ("pipe", "link", "none"):
        with pytest.raises(Problem):
            load(tmp_path / f"{name}.ipynb")


def test_names_that_no_text_can_hold(tmp_path):
    hand_in(tmp_path, os.fsdecode(b"caf\xe9 \x1b[31m"), honest())
    ((student, _),) = readable(tmp_path)
    assert student == "caf? [31m"
    student.encode()


def test_names_are_composed_and_bounded():
    assert clean("Zoe\u0308") == clean("Zoë")
    assert clean(" a\n\tb\u202e ") == "a b"
    assert len(clean("x" * 1000)) == 120
    assert clean("\0") == "?"
    assert person("ada") == ("ada", "ada")


def test_the_readers_own_fault_costs_one_file(tmp_path, monkeypatch):
    hand_in(tmp_path, "ada", honest())
    hand_in(tmp_path, "ben", honest())
    real = rawfile.load
    monkeypatch.setattr(
        "labkit.grading.submissions.reader.load", lambda path: 1 / 0 if "ada" in str(path) else real(path)
    )
    assert readable(tmp_path) == [("ben", NOTEBOOK)]
    assert "please report this" in reasons(tmp_path)[f"ada/{NOTEBOOK}.ipynb"]
