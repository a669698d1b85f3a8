"""The sets that come with the course, as arrays: flowers, three kinds of small images, a timeline, a text.

The test rows are the same for every seed (for images they come from the original test set), so that no choice made
under one seed has seen the test rows of another; the seed moves rows between train and validation only.
"""

from __future__ import annotations

import csv
import zipfile

import numpy as np

from labkit.datasets.dataset import Dataset, SealedTest
from labkit.datasets.folder import DataError, checked_path, entry_of
from labkit.datasets.split import split_rows


def load_iris(rng=0, *, validation=30, stratified=True, dtype=np.float64) -> Dataset:
    """Return the iris flowers: 150 rows of 4 lengths in cm, three species, 30 rows sealed as the test set.

    X: (n, 4)  y: (n,) int64 in 0..2

    rng: a Generator or a seed, decides train against validation. validation: rows (int) or share of the 120 (float);
    0 trains on all 120, the stratified 80/20 split. R. A. Fisher (1936); measured by E. Anderson.

    >>> load_iris()
    Dataset('iris': train (90, 4), validation (30, 4), float64, <sealed test set: 30 rows, opened 0 times>)
    """
    return _load("iris", rng, validation, stratified, lambda X: X.astype(dtype))


def load_digits(rng=0, *, validation=300, stratified=True, flatten=False, channel=False, dtype=np.float64) -> Dataset:
    """Return 1797 handwritten digits of 8x8 pixels, 360 of them sealed as the test set.

    X: (n, 8, 8), flatten: (n, 64), channel: (n, 1, 8, 8)  y: (n,) int64 in 0..9

    A float dtype scales the pixels from 0..16 to [0, 1]; an integer dtype keeps them. Alpaydin and Kaynak (1998).
    """
    return _load("digits", rng, validation, stratified, as_pixels("digits", flatten, channel, dtype))


def load_fashion(rng=0, *, validation=2000, stratified=True, flatten=False, channel=False, dtype=np.float32) -> Dataset:
    """Return 12,000 + 5,000 images of clothes, 28x28 grey pixels, ten kinds; the 5,000 are the sealed test set.

    X: (n, 28, 28), flatten: (n, 784), channel: (n, 1, 28, 28)  y: (n,) int64 in 0..9

    A float dtype scales the pixels from 0..255 to [0, 1]; an integer dtype keeps them. A stratified part of
    Fashion-MNIST (Xiao, Rasul, Vollgraf 2017); all of it: `download_full("fashion")`.
    """
    return _load("fashion", rng, validation, stratified, as_pixels("fashion", flatten, channel, dtype))


def load_mnist(rng=0, *, validation=2000, stratified=True, flatten=False, channel=False, dtype=np.float32) -> Dataset:
    """Return 10,000 + 5,000 handwritten digits of 28x28 grey pixels; the 5,000 are the sealed test set.

    X: (n, 28, 28), flatten: (n, 784), channel: (n, 1, 28, 28)  y: (n,) int64 in 0..9

    A float dtype scales the pixels from 0..255 to [0, 1]; an integer dtype keeps them. A stratified part of MNIST
    (LeCun, Cortes, Burges 1998); all of it: `download_full("mnist")`.
    """
    return _load("mnist", rng, validation, stratified, as_pixels("mnist", flatten, channel, dtype))


def load_timeline() -> list[dict]:
    """Return the field's history, one dict an event, in order of years.

    Keys: year (int), label, authors, paper, parameters and training_flop (float, or None where the paper gives
    none), note (where the number stands, or how it follows from what the paper gives).
    """
    path = checked_path("timeline")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["year"] = int(row["year"])
        for key in ("parameters", "training_flop"):
            row[key] = float(row[key]) if row[key] else None
    return rows


def load_text() -> str:
    """Return Hamlet and the Sonnets as one string of plain ASCII: about 270,000 characters, lines ended by \\n."""
    return checked_path("text").read_bytes().decode("ascii")


def as_pixels(name, flatten, channel, dtype):
    """Return the function that turns stored pixels (n, h, w) into the shape and dtype asked for."""
    if flatten and channel:
        raise ValueError("flatten and channel exclude each other: (n, h*w) or (n, 1, h, w)")
    scale = entry_of(name)["scale"]
    dtype = np.dtype(dtype)

    def convert(X):
        X = X.astype(dtype)
        if dtype.kind == "f":
            X /= dtype.type(scale)
        if flatten:
            return X.reshape(len(X), -1)
        return X[:, None] if channel else X

    return convert


def _load(name, rng, validation, stratified, convert) -> Dataset:
    entry = entry_of(name)
    try:
        with np.load(checked_path(name), allow_pickle=False) as arrays:
            X, y = arrays["X_train"], arrays["y_train"].astype(np.int64)
            X_test, y_test = arrays["X_test"], arrays["y_test"].astype(np.int64)
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        # the bytes are those of the manifest, so whoever rebuilt the file wrote another layout
        raise DataError(f"{entry['file']} does not hold X_train, y_train, X_test, y_test: {error}") from error
    kept, held = split_rows(y, validation, np.random.default_rng(rng), stratified=stratified)
    return Dataset(
        name,
        convert(X[kept]),
        y[kept],
        convert(X[held]),
        y[held],
        SealedTest(convert(X_test), y_test),
        tuple(entry["classes"]),
        tuple(entry.get("features", ())),
    )
