"""How fast is the course's NumPy LeNet-5 against the same network in eager torch, on one thread?

One turn is a forward pass, the mean cross-entropy and a backward pass, for a batch of 64 images of 28 by 28 in
float32; both variants, without padding (44,426 parameters) and with padding 2 (61,706). Both sides hold the same
weights and take turns in one process, so that a busy machine slows both. The figure that counts is the median of
the ratios, pair by pair; it is printed and never asserted. What is asserted is that both do the same: losses and
gradients agree. The gradient in the images is asked of neither.

    python benchmarks/bench_lenet.py [--batch 64] [--turns 200] [--json]
"""

import argparse
import json
import os
import statistics
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy and torch are imported

import numpy as np  # noqa: E402
import torch  # noqa: E402

from labkit.reference.lenet5 import lenet5  # noqa: E402
from labkit.reference.lenet_torch import LeNet5, load_params  # noqa: E402
from labkit.reference.objectives import softmax_cross_entropy  # noqa: E402

VARIANTS = {"28x28, no padding": 0, "padded to 32x32": 2}


def contestants(padding, batch, rng):
    """Return two functions, ours and torch's; each takes one turn and returns the loss and the gradients."""
    X, y = rng.normal(size=(batch, 1, 28, 28)).astype(np.float32), rng.integers(10, size=batch)
    network = lenet5(padding, rng)
    model = load_params(LeNet5(padding), network.params)
    X_torch, y_torch = torch.tensor(X), torch.tensor(y)

    def ours():
        loss, dlogits = softmax_cross_entropy(network.forward(X, training=True), y)
        network.backward(dlogits)
        return float(loss), network.grads

    def torchs():
        model.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(X_torch), y_torch)
        loss.backward()
        return loss.item(), [p.grad.T if p.ndim == 2 else p.grad for p in model.parameters()]

    return ours, torchs


def assert_same(ours, theirs):
    """Fail unless two turns gave the same loss and gradients, up to the rounding of float32."""
    (our_loss, our_grads), (torch_loss, torch_grads) = ours, theirs
    np.testing.assert_allclose(our_loss, torch_loss, rtol=1e-5)
    for g, g_torch in zip(our_grads, torch_grads, strict=True):
        np.testing.assert_allclose(g, g_torch.numpy(), rtol=1e-3, atol=1e-5)


def timed(run):
    """Return the milliseconds of one turn."""
    start = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - start)


def measure(padding, batch, turns):
    """Return the result of one variant as a dict of plain numbers; the first three turns warm up."""
    torch.set_num_threads(1)
    ours, torchs = contestants(padding, batch, np.random.default_rng(0))
    for _ in range(3):
        assert_same(ours(), torchs())
    pairs = []
    for turn in range(turns):
        first, second = (ours, torchs) if turn % 2 else (torchs, ours)
        times = {first: timed(first), second: timed(second)}
        pairs.append((times[ours], times[torchs]))
    numpy_ms, torch_ms = zip(*pairs, strict=True)
    return {
        "numpy_ms": round(statistics.median(numpy_ms), 2),
        "torch_ms": round(statistics.median(torch_ms), 2),
        "numpy_ms_least": round(min(numpy_ms), 2),
        "torch_ms_least": round(min(torch_ms), 2),
        "ratio": round(statistics.median(b / a for a, b in pairs), 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=64, help="images a turn")
    parser.add_argument("--turns", type=int, default=200, help="turns a side")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments = parser.parse_args()
    results = {name: measure(padding, arguments.batch, arguments.turns) for name, padding in VARIANTS.items()}
    if arguments.json:
        print(json.dumps(results))
        return
    for name, result in results.items():
        print(f"LeNet-5, {name}: forward + backward of {arguments.batch} images, median (least) of {arguments.turns}")
        print(f"  NumPy {result['numpy_ms']:7.2f} ms ({result['numpy_ms_least']:.2f})")
        print(f"  torch {result['torch_ms']:7.2f} ms ({result['torch_ms_least']:.2f})")
        print(f"  NumPy is {result['ratio']:.2f} times as fast (median of the pairs)")


if __name__ == "__main__":
    main()
