"""A temporary folder of its own for a test that kills a grader: what that leaves goes away with the test's folder."""

from __future__ import annotations

import tempfile

import pytest


@pytest.fixture
def own_temporary_folder(tmp_path, monkeypatch):
    """Return the folder that stands for the system's temporary one, here and in the processes that are started."""
    folder = tmp_path / "t"  # a short name: sockets lie below, and a socket's path has at most 107 letters
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder
