"""The doctor: each look on a machine that is well and on one that is not."""

from __future__ import annotations

import json
import sys

import pytest

from labkit import doctor


def only(look):
    """Return the single check that a look yields."""
    (check,) = look()
    return check


def test_this_python_and_these_packages_are_well():
    assert only(doctor.python).ok
    assert only(doctor.packages).ok, only(doctor.packages).message


def test_an_old_python_is_refused(monkeypatch):
    monkeypatch.setattr(doctor, "OLDEST", (9, 0))
    check = only(doctor.python)
    assert check.ok is False
    assert "9.0" in check.advice


def test_a_missing_and_an_old_package_are_named(monkeypatch):
    monkeypatch.setattr(
        doctor, "requirements", lambda: ["numpy<1", "no-such-package-here>=1", "nothing; sys_platform=='x'"]
    )
    check = only(doctor.packages)
    assert check.ok is False
    assert "numpy is 2" in check.message
    assert "wanted <1" in check.message
    assert "no-such-package-here is missing" in check.message
    assert "nothing" not in check.message
    assert "requirements.txt" in check.advice


def test_the_kernel_starts_this_python():
    assert only(doctor.kernel).ok, only(doctor.kernel).message


def test_a_kernel_of_another_python_is_found_out(monkeypatch):
    class Spec:
        argv = ("/another/bin/python", "-m", "ipykernel_launcher")

    monkeypatch.setattr("jupyter_client.kernelspec.KernelSpecManager.get_kernel_spec", lambda self, name: Spec)
    check = only(doctor.kernel)
    assert check.ok is False
    assert "/another/bin/python" in check.message
    assert "ipykernel install" in check.advice


def test_the_data_are_well_and_damage_is_seen(monkeypatch, tmp_path):
    assert only(doctor.data).ok
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    check = only(doctor.data)
    assert check.ok is False
    assert str(tmp_path) in check.message


def test_a_home_that_cannot_be_written_is_seen(monkeypatch, tmp_path):
    assert only(doctor.home).ok
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("LABKIT_HOME", str(tmp_path / "file" / "below"))
    check = only(doctor.home)
    assert check.ok is False
    assert "LABKIT_HOME" in check.advice


@pytest.mark.parametrize(("said", "words"), [("3", "3 of"), (None, "is not set")])
def test_threads_are_reported(monkeypatch, said, words):
    monkeypatch.delenv("OMP_NUM_THREADS")
    if said:
        monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert words in only(doctor.threads).message


def test_isolation_is_never_a_failure_and_says_why_it_lacks(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(
        "labkit.grading.sandbox.session.available", lambda: {"bubblewrap": "no user namespaces", "none": ""}
    )
    checks = list(doctor.isolation())
    assert [check.ok for check in checks] == [None, None]
    assert "no user namespaces" in checks[0].message
    monkeypatch.setattr("labkit.grading.sandbox.session.available", lambda: {"bubblewrap": "", "none": ""})
    assert [check.ok for check in doctor.isolation()] == [True]


def test_isolation_on_another_system_needs_no_posix(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    check = only(doctor.isolation)
    assert check.ok is None
    assert "Linux" in check.advice


def test_a_look_that_breaks_is_a_finding(cli, monkeypatch):
    def broken():
        raise RuntimeError("no such thing")

    monkeypatch.setattr(doctor, "LOOKS", {"Python": doctor.python, "thing": broken})
    result = cli("doctor")
    assert result.code == 1
    assert "✓ Python" in result.out
    assert "✗ thing: RuntimeError: no such thing" in result.out
    told = cli("doctor", "--json")
    assert told.code == 1
    assert json.loads(told.out)["checks"][1]["ok"] is False


def test_a_machine_that_is_well_ends_with_0(cli, monkeypatch):
    monkeypatch.setattr(doctor, "LOOKS", {"Python": doctor.python, "data": doctor.data})
    result = cli("doctor")
    assert result.code == 0
    assert "Everything the course needs is here." in result.out


@pytest.mark.slow
def test_torch_and_torchvision_are_reported():
    check = only(doctor.torch)
    assert check.ok, check.message
    assert "torchvision" in check.message
