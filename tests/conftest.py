"""What all tests share: a home of its own for the record, one thread, no windows."""

from __future__ import annotations

import os

import pytest

os.environ["MPLBACKEND"] = "Agg"
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"


@pytest.fixture(autouse=True)
def labkit_home(tmp_path, monkeypatch):
    """Keep the student's record out of the real home."""
    monkeypatch.setenv("LABKIT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
