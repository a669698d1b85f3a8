"""The exercises of 12_lab_regression, in the order of its eight tasks; each of them stands on its own."""

from __future__ import annotations

from labkit.exercises import (
    ex12_activation,
    ex12_ceiling,
    ex12_classifier,
    ex12_classifier_training,
    ex12_data,
    ex12_depth,
    ex12_loss,
    ex12_network,
    ex12_optimizer,
    ex12_prediction,
    ex12_scores,
    ex12_split,
    ex12_stopping,
    ex12_training,
)

EXERCISES = (
    ex12_data.DATA,
    ex12_network.NETWORK,
    ex12_training.TRAIN,
    ex12_split.SPLIT,
    ex12_scores.SCORES,  # task 1
    ex12_ceiling.CEILING,  # task 2
    ex12_activation.ACTIVATION,  # task 3
    ex12_loss.L1,  # task 4
    ex12_optimizer.OPTIMIZER,  # task 5
    ex12_depth.BUILD,  # task 6
    ex12_stopping.STOPPED,  # task 7
    ex12_classifier.CLASSIFIER,
    ex12_classifier_training.TRAIN_CLASSIFIER,  # task 8
    ex12_prediction.PREDICT,  # all of it together
)
