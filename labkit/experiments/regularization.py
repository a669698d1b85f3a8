"""Experiments of 08_regularization: digits with wrong labels learned by heart, and what each cure does about it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from labkit.datasets import load_digits
from labkit.reference.label_smoothing import smooth_labels
from labkit.reference.layered_network import Network
from labkit.reference.layers import BatchNorm, Dense, Dropout, LayerNorm, ReLU
from labkit.reference.minibatches import minibatches
from labkit.reference.optim import Adam
from labkit.reference.training import evaluate, train_step

N_TRAIN, SHARE_WRONG = 160, 0.2
EPOCHS, BATCH_SIZE, LR = 150, 32, 2e-3
N_CLASSES, N_PIXELS = 10, 64


@dataclass(frozen=True, eq=False)
class NoisyDigits:
    """A few digits, some with a wrong label, and many clean ones to measure by."""

    X: np.ndarray  # (n, 64)
    y: np.ndarray  # (n,), as they are given
    y_true: np.ndarray  # (n,), as they should be
    X_validation: np.ndarray
    y_validation: np.ndarray

    @property
    def wrong(self) -> np.ndarray:
        """Which labels are wrong: (n,) booleans."""
        return self.y != self.y_true


@functools.lru_cache(maxsize=64)
def noisy_digits(seed: int, n: int = N_TRAIN, share_wrong: float = SHARE_WRONG) -> NoisyDigits:
    """Return n training digits of which a share has a random wrong label, and 300 clean validation digits.

    The same arguments give the same object, whose arrays cannot be changed: what was trained on it is known by it.
    """
    data = load_digits(seed, validation=300, flatten=True)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(data.X_train))[:n]
    y = data.y_train[rows].copy()
    flipped = rng.permutation(n)[: round(share_wrong * n)]
    y[flipped] = (y[flipped] + rng.integers(1, N_CLASSES, len(flipped))) % N_CLASSES
    arrays = [data.X_train[rows], y, data.y_train[rows], data.X_validation.copy(), data.y_validation.copy()]
    for array in arrays:
        array.flags.writeable = False
    return NoisyDigits(*arrays)


# ------------------------------------------------------------------------------------------------------- the cures


@dataclass(frozen=True)
class Cure:
    """What is done against overfitting; as it stands, nothing.  The names are those of the lesson."""

    width: int = 64
    l1: float = 0.0
    l2: float = 0.0
    p: float = 0.0  # of dropping a hidden unit
    norm: str = ""  # "batch" or "layer"
    epsilon: float = 0.0  # of label smoothing
    noise: float = 0.0  # standard deviation added to the pixels, new in every epoch
    shift: bool = False  # move images by up to a pixel, anew in every epoch
    keep_best: bool = False  # give back the parameters with the lowest validation loss
    members: int = 1  # networks whose probabilities are averaged


# The strengths were chosen by validation accuracy on the seeds 100 to 102, which no table or figure shows.
CURES: Mapping[str, Cure] = {
    "nothing": Cure(),
    "L2": Cure(l2=0.03),
    "L1": Cure(l1=0.005),
    "elastic net": Cure(l1=0.002, l2=0.02),
    "dropout": Cure(p=0.5),
    "batch norm": Cure(norm="batch"),
    "layer norm": Cure(norm="layer"),
    "early stopping": Cure(keep_best=True),
    "augmentation": Cure(shift=True),
    "label smoothing": Cure(epsilon=0.2),
    "input noise": Cure(noise=0.4),
    "ensemble of 5": Cure(members=5),
    "smaller model": Cure(width=16),
    "dropout + L2": Cure(p=0.3, l2=0.01),
    "noise + batch norm": Cure(noise=0.4, norm="batch"),
    "noise + early stopping": Cure(noise=0.4, keep_best=True),
    "noise + ensemble of 5": Cure(noise=0.4, members=5),
    "eight at once": Cure(l1=0.0005, l2=0.003, p=0.2, norm="batch", epsilon=0.1, noise=0.4, shift=True, keep_best=True),
}

TOGETHER = tuple(name for name in CURES if "+" in name or name == "eight at once")


def build(cure: Cure, rng: np.random.Generator) -> Network:
    """Return an untrained network with two hidden layers, and the layers that the cure asks for."""
    layers: list = []
    d_in = N_PIXELS
    for _ in range(2):
        layers.append(Dense(d_in, cure.width, rng))
        if cure.norm:
            layers.append({"batch": BatchNorm, "layer": LayerNorm}[cure.norm](cure.width))
        layers.append(ReLU())
        if cure.p:
            layers.append(Dropout(cure.p, rng))
        d_in = cure.width
    return Network([*layers, Dense(d_in, N_CLASSES, rng)], dtype=np.float32)


def shifted(X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return flat 8x8 images of which half are moved by one pixel, up, down, left or right; the gap is black."""
    padded = np.pad(X.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (8, 8), axis=(1, 2))
    moves = np.array([(1, 1)] * 4 + [(0, 1), (2, 1), (1, 0), (1, 2)])[rng.integers(0, 8, len(X))]
    return windows[np.arange(len(X)), moves[:, 0], moves[:, 1]].reshape(len(X), -1)


