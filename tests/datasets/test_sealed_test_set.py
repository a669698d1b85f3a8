"""The test set can be scored on, not looked at; every opening is counted and said."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

from labkit.datasets import Dataset, SealedTest, load_iris, split_dataset


@pytest.fixture
def data():
    X = np.arange(40.0).reshape(20, 2)
    return split_dataset("tiny", X, np.repeat([0, 1], 10), np.random.default_rng(0), test=5, validation=5)


def threshold(X):
    return (X[:, 0] >= 20).astype(int)


def test_a_score_is_the_metrics_value_on_rows_never_seen(data):
    seen = []
    assert data.final_score(lambda X: seen.append(X) or threshold(X)) == 1.0
    known = {tuple(row) for row in np.concatenate([data.X_train, data.X_validation])}
    assert len(seen[0]) == 5
    assert not {tuple(row) for row in seen[0]} & known
    zeros = data.final_score(lambda X: np.zeros(len(X)))
    assert zeros == pytest.approx(1 - threshold(seen[0]).mean())


def test_openings_are_counted_and_printed(data, capsys):
    assert data.openings == 0
    data.final_score(threshold)
    assert data.openings == 1
    assert capsys.readouterr().out == "tiny: test set opened 1 time: accuracy 1.0000 on 5 rows.\n"
    data.final_score(threshold)
    out = capsys.readouterr().out
    assert data.openings == 2
    assert "tiny: test set opened 2 times: accuracy 1.0000 on 5 rows. Only the first score" in out


def test_each_data_set_counts_for_itself(data):
    other = split_dataset("other", np.zeros((10, 1)), np.repeat([0, 1], 5), np.random.default_rng(0))
    data.final_score(threshold)
    assert (data.openings, other.openings) == (1, 0)


def test_copies_do_not_get_a_fresh_seal(data):
    data.final_score(threshold)
    assert dataclasses.replace(data, name="renamed").openings == 1
    assert copy.deepcopy(data).openings == 1
    again = pickle.loads(pickle.dumps(data))
    assert again.final_score(threshold) == 1.0
    assert again.openings == 2


def test_no_plain_attribute_reaches_the_test_rows(data):
    sealed = data.test
    arrays = [name for name in dir(sealed) if not name.startswith("_") and name not in ("openings", "score")]
    assert arrays == []
    assert not hasattr(data, "X_test")
    assert not hasattr(data, "y_test")
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.X_train = None


def test_repr_shows_sizes_and_no_values(data):
    assert repr(data) == (
        "Dataset('tiny': train (10, 2), validation (5, 2), float64, <sealed test set: 5 rows, opened 0 times>)"
    )
    data.final_score(threshold)
    assert repr(data.test) == "<sealed test set: 5 rows, opened 1 time>"
    assert "array" not in repr(data)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda X: np.zeros((len(X), 3)), r"got \(5, 3\): take argmax\(axis=1\)"),
        (lambda X: np.zeros((len(X), 1)), r"got \(5, 1\): take y_hat\[:, 0\]"),
        (lambda X: np.zeros(3), r"shape \(5,\), got \(3,\)"),
    ],
)
def test_a_wrong_shape_is_refused_and_costs_no_opening(data, answer, hint, capsys):
    with pytest.raises(ValueError, match=hint):
        data.final_score(answer)
    assert data.openings == 0
    assert capsys.readouterr().out == ""


def test_a_predict_that_fails_costs_no_opening(data):
    with pytest.raises(ZeroDivisionError):
        data.final_score(lambda X: 1 / 0)
    assert data.openings == 0


def test_a_predict_that_writes_into_its_input_does_not_spoil_the_next_score(data):
    def careless(X):
        y = threshold(X)
        X[:] = 0
        return y

    assert data.final_score(careless) == 1.0
    assert data.final_score(threshold) == 1.0


def test_an_unknown_metric_is_refused_with_the_known_ones(data):
    with pytest.raises(ValueError, match="'f1': expected one of accuracy, mse, mae, r2"):
        data.final_score(threshold, metric="f1")
    assert data.openings == 0


# y = 0, 2, 4 and y_hat = 1, 2, 2: errors 1, 0, -2; the squares of y about its mean 2 sum to 8
@pytest.mark.parametrize(("metric", "by_hand"), [("mse", 5 / 3), ("mae", 1.0), ("r2", 1 - 5 / 8), ("accuracy", 1 / 3)])
def test_metrics_agree_with_hand_sums(metric, by_hand):
    X, y = np.array([[0.0], [1], [2]]), np.array([0.0, 2, 4])
    data = Dataset("line", X, y, X, y, SealedTest(X, y))
    assert data.final_score(lambda X: np.array([1.0, 2, 2])[X[:, 0].astype(int)], metric) == pytest.approx(by_hand)


def test_a_metric_can_be_any_function(capsys):
    def confusion(y, y_hat):
        return np.histogram2d(y, y_hat, bins=3, range=[[0, 3], [0, 3]])[0].astype(int)

    iris = load_iris()
    table = iris.final_score(lambda X: np.zeros(len(X)), metric=confusion)
    assert table.tolist() == [[10, 0, 0], [10, 0, 0], [10, 0, 0]]
    assert capsys.readouterr().out == "iris: test set opened 1 time: confusion on 30 rows.\n"


def test_rows_without_labels_are_refused():
    with pytest.raises(ValueError, match="3 rows of X but 2 of y"):
        SealedTest(np.zeros((3, 1)), np.zeros(2))
