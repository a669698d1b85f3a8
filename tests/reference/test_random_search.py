"""The validation score decides, and no trial's training changes another trial."""

import numpy as np

from labkit.reference.random_search import random_search


def sample(rng):
    return {"x": float(rng.uniform())}


def objective(config, rng):
    luck = float(rng.normal())
    return {
        "training": config["x"],
        "validation": -abs(config["x"] - 0.5),
        "test": -abs(config["x"] - 0.1),
        "luck": luck,
    }


def test_the_validation_score_decides():
    config, score, trials = random_search(objective, sample, 50, np.random.default_rng(0))
    xs = np.array([c["x"] for c, _ in trials])
    assert config["x"] == xs[np.abs(xs - 0.5).argmin()]
    assert score == -np.abs(xs - 0.5).min()
    assert len(trials) == 50


def test_scores_below_0_can_win_and_ties_go_to_the_first():
    def tied(config, rng):
        return {"validation": -1.0}

    config, score, trials = random_search(tied, sample, 4, np.random.default_rng(0))
    assert (config, score) == (trials[0][0], -1.0)


def test_every_trial_has_luck_of_its_own_and_can_be_run_again_alone():
    _, _, trials = random_search(objective, sample, 8, np.random.default_rng(5))
    assert len({scores["luck"] for _, scores in trials}) == 8
    child = np.random.default_rng(5).spawn(8)[6]
    assert objective(trials[6][0], child) == trials[6][1]


def test_what_a_trial_draws_changes_no_other_trial():
    def greedy(config, rng):
        rng.normal(size=int(100 * config["x"]))
        return objective(config, rng)

    one, other = (random_search(f, sample, 6, np.random.default_rng(2))[2] for f in (objective, greedy))
    assert [c for c, _ in one] == [c for c, _ in other]