def epoch_rows(X: np.ndarray, cure: Cure, rng: np.random.Generator) -> np.ndarray:
    """Return the rows as this epoch sees them: moved, or with noise, or as they are."""
    if cure.shift:
        X = shifted(X, rng)
    return X + cure.noise * rng.standard_normal(X.shape) if cure.noise else X


@dataclass(frozen=True, eq=False)
class Run:
    """A trained network and its story: the losses without dropout and the like, after each epoch."""

    network: Network
    training_loss: np.ndarray
    validation_loss: np.ndarray
    validation_accuracy: np.ndarray


def train_cured(
    data: NoisyDigits, cure: Cure, rng: np.random.Generator, epochs: int = EPOCHS, *, watch: bool = True
) -> Run:
    """Return one network trained on the noisy labels with this cure; without ``watch`` its curves stay empty.

    Measuring after each epoch takes about as long as the epoch: early stopping needs it, most tables do not.
    """
    network, optimizer = build(cure, rng), Adam(LR)
    targets = smooth_labels(data.y, N_CLASSES, cure.epsilon) if cure.epsilon else data.y
    story: list[tuple[float, float, float]] = []
    best, kept = np.inf, network.state
    for _ in range(epochs):
        X = epoch_rows(data.X, cure, rng)
        for X_batch, y_batch in minibatches(X, targets, BATCH_SIZE, rng):
            train_step(network, optimizer, X_batch, y_batch, l1=cure.l1, l2=cure.l2)
        if not (watch or cure.keep_best):
            continue
        at_rest = evaluate(network, data.X_validation, data.y_validation)
        training = evaluate(network, data.X, data.y)["validation_loss"]
        story.append((training, at_rest["validation_loss"], at_rest["validation_accuracy"]))
        if cure.keep_best and story[-1][1] < best:
            best, kept = story[-1][1], [array.copy() for array in network.state]
    if cure.keep_best:
        for array, value in zip(network.state, kept, strict=True):
            array[...] = value
    return Run(network, *np.reshape(story, (-1, 3)).T)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the probabilities of each row of logits."""
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def members(data: NoisyDigits, cure: Cure, seed: int, epochs: int = EPOCHS, *, watch: bool = False) -> list[Run]:
    """Return the runs of a cure: one, or as many as the ensemble has members, each with first weights of its own.

    Sections and table ask for many of the same trainings, so each is done once and kept: look at the networks, do not change them.
    """
    single = replace(cure, members=1)
    return [_member(data, single, seed, k, epochs, watch) for k in range(cure.members)]


@functools.lru_cache(maxsize=512)
def _member(data: NoisyDigits, cure: Cure, seed: int, k: int, epochs: int, watch: bool) -> Run:
    return train_cured(data, cure, np.random.default_rng([seed, k]), epochs, watch=watch)


def probabilities(runs: Sequence[Run], X: np.ndarray) -> np.ndarray:
    """Return the mean of the networks' probabilities: (n, 10)."""
    return np.mean([softmax(run.network.forward(X)) for run in runs], axis=0)


