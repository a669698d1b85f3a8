"""The full-size image sets, for those who want them: 70,000 images instead of a part.

This is the only place of the course that may use the network, and only when it is called.  torchvision's own data
set classes fetch and check the files; raw IDX files that already lie there are used as they are.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import numpy as np

from labkit.datasets.bundled import as_pixels
from labkit.datasets.dataset import Dataset, SealedTest
from labkit.datasets.folder import DataError, data_folder, entry_of
from labkit.datasets.split import split_rows

CLASSES = {"mnist": "MNIST", "fashion": "FashionMNIST"}
FILES = tuple(f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1"))


def download_full(
    name,
    rng=0,
    *,
    progress=True,
    folder=None,
    validation=1 / 6,
    stratified=True,
    flatten=False,
    channel=False,
    dtype=np.float32,
) -> Dataset:
    """Return all of "mnist" or "fashion": 60,000 images to learn and choose from, 10,000 sealed as the test set.

    X: (n, 28, 28), flatten: (n, 784), channel: (n, 1, 28, 28)  y: (n,) int64 in 0..9

    Uses the raw IDX files in `folder`/MNIST/raw or `folder`/FashionMNIST/raw, and downloads them when they are not
    there (about 12 or 30 MB). folder: `full/` in the data folder unless given. progress: show torchvision's bars.
    The other options are those of `load_mnist`. float32 needs 0.2 GB.

    Raises: ValueError for another name; DataError when the download fails or the files cannot be read.
    """
    if name not in CLASSES:
        raise ValueError(f"no full-size set {name!r}: expected one of {', '.join(CLASSES)}")
    convert = as_pixels(name, flatten, channel, dtype)
    root = Path(folder) if folder is not None else data_folder() / "full"
    (X, y), (X_test, y_test) = _read(name, root, progress)
    kept, held = split_rows(y, validation, np.random.default_rng(rng), stratified=stratified)
    return Dataset(
        f"{name} (full)",
        convert(X[kept]),
        y[kept],
        convert(X[held]),
        y[held],
        SealedTest(convert(X_test), y_test),
        tuple(entry_of(name)["classes"]),
    )


def _read(name, root, progress):
    """Return (images, labels) of the training and of the test part, downloaded first when files are missing."""
    from labkit.vision import torchvision  # torch takes seconds to import: only those who ask for it wait

    make = getattr(torchvision().datasets, CLASSES[name])
    raw = root / CLASSES[name] / "raw"
    missing = [file for file in FILES if not (raw / file).is_file()]
    if missing:
        quiet = contextlib.nullcontext() if progress else contextlib.redirect_stderr(io.StringIO())
        try:
            with quiet:
                make(root, train=True, download=True)
        except (OSError, RuntimeError) as error:
            raise DataError(
                f"The download of {name} into {raw} did not succeed: {error}\nTry again with a network, or put the "
                f"unpacked files {', '.join(missing)} there yourself. `load_{name}()` needs no network."
            ) from error
    parts = []
    for train in (True, False):
        try:
            part = make(root, train=train, download=False)
            X, y = part.data.numpy(), part.targets.numpy()
            if len(X) != len(y):
                raise ValueError(f"{len(X)} images but {len(y)} labels")
        except (OSError, RuntimeError, ValueError, TypeError, AssertionError, KeyError) as error:
            raise DataError(
                f"The {'training' if train else 'test'} files of {name} in {raw} are damaged: {error!r}. Delete the "
                f"folder {raw} and call download_full({name!r}) again."
            ) from error
        parts.append((X, y))
    return parts
