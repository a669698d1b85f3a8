"""Contest of 11_tuning: five ways to search, on one problem, each with the same number of epochs to spend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from labkit.experiments.tuning import EPOCHS, RUNGS, SPACE, Training, draw, problem

N_TRIALS = 24  # full trainings that the budget pays for
BUDGET = N_TRIALS * EPOCHS  # epochs
CURVE = np.arange(EPOCHS, BUDGET + 1, EPOCHS)  # where the curves of the contest have their points


@dataclass
class Meter:
    """Counts the epochs that a search spends, and remembers each measurement in order."""

    seed: int
    spent: int = 0
    events: list[tuple[int, float, float]] = field(default_factory=list)  # (spent, validation, referee)
    costs: list[int] = field(default_factory=list)  # epochs of each training that was begun
    configs: list[dict[str, Any]] = field(default_factory=list)  # and its config

    def begin(self, config: Mapping[str, Any], rng: np.random.Generator) -> Metered:
        """Return a new training whose epochs are counted."""
        data = problem(self.seed)
        self.costs.append(0)
        self.configs.append(dict(config))
        return Metered(self, len(self.costs) - 1, Training(config, data.X, data.y, rng))


@dataclass
class Metered:
    """One training of a search."""

    meter: Meter
    number: int
    training: Training

    def score(self, epochs: int) -> float:
        """Return the validation accuracy after so many epochs; only those that are not done yet are paid for."""
        data, due = problem(self.meter.seed), max(0, epochs - self.training.epochs)
        self.training.to(epochs)
        self.meter.spent += due
        self.meter.costs[self.number] += due
        validation = self.training.accuracy(data.X_validation, data.y_validation)
        self.meter.events.append((self.meter.spent, validation, self.training.accuracy(data.X_referee, data.y_referee)))
        return validation


# ----------------------------------------------------------------------------------------------------- searches


def by_grid(meter: Meter, rng: np.random.Generator, tools: Mapping[str, Callable]) -> None:
    """Search a grid of 3 rates and 2 values of all else; where in its range it lies is chance, as it is in life."""
    counts = {"lr": 3, "l2": 2, "width": 2}
    values: dict[str, Any] = {}
    for name, n in counts.items():
        low, high = np.log(SPACE[name])
        values[name] = np.exp(low + (high - low) * (np.arange(n) + rng.random()) / n)
    values["width"] = [round(width) for width in values["width"]]
    values["depth"] = [1, 3]
    configs = tools["grid"](values)
    for config, child in zip(configs, rng.spawn(len(configs)), strict=True):
        meter.begin(config, child).score(EPOCHS)


def by_chance(meter: Meter, rng: np.random.Generator, tools: Mapping[str, Callable]) -> None:
    """Search at random."""

    def objective(config: Mapping[str, Any], child: np.random.Generator) -> dict[str, float]:
        return {"validation": meter.begin(config, child).score(EPOCHS)}

    tools["random_search"](objective, lambda rng: draw(rng, tools["sample_log_uniform"]), N_TRIALS, rng)


def by_halving(meter: Meter, rng: np.random.Generator, tools: Mapping[str, Callable]) -> None:
    """Search by tournaments of 27, whose survivors go on training from where they were: 81 epochs each."""
    while meter.spent < BUDGET:
        configs = [draw(rng, tools["sample_log_uniform"]) for _ in range(27)]
        runs = [meter.begin(config, child) for config, child in zip(configs, rng.spawn(27), strict=True)]
        tools["successive_halving"](runs, lambda run, budget: run.score(budget), RUNGS[0], eta=3)


def by_tpe(meter: Meter, rng: np.random.Generator, tools: Mapping[str, Callable]) -> None:
    """Search by Optuna's TPE: each trial runs to its end."""
    _optuna(meter, rng, prune=False)


def by_tpe_pruned(meter: Meter, rng: np.random.Generator, tools: Mapping[str, Callable]) -> None:
    """Search by Optuna's TPE, and give up a trial that is behind the median of the others on a rung."""
    _optuna(meter, rng, prune=True)