def confidence(runs: Sequence[Run], X: np.ndarray) -> float:
    """Return the mean of the probability that the networks give to the class they choose."""
    return float(probabilities(runs, X).max(axis=1).mean())


SCORES = ("validation accuracy", "validation loss", "training accuracy", "wrong labels learned")


def scores(runs: Sequence[Run], data: NoisyDigits) -> tuple[float, ...]:
    """Return the numbers named in SCORES; the last is the share of wrong labels that are given back as they are."""
    valid, train = probabilities(runs, data.X_validation), probabilities(runs, data.X)
    at_label = valid[np.arange(len(valid)), data.y_validation]
    learned = train.argmax(axis=1) == data.y
    return (
        float((valid.argmax(axis=1) == data.y_validation).mean()),
        float(-np.log(np.maximum(at_label, 1e-12)).mean()),
        float(learned.mean()),
        float(learned[data.wrong].mean()),
    )


def ablation(
    seeds: Iterable[int], names: Iterable[str] = tuple(CURES), epochs: int = EPOCHS, bar: Callable = iter
) -> dict[str, np.ndarray]:
    """Return {cure: (n_seeds, 4)}: SCORES of each cure; a seed stands for a data set and for first weights.

    bar: a function that wraps the names, such as tqdm.
    """
    sets = {seed: noisy_digits(seed) for seed in seeds}
    return {
        name: np.array([scores(members(data, CURES[name], s, epochs), data) for s, data in sets.items()])
        for name in bar(names)
    }


def with_strength(what: str, value: Any) -> Cure:
    """Return the cure of which one field has this value, and which else does nothing."""
    return Cure(**{what: value})


def sweep(values: Sequence[float], what: str, seeds: Iterable[int], epochs: int = EPOCHS) -> np.ndarray:
    """Return (n_seeds, n_values, 4): SCORES for each value of one field of Cure, all else left alone."""
    sets = {seed: noisy_digits(seed) for seed in seeds}
    return np.array(
        [
            [scores(members(data, with_strength(what, value), s, epochs), data) for value in values]
            for s, data in sets.items()
        ]
    )


def all_weights(run: Run) -> np.ndarray:
    """Return the sizes of all weights, without biases, from the largest to the smallest."""
    return np.sort(np.concatenate([np.abs(w).ravel() for w, _ in run.network.weights]))[::-1]


def pruned_accuracy(run: Run, data: NoisyDigits, share: float) -> float:
    """Return the validation accuracy when only this share of the weights, the largest, is kept; the run stays as it is."""
    weights = [w for w, _ in run.network.weights]
    limit = np.quantile(np.concatenate([np.abs(w).ravel() for w in weights]), 1 - share)
    before = [w.copy() for w in weights]
    for w in weights:
        w[np.abs(w) < limit] = 0
    accuracy = float((run.network.forward(data.X_validation).argmax(axis=1) == data.y_validation).mean())
    for w, value in zip(weights, before, strict=True):
        w[...] = value
    return accuracy


# ------------------------------------------------------------------------------------------------- early stopping


def pieces(seed: int) -> tuple[Callable, Callable, Callable, list[np.ndarray]]:
    """Return (train_epoch, training_loss, validation_loss, params) of an uncured network, for a loop of one's own."""
    data, rng = noisy_digits(seed), np.random.default_rng([seed, 0])
    network, optimizer = build(Cure(), rng), Adam(LR)

    def train_epoch(params: list[np.ndarray]) -> None:
        for X_batch, y_batch in minibatches(data.X, data.y, BATCH_SIZE, rng):
            train_step(network, optimizer, X_batch, y_batch)

    def training_loss(params: list[np.ndarray]) -> float:
        return evaluate(network, data.X, data.y)["validation_loss"]

    def validation_loss(params: list[np.ndarray]) -> float:
        return evaluate(network, data.X_validation, data.y_validation)["validation_loss"]

    return train_epoch, training_loss, validation_loss, network.params
