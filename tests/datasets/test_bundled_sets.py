"""The bundled sets are what their sources and the manifest say, and loading them is repeatable."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from labkit import datasets
from labkit.datasets import load_digits, load_fashion, load_iris, load_mnist, load_text, load_timeline, manifest

DATA = Path(__file__).resolve().parents[2] / "data"
LOADERS = {"iris": load_iris, "digits": load_digits, "fashion": load_fashion, "mnist": load_mnist}
COUNTS = {"iris": (120, 30), "digits": (1437, 360), "fashion": (12_000, 5_000), "mnist": (10_000, 5_000)}
SHAPES = {"iris": (4,), "digits": (8, 8), "fashion": (28, 28), "mnist": (28, 28)}

# SHA-256 of the original, unpacked files: MNIST's as published by LeCun, Fashion-MNIST's from Zalando's repository
ORIGINALS = {
    "mnist": {
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    "fashion": {
        "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    },
}


def stored(name):
    with np.load(DATA / f"{name}.npz") as arrays:
        return dict(arrays)


def rows(X):
    return {row.tobytes() for row in X}


def test_the_manifest_and_the_hashes_agree_for_every_file():
    checks = datasets.verify()
    assert [check.name for check in checks] == ["iris", "digits", "fashion", "mnist", "text", "timeline"]
    assert all(check.ok for check in checks), checks


def test_every_bundled_file_is_in_the_manifest_and_in_the_licences():
    named = {entry["file"] for entry in manifest().values()}
    made = {"manifest.json", "make_data.py", "LICENSES.md", ".gitattributes", ".gitignore"}
    present = {path.name for path in DATA.iterdir() if path.is_file()}
    assert present == named | made
    licences = (DATA / "LICENSES.md").read_text(encoding="utf-8")
    assert all(f"`{file}`" in licences for file in named)


def test_the_bundle_stays_under_15_megabytes():
    assert sum(entry["bytes"] for entry in manifest().values()) < 15_000_000


@pytest.mark.parametrize("name", manifest())
def test_each_entry_says_where_a_set_comes_from(name):
    entry = manifest()[name]
    for key in ("title", "origin", "licence", "counts", "shapes", "made_by"):
        assert key in entry
    assert re.fullmatch("[0-9a-f]{64}", entry["sha256"])
    assert entry["title"]
    assert entry["origin"]
    assert entry["licence"]


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_sources_were_the_original_files(name):
    sources = manifest()[name]["sources"]
    assert len(sources) == 4
    assert ORIGINALS[name].items() <= sources.items()


@pytest.mark.parametrize("name", LOADERS)
def test_counts_and_shapes_are_those_of_the_manifest(name):
    data, entry = stored(name), manifest()[name]
    assert (len(data["X_train"]), len(data["X_test"])) == COUNTS[name]
    assert (entry["counts"]["train"], entry["counts"]["test"]) == COUNTS[name]
    for key, shape in entry["shapes"].items():
        assert list(data[key].shape) == shape
    assert data["X_train"].shape[1:] == SHAPES[name]
    assert data["X_train"].dtype == (np.float64 if name == "iris" else np.uint8)


@pytest.mark.parametrize("name", LOADERS)
def test_no_test_row_equals_a_training_row(name):
    data = stored(name)
    assert not rows(data["X_train"]) & rows(data["X_test"])


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize("name", ["iris", "fashion"])
def test_iris_and_fashion_are_exactly_balanced(name, part):
    counts = np.bincount(stored(name)[f"y_{part}"])
    assert set(counts) == {counts.sum() // len(counts)}


def test_mnist_keeps_the_shares_of_the_original():
    # class counts of the 60,000 training digits, as published with the set
    original = np.array([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    counts = np.bincount(stored("mnist")["y_train"])
    assert np.all(np.abs(counts - original / 6) < 1)


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_small_sets_hold_the_rows_of_scikit_learn(name):
    sklearn_datasets = pytest.importorskip("sklearn.datasets")
    X, y = getattr(sklearn_datasets, f"load_{name}")(return_X_y=True)
    data = stored(name)
    seen = np.concatenate([data["rows_train"], data["rows_test"]])
    assert sorted(seen) == list(range(len(y)))
    for part in ("train", "test"):
        at = data[f"rows_{part}"]
        np.testing.assert_array_equal(data[f"X_{part}"].reshape(len(at), -1), X[at])
        np.testing.assert_array_equal(data[f"y_{part}"], y[at])


@pytest.mark.parametrize("name", LOADERS)
def test_a_seed_names_a_split(name):
    one, same, other = (LOADERS[name](rng) for rng in (3, np.random.default_rng(3), 4))
    np.testing.assert_array_equal(one.X_train, same.X_train)
    np.testing.assert_array_equal(one.y_validation, same.y_validation)
    assert not np.array_equal(one.X_validation, other.X_validation)


@pytest.mark.parametrize("name", LOADERS)
def test_train_and_validation_together_are_the_training_rows_once(name):
    data, made = stored(name), LOADERS[name](0, dtype=stored(name)["X_train"].dtype)
    together = np.concatenate([made.X_train, made.X_validation])
    order = np.lexsort(together.reshape(len(together), -1).T)
    expected = np.lexsort(data["X_train"].reshape(len(together), -1).T)
    np.testing.assert_array_equal(together[order], data["X_train"][expected])
    labels = np.concatenate([made.y_train, made.y_validation])
    assert np.array_equal(np.sort(labels), np.sort(data["y_train"]))


@pytest.mark.parametrize("name", LOADERS)
def test_labels_stay_with_their_images(name):
    data, made = stored(name), LOADERS[name](5, dtype=stored(name)["X_train"].dtype)
    label = {row.tobytes(): y for row, y in zip(data["X_train"], data["y_train"], strict=True)}
    assert [label[row.tobytes()] for row in made.X_train] == list(made.y_train)
    assert [label[row.tobytes()] for row in made.X_validation] == list(made.y_validation)


@pytest.mark.parametrize("name", LOADERS)
def test_the_test_rows_do_not_depend_on_the_seed(name, capsys):
    seen = []
    for seed in (0, 1):
        data = LOADERS[name](seed)
        data.final_score(lambda X: seen.append(X) or np.zeros(len(X)))
    np.testing.assert_array_equal(seen[0], seen[1])
    assert "opened 1 time" in capsys.readouterr().out


@pytest.mark.parametrize("name", LOADERS)
def test_validation_is_stratified_and_can_be_turned_off_or_left_out(name):
    data = LOADERS[name](0)
    share = np.bincount(data.y_train) * len(data.y_validation) / len(data.y_train)
    assert np.all(np.abs(np.bincount(data.y_validation) - share) < 1.5)
    loose = LOADERS[name](0, stratified=False)
    assert len(loose.y_validation) == len(data.y_validation)
    assert not np.array_equal(loose.X_validation, data.X_validation)
    everything = LOADERS[name](0, validation=0)
    assert (len(everything.y_train), len(everything.y_validation)) == (COUNTS[name][0], 0)
    assert len(LOADERS[name](0, validation=0.25).y_validation) == round(COUNTS[name][0] / 4)


@pytest.mark.parametrize("name", ["digits", "fashion", "mnist"])
def test_images_come_in_the_shape_and_dtype_asked_for(name):
    load, (h, w) = LOADERS[name], SHAPES[name]
    assert load().X_train.shape[1:] == (h, w)
    assert load(flatten=True).X_train.shape[1:] == (h * w,)
    assert load(channel=True).X_validation.shape[1:] == (1, h, w)
    with pytest.raises(ValueError, match="exclude each other"):
        load(flatten=True, channel=True)
    scaled, raw = load(dtype=np.float32), load(dtype=np.uint8)
    assert (scaled.X_train.dtype, raw.X_train.dtype) == (np.float32, np.uint8)
    assert (scaled.X_train.min(), scaled.X_train.max()) == (0, 1)
    np.testing.assert_allclose(scaled.X_train * manifest()[name]["scale"], raw.X_train, atol=1e-4)


def test_names_of_classes_and_features_come_along():
    iris = load_iris()
    assert iris.class_names == ("setosa", "versicolor", "virginica")
    assert len(iris.feature_names) == 4
    assert load_fashion().class_names[9] == "Ankle boot"


def test_the_text_is_ascii_with_both_works():
    text = load_text()
    assert len(text) == manifest()["text"]["counts"]["characters"] < 300_000
    assert len(set(text)) == manifest()["text"]["counts"]["distinct"]
    assert "To be, or not to be" in text
    assert "From fairest creatures we desire increase" in text
    assert "\r" not in text
    assert "utenberg" not in text


def test_the_timeline_holds_the_promised_events_with_papers_and_numbers():
    events = load_timeline()
    assert list(events[0]) == ["year", "label", "authors", "paper", "parameters", "training_flop", "note"]
    years = [event["year"] for event in events]
    assert years == sorted(years)
    assert set(years) == {1958, 1969, 1986, 1989, 1997, 1998, 2006, 2010, 2012, 2014, 2015, 2017, 2020}
    assert (years.count(2006), years.count(2014), years.count(2015)) == (2, 3, 2)
    by_label = {event["label"]: event for event in events}
    assert all(event["authors"] and event["paper"] for event in events)
    assert by_label["GPT-3"]["training_flop"] == 3.14e23
    assert by_label["Transformer (big)"]["parameters"] == 213e6
    assert by_label["Perceptron"]["parameters"] is None
    for event in events:
        for key in ("parameters", "training_flop"):
            if event[key] is not None:  # a number without its place in the paper is hearsay
                assert f"{key}: stated" in event["note"] or f"{key}: implied" in event["note"], event


def test_the_timelines_implied_numbers_follow_from_what_the_notes_say():
    by_label = {event["label"]: event for event in load_timeline()}
    assert by_label["LeNet (zip codes)"]["training_flop"] == pytest.approx(6 * 64_660 * 23 * 7291, rel=0.01)
    assert by_label["LeNet-5"]["training_flop"] == pytest.approx(6 * 340_908 * 20 * 60_000, rel=0.02)
    assert by_label["Layer-wise pre-training"]["parameters"] == 784 * 500 + 500 * 500 + 510 * 2000


def test_the_manifest_is_written_the_way_the_script_writes_it():
    text = (DATA / "manifest.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"