def _optuna(meter: Meter, rng: np.random.Generator, *, prune: bool) -> None:
    study = study_of(rng, prune=prune)
    while meter.spent + (1 if prune else EPOCHS) <= BUDGET:
        trial = study.ask()
        run = meter.begin(suggest(trial), rng.spawn(1)[0])
        state = None
        for rung in RUNGS if prune else (EPOCHS,):
            score = run.score(min(rung, run.training.epochs + BUDGET - meter.spent))
            trial.report(score, rung)
            if rung < EPOCHS and trial.should_prune():
                state = _pruned()
                break
        study.tell(trial, None if state else score, state)


def study_of(rng: np.random.Generator, *, prune: bool = False) -> Any:
    """Return an Optuna study in memory, with a seeded sampler, that says nothing while it works."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=int(rng.integers(2**31)))
    pruner = optuna.pruners.MedianPruner() if prune else optuna.pruners.NopPruner()
    return optuna.create_study(direction="maximize", sampler=sampler, pruner=pruner)


def suggest(trial: Any) -> dict[str, Any]:
    """Return the config that an Optuna trial proposes, out of SPACE."""
    return {
        "lr": trial.suggest_float("lr", *SPACE["lr"], log=True),
        "l2": trial.suggest_float("l2", *SPACE["l2"], log=True),
        "width": trial.suggest_int("width", *map(int, SPACE["width"]), log=True),
        "depth": trial.suggest_int("depth", *map(int, SPACE["depth"])),
    }


def _pruned() -> Any:
    import optuna

    return optuna.trial.TrialState.PRUNED


SEARCHES: Mapping[str, Callable[[Meter, np.random.Generator, Mapping[str, Callable]], None]] = {
    "grid": by_grid,
    "random": by_chance,
    "halving": by_halving,
    "TPE": by_tpe,
    "TPE, pruned": by_tpe_pruned,
}

# ------------------------------------------------------------------------------------------------------ results


@dataclass(frozen=True, eq=False)
class Result:
    """What the searches found: over n_seeds seeds, and the points of CURVE."""

    best_so_far: np.ndarray  # (n_seeds, n_points) validation accuracy of the best network so far
    validation: np.ndarray  # (n_seeds,) of the network chosen in the end
    referee: np.ndarray  # (n_seeds,) of the same network, on rows that had no say
    spent: np.ndarray  # (n_seeds,) epochs
    begun: np.ndarray  # (n_seeds,) trainings that were begun
    costs: tuple[tuple[int, ...], ...]  # epochs of every training, one tuple a seed
    configs: tuple[tuple[dict[str, Any], ...], ...]  # and their configs


def compare(
    seeds: Iterable[int], tools: Mapping[str, Callable], names: Iterable[str] = tuple(SEARCHES), bar: Callable = iter
) -> dict[str, Result]:
    """Return {search: Result}.  A seed stands for a choice of digits and for all the luck of a search.

    tools: grid, sample_log_uniform, random_search, successive_halving.  bar: wraps the names, such as tqdm.
    """
    seeds = tuple(seeds)
    results = {}
    for name in bar(names):
        meters = [Meter(seed) for seed in seeds]
        for meter in meters:
            SEARCHES[name](meter, np.random.default_rng([meter.seed, list(SEARCHES).index(name)]), tools)
        results[name] = _result(meters)
    return results


def _result(meters: list[Meter]) -> Result:
    events = [np.array(meter.events) for meter in meters]
    chosen = [e[e[:, 1].argmax()] for e in events]
    return Result(
        np.array([[e[e[:, 0] <= point, 1].max(initial=0) for point in CURVE] for e in events]),
        np.array([e[1] for e in chosen]),
        np.array([e[2] for e in chosen]),
        np.array([meter.spent for meter in meters]),
        np.array([len(meter.costs) for meter in meters]),
        tuple(tuple(meter.costs) for meter in meters),
        tuple(tuple(meter.configs) for meter in meters),
    )
