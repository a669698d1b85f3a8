"""The exercises of 10_evaluation: scores of classes and of numbers, an interval, and the ways to hold rows out."""

from __future__ import annotations

from labkit.exercises import (
    ex10_bootstrap,
    ex10_confusion,
    ex10_folds,
    ex10_regression,
    ex10_scores,
    ex10_stratified,
)

EXERCISES = (
    ex10_confusion.CONFUSION,
    ex10_scores.SCORES,
    ex10_regression.R2,
    ex10_bootstrap.BOOTSTRAP,
    ex10_folds.KFOLD,
    ex10_stratified.STRATIFIED,
)
