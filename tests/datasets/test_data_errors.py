"""Missing and damaged data are met with one kind of error that says which file, what was expected and what to do."""

import json
import os
import shutil
from pathlib import Path

import pytest

from labkit import datasets
from labkit.datasets import DataError, data_folder, folder, load_fashion, load_iris, load_text, load_timeline, verify

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the small bundled files that LABKIT_DATA points to; the large ones are missing."""
    for file in ("manifest.json", "iris.npz", "digits.npz", "timeline.csv", "text.txt"):
        shutil.copy(DATA / file, tmp_path / file)
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    return tmp_path


def test_the_environment_variable_decides_the_folder(copy):
    assert data_folder() == copy
    assert len(load_iris().y_train) == 90


def test_a_clone_uses_the_folder_beside_the_package(monkeypatch):
    monkeypatch.delenv("LABKIT_DATA", raising=False)
    assert data_folder() == DATA


def test_an_installed_package_uses_the_folder_inside_it(copy, tmp_path_factory, monkeypatch):
    package = tmp_path_factory.mktemp("site-packages") / "labkit"
    shutil.copytree(copy, package / "_data")
    monkeypatch.delenv("LABKIT_DATA")
    monkeypatch.setattr(folder, "PACKAGE", package)
    assert data_folder() == package / "_data"
    assert load_text()


def test_a_wrong_variable_is_named_in_the_message(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match=r"nowhere.*Set LABKIT_DATA") as caught:
        load_iris()
    assert isinstance(caught.value, RuntimeError)
    assert [(check.name, check.ok) for check in verify()] == [("manifest", False)]


def test_a_missing_file_says_which_and_what_to_do(copy):
    with pytest.raises(DataError) as caught:
        load_fashion()
    message = str(caught.value)
    assert str(copy / "fashion.npz") in message
    assert "is missing" in message
    assert folder.manifest()["fashion"]["sha256"][:12] in message
    assert "git checkout -- data/fashion.npz" in message
    assert "labkit data verify" in message


@pytest.mark.parametrize(("file", "load"), [("iris.npz", load_iris), ("text.txt", load_text)])
def test_one_changed_byte_is_damage(copy, file, load):
    path = copy / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(
        DataError, match=rf"{file} is damaged: expected .* SHA-256 .* found .*git checkout -- data/{file}"
    ):
        load()


def test_damage_after_the_first_load_is_seen(copy):
    load_timeline()
    path = copy / "timeline.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(DataError, match="damaged"):
        load_timeline()


def test_a_file_is_hashed_once_per_process(copy, monkeypatch):
    hashed = []
    real = folder.sha256
    monkeypatch.setattr(folder, "sha256", lambda path: hashed.append(path.name) or real(path))
    load_iris()
    load_iris(1)
    assert hashed == ["iris.npz"]
    verify()  # the command looks afresh
    assert hashed.count("iris.npz") == 2


def test_a_damaged_manifest_is_named(copy):
    (copy / "manifest.json").write_text('{"sets": [', encoding="utf-8")
    with pytest.raises(DataError, match=r"manifest\.json is damaged"):
        load_iris()
    (copy / "manifest.json").write_text('{"sets": []}', encoding="utf-8")
    with pytest.raises(DataError, match="no set 'iris'"):
        load_iris()


def test_a_rebuilt_file_of_another_layout_is_named(copy):
    entries = json.loads((copy / "manifest.json").read_text("utf-8"))
    shutil.copy(copy / "text.txt", copy / "iris.npz")
    entries["sets"][0]["sha256"] = folder.sha256(copy / "iris.npz")
    (copy / "manifest.json").write_text(json.dumps(entries), encoding="utf-8")
    with pytest.raises(DataError, match=r"iris\.npz does not hold X_train"):
        load_iris()


def test_verify_reports_each_file_without_raising(copy):
    (copy / "text.txt").write_text("short", encoding="utf-8")
    checks = {check.name: check for check in verify()}
    assert [name for name, check in checks.items() if check.ok] == ["iris", "digits", "timeline"]
    assert "is missing" in checks["mnist"].message
    assert "is damaged" in checks["text"].message
    assert os.sep in checks["text"].message


def test_the_error_class_is_public():
    assert datasets.DataError is DataError
