"""When to stop: the loss has not moved for a while.

Sources: L. Prechelt, Early stopping, but when? (1998). His criteria watch a validation loss; this one, simpler, watches
any list of losses, and asks only whether it still moves.
"""


def stopped_epoch(losses, tolerance=1e-2, patience=5):
    """Return the epoch at which a training with these losses would stop, counted from 1, or None if it never stops.

    losses: (n_epochs,), the loss of epochs 1, 2, ...  ->  epoch: int or None

    An epoch is *still* when its loss differs from that of the epoch before by at most tolerance, up or down; the first
    epoch, which has none before it, is not still. The training stops at the end of the first epoch that is the last of
    ``patience`` still epochs in a row. Any other epoch breaks the row, and the count starts again from 0.
    tolerance >= 0; patience >= 1.

    So losses[:epoch] are the losses that the stopped training would have recorded.

    >>> stopped_epoch([5.0, 3.0, 3.0, 3.0, 3.0], tolerance=0.5, patience=2)
    4
    >>> stopped_epoch([5.0, 3.0, 1.0], tolerance=0.5, patience=2) is None
    True
    """
    still = 0
    for epoch in range(2, len(losses) + 1):
        change = abs(losses[epoch - 1] - losses[epoch - 2])
        still = still + 1 if change <= tolerance else 0
        if still == patience:
            return epoch
    return None
