"""Inputs on which label_smoothing.py and label_smoothing_torch.py must agree, and the gradient by autograd."""

from labkit.reference import label_smoothing


def inputs(rng):
    labels = [(rng.integers(k, size=n), k) for n, k in ((6, 4), (1, 2), (9, 3))]
    soft = [
        ((scale * rng.normal(size=(len(y), k)), label_smoothing.smooth_labels(y, k, 0.1)), {})
        for y, k in labels
        for scale in (1, 500)
    ]
    return {
        "smooth_labels": [((y, k, epsilon), {}) for y, k in labels for epsilon in (0.0, 0.1, 1.0)],
        "soft_cross_entropy": soft,
        "soft_cross_entropy_backward": soft,
    }


def autograd(rng):
    def case(torch):
        logits, y = rng.normal(size=(6, 4)), rng.integers(4, size=6)
        leaf = torch.tensor(logits, requires_grad=True)
        torch.nn.CrossEntropyLoss(label_smoothing=0.3)(leaf, torch.tensor(y)).backward()
        targets = label_smoothing.smooth_labels(y, 4, 0.3)
        return label_smoothing.soft_cross_entropy_backward(logits, targets), leaf.grad

    return {"soft_cross_entropy_backward": case}
