"""The experiments on tuning measure what they say, at the cost they say, and give the same wherever they run."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from labkit.experiments import choosing, contest, search, tuning
from labkit.reference.halving import successive_halving
from labkit.reference.random_search import random_search
from labkit.reference.range_test import learning_rate_range_test
from labkit.reference.search_space import grid, sample_log_uniform

TOOLS = {
    "grid": grid,
    "sample_log_uniform": sample_log_uniform,
    "random_search": random_search,
    "successive_halving": successive_halving,
}


def some_configs(n, seed=0):
    rng = np.random.default_rng(seed)
    return [tuning.draw(rng) for _ in range(n)]


# ---------------------------------------------------------------------------------------------------- the problem


def test_no_row_has_two_roles():
    data = tuning.problem(0)
    rows = [row.tobytes() for part in (data.X, data.X_validation, data.X_referee) for row in part]
    assert (len(data.X), len(data.X_validation), len(data.X_referee)) == (300, 400, 737)
    assert len(set(rows)) == len(rows)


def test_a_training_in_two_parts_is_the_training_in_one():
    data = tuning.problem(0)
    whole, parts = (tuning.Training({}, data.X, data.y, np.random.default_rng(1)) for _ in range(2))
    whole.to(4)
    parts.to(1).to(3).to(4)
    assert np.array_equal(whole.network.theta, parts.network.theta)
    assert parts.to(2).epochs == 4


def test_a_training_that_diverges_scores_like_guessing():
    scores = tuning.objective({"lr": 10.0}, np.random.default_rng(0), epochs=2)
    assert scores["validation"] < 0.3
    assert set(scores) == {"training", "validation", "epoch 1"}


def test_draws_lie_in_the_space():
    for config in some_configs(200):
        assert all(tuning.SPACE[name][0] <= config[name] <= tuning.SPACE[name][1] for name in tuning.SPACE)
    assert {config["depth"] for config in some_configs(200)} == {1, 2, 3, 4}


def test_sweep_and_pairs_agree_where_they_do_the_same():
    swept = tuning.sweep("lr", [0.03, 0.1], [0, 1], epochs=2)
    pairs = tuning.rates_by_batch([0.03, 0.1], [32], [0, 1], epochs=2)
    assert np.array_equal(swept[..., 1], pairs[:, 0])


def test_the_growing_rate_fits_the_exercise():
    rates, losses, suggestion = learning_rate_range_test(tuning.growing_rate(0), 1e-4, 10.0, 80)
    assert len(rates) == len(losses) < 80
    assert 0.005 < suggestion < 0.3


# ------------------------------------------------------------------------------------------------------ the runner


@pytest.fixture(scope="module")
def small():
    return functools.partial(tuning.objective, seed=1, epochs=1)


@pytest.fixture(scope="module")
def here(small):
    return search.run(some_configs(4), small, np.random.default_rng(7))


def test_running_here_is_the_random_search_of_the_exercise(small):
    _, _, trials = random_search(small, tuning.draw, 4, np.random.default_rng(3))
    rng = np.random.default_rng(3)
    configs = [tuning.draw(rng) for _ in range(4)]
    assert [config for config, _ in trials] == configs
    assert [scores for _, scores in trials] == search.run(configs, small, rng)


def test_processes_give_the_same(small, here):
    assert search.run(some_configs(4), small, np.random.default_rng(7), "processes") == here


def test_a_cluster_gives_the_same_by_client_and_by_address(small, here):
    distributed = pytest.importorskip("distributed")
    from dask import config

    with (
        config.set({"distributed.worker.daemon": False, "distributed.admin.large-graph-warning-threshold": "1GB"}),
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, protocol="tcp", host="127.0.0.1"
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        assert search.run(some_configs(4), small, np.random.default_rng(7), client) == here
        assert cluster.scheduler_address.startswith("tcp://")
        assert search.run(some_configs(4), small, np.random.default_rng(7), cluster.scheduler_address) == here


def test_another_scheduler_is_refused_with_what_there_is():
    with pytest.raises(ValueError, match='None, "processes", an address'):
        search.run([], tuning.objective, np.random.default_rng(0), "threads")


# ----------------------------------------------------------------------------------------------------- the contest


@pytest.mark.parametrize("name", contest.SEARCHES)
def test_a_search_spends_its_budget_and_no_more(name, monkeypatch):
    monkeypatch.setattr(tuning.Training, "_epoch", lambda self: None)  # the network stays as it was drawn
    (result,) = contest.compare([0], TOOLS, [name]).values()
    assert result.spent.tolist() == [contest.BUDGET]
    assert sum(result.costs[0]) == contest.BUDGET
    assert result.begun[0] == len(result.configs[0])
    assert (np.diff(result.best_so_far[0]) >= 0).all()
    assert result.best_so_far[0, -1] == result.validation[0]


def test_halving_pays_only_for_new_epochs():
    meter = contest.Meter(0)
    run = meter.begin({}, np.random.default_rng(0))
    run.score(1)
    run.score(3)
    run.score(3)
    assert (meter.spent, meter.costs) == (3, [3])
    assert [event[0] for event in meter.events] == [1, 3, 3]


# ------------------------------------------------------------------------------------------------------- choosing


def test_the_grid_has_three_values_of_each_setting_and_random_points_have_all_different():
    rng = np.random.default_rng(0)
    even, odd = choosing.points_of("grid", 2, rng), choosing.points_of("random", 2, rng)
    assert even.shape == odd.shape == (9, 2)
    assert [len(np.unique(even[:, i])) for i in range(2)] == [3, 3]
    assert len(np.unique(odd[:, 0])) == 9


def test_the_best_found_is_1_only_at_the_peak():
    peak = np.array([0.5, 0.5])
    assert choosing.bump(peak[None], peak, np.ones(2)) == 1
    assert choosing.bump(np.array([[0.5, 0.9]]), peak, np.array([1.0, 0.0])) == 1
    assert choosing.bump(np.array([[0.5, 0.9]]), peak, np.ones(2)) < 0.01


def test_importance_finds_the_setting_that_decides():
    configs = some_configs(40)
    shares = choosing.importance(configs, [config["depth"] for config in configs])
    assert shares["depth"] > 0.9
    assert sum(shares.values()) == pytest.approx(1)


def test_rank_correlation_by_hand():
    assert choosing.rank_correlation([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
    assert choosing.rank_correlation([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    assert choosing.rank_correlation([1, 2, 3], [1, 3, 2]) == pytest.approx(0.5)  # 1 - 6 * 2 / (3 * 8)


def test_folds_leave_out_each_row_once_and_the_winner_gets_all(monkeypatch):
    made = []

    class Seen(tuning.Training):
        def __init__(self, config, X, y, rng):
            super().__init__(config, X, y, rng)
            made.append({row.tobytes() for row in X})

    monkeypatch.setattr(choosing, "Training", Seen)
    choosing.small_choice(0, 2, 5, epochs=1)
    everything = made[-1]
    assert len(everything) == choosing.SMALL
    assert len(made) == 2 * 5 + 1
    left_out = [everything - rows for rows in made[:5]]
    assert sorted(map(len, left_out)) == [20] * 5
    assert set.union(*left_out) == everything


def test_a_small_choice_scores_and_judges_by_other_rows():
    score, accuracy = choosing.small_choice(0, 2, 1, epochs=2)
    assert 0 <= score <= 1
    assert score == pytest.approx(round(score * 20) / 20)
    assert accuracy == pytest.approx(round(accuracy * 1337) / 1337)
