"""Full-size sets: local IDX files are used without network, and failures say what to do.  No test here downloads."""

import importlib
import subprocess
import sys
import types

import numpy as np
import pytest

from labkit import vision
from labkit.datasets import DataError, download_full, manifest
from labkit.datasets.full import FILES


def write_idx(path, array):
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())


@pytest.fixture
def tiny(tmp_path):
    """A folder with a MNIST of 30 + 10 images as raw IDX files."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for part, n in (("train", 30), ("t10k", 10)):
        y = np.arange(n, dtype=np.uint8) % 10
        X = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        X[:, 0, 0] = y  # so that a label can be read off its image
        write_idx(raw / f"{part}-images-idx3-ubyte", X)
        write_idx(raw / f"{part}-labels-idx1-ubyte", y)
    return tmp_path


@pytest.fixture
def no_network(monkeypatch):
    """Any attempt to open an address fails as it does on a machine that is offline."""
    from urllib.error import URLError

    tried = []

    def refuse(request, *args, **kwargs):
        tried.append(getattr(request, "full_url", request))
        raise URLError("no network in tests")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    return tried


def test_local_files_are_used_without_network(tiny, no_network):
    data = download_full("mnist", folder=tiny, dtype=np.uint8)
    assert no_network == []
    assert (data.X_train.shape, data.X_validation.shape, len(data.test)) == ((25, 28, 28), (5, 28, 28), 10)
    assert np.array_equal(data.X_train[:, 0, 0], data.y_train)
    assert data.y_train.dtype == np.int64
    assert data.class_names == tuple(manifest()["mnist"]["classes"])
    assert data.final_score(lambda X: X[:, 0, 0]) == 1.0


def test_shape_dtype_and_split_options_are_those_of_the_bundled_sets(tiny, no_network):
    data = download_full("mnist", 1, folder=tiny, channel=True, validation=10)
    assert (data.X_train.shape, data.X_train.dtype) == ((20, 1, 28, 28), np.float32)
    assert data.X_train.max() <= 1
    again = download_full("mnist", 1, folder=tiny, flatten=True, validation=10)
    np.testing.assert_array_equal(again.X_train, data.X_train.reshape(20, 784))


@pytest.mark.parametrize("progress", [True, False])
def test_a_failed_download_says_what_to_do(tmp_path, no_network, progress, capsys):
    with pytest.raises(DataError) as caught:
        download_full("fashion", folder=tmp_path, progress=progress)
    message = str(caught.value)
    assert no_network
    assert "no network in tests" in message
    assert str(tmp_path / "FashionMNIST" / "raw") in message
    assert all(file in message for file in FILES)
    assert "load_fashion() needs no network" in message.replace("`", "")


def test_damaged_files_say_which_folder_to_delete(tiny, no_network):
    path = tiny / "MNIST" / "raw" / "t10k-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match=r"test files of mnist .* are damaged.*Delete the folder"):
        download_full("mnist", folder=tiny)
    assert no_network == []


def test_labels_that_do_not_match_the_images_are_damage(tiny, no_network):
    write_idx(tiny / "MNIST" / "raw" / "train-labels-idx1-ubyte", np.zeros(7, dtype=np.uint8))
    with pytest.raises(DataError, match="30 images but 7 labels"):
        download_full("mnist", folder=tiny)


def test_an_unknown_name_is_refused_before_anything_is_imported():
    with pytest.raises(ValueError, match="'cifar': expected one of mnist, fashion"):
        download_full("cifar")


def test_importing_the_data_sets_is_light():
    code = (
        "import sys, labkit.datasets as d; d.load_iris(); "
        "heavy = {'torch', 'torchvision', 'sklearn', 'matplotlib', 'scipy', 'pandas'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_torchvision_loads_beside_this_torch():
    module = vision.torchvision()
    assert module is vision.torchvision()
    assert hasattr(module.datasets, "FashionMNIST")
    import torch

    grid = module.utils.make_grid(torch.zeros(4, 1, 8, 8), nrow=2, padding=0)
    assert tuple(grid.shape) == (3, 16, 16)
    v2 = importlib.import_module("torchvision.transforms.v2.functional")
    small = v2.resize(torch.ones(1, 8, 8), [4, 4], antialias=True)
    assert tuple(small.shape) == (1, 4, 4)


def test_the_status_says_how_torchvision_loaded():
    status = vision.status()
    assert status.mode in ("compiled", "declared")
    assert status.torchvision in status.sentence
    assert ("declared them" in status.sentence) == (status.mode == "declared")


def test_a_machine_without_torchvision_is_told_what_to_install():
    code = (
        "import sys; sys.modules['torchvision'] = None; from labkit import vision; s = vision.status(); "
        "assert s.mode == 'missing', s; assert 'pip install torchvision' in s.sentence, s"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_operators_are_declared_only_when_they_are_missing(monkeypatch):
    """The first import fails as it does beside a torch of another build: the second must come after the cure."""
    calls = []
    found = vision.torchvision()

    def stumble():
        calls.append("import")
        if len(calls) == 1:
            raise RuntimeError("operator torchvision::nms does not exist")
        return found

    monkeypatch.setattr(vision, "_import", stumble)
    monkeypatch.setattr(vision, "_declare", lambda: calls.append("declare"))
    monkeypatch.setattr(vision, "sys", types.SimpleNamespace(modules=dict(sys.modules)))  # the cure empties a copy
    assert vision.torchvision.__wrapped__() is found
    assert calls == ["import", "declare", "import"]


def test_another_runtime_error_is_not_taken_for_the_missing_operators(monkeypatch):
    def broken():
        raise RuntimeError("libc10.so: wrong version")

    monkeypatch.setattr(vision, "_import", broken)
    with pytest.raises(ImportError, match="does not fit the installed torch: libc10"):
        vision.torchvision.__wrapped__()
