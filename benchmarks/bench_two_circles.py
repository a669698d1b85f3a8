"""How fast is the course's NumPy network against the same network in eager torch, on one thread?

The two-circles problem: 1000 points, radius uniform in [0, 2], class 1 inside radius 1; six hidden layers
of 8 ReLU, two logits, Adam 1e-3, full batch, float32. Both sides start from the same weights and take
turns in one process, a block of epochs each, so that a busy machine slows both. The figure that counts is
the median of the ratios, block by block; it is printed and never asserted. What is asserted is that both
do the same: after the first block, which warms up, their losses agree. (Later, rounding sets them apart.)

    python benchmarks/bench_two_circles.py [--epochs 10] [--blocks 151] [--json]
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

from labkit.datasets import two_circles  # noqa: E402
from labkit.reference.layered_network import fully_connected  # noqa: E402
from labkit.reference.optim import Adam  # noqa: E402
from labkit.reference.training import train_step  # noqa: E402

SIZES = [2, 8, 8, 8, 8, 8, 8, 2]


def torch_copy(network):
    """Return a torch module with the weights of a NumPy network of dense layers and ReLU."""
    modules, params = [], network.params
    for w, b in zip(params[::2], params[1::2], strict=True):
        linear = torch.nn.Linear(*w.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(w.T.copy()))
            linear.bias.copy_(torch.tensor(b))
        modules += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


def contestants(rng):
    """Return two functions of a number of epochs, ours and torch's; each returns its last loss."""
    X, y = two_circles(1000, rng)
    X = X.astype(np.float32)
    network, optimizer = fully_connected(SIZES, rng, dtype=np.float32), Adam(lr=1e-3)
    model, X_torch, y_torch = torch_copy(network), torch.tensor(X), torch.tensor(y)
    torch_optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def ours(epochs):
        for _ in range(epochs):
            loss = train_step(network, optimizer, X, y)
        return float(loss)

    def torchs(epochs):
        for _ in range(epochs):
            torch_optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(X_torch), y_torch)
            loss.backward()
            torch_optimizer.step()
        return loss.item()

    return ours, torchs


def timed(run, epochs):
    """Return the microseconds an epoch, and the loss."""
    start = time.perf_counter()
    loss = run(epochs)
    return 1e6 * (time.perf_counter() - start) / epochs, loss


def measure(epochs, blocks):
    """Return the result of a run as a dict of plain numbers; the first block warms up and is left out."""
    torch.set_num_threads(1)
    ours, torchs = contestants(np.random.default_rng(0))
    pairs = []
    for block in range(blocks + 1):
        first, second = (ours, torchs) if block % 2 else (torchs, ours)
        results = {first: timed(first, epochs), second: timed(second, epochs)}
        pairs.append((results[ours], results[torchs]))
    (_, our_loss), (_, torch_loss) = pairs.pop(0)
    np.testing.assert_allclose(our_loss, torch_loss, rtol=1e-4)
    return {
        "numpy_us_per_epoch": round(statistics.median(a[0] for a, _ in pairs), 1),
        "torch_us_per_epoch": round(statistics.median(b[0] for _, b in pairs), 1),
        "ratio": round(statistics.median(b[0] / a[0] for a, b in pairs), 2),
        "last_loss_numpy": pairs[-1][0][1],
        "last_loss_torch": pairs[-1][1][1],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=10, help="epochs a block")
    parser.add_argument("--blocks", type=int, default=151, help="blocks a side")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments = parser.parse_args()
    result = measure(arguments.epochs, arguments.blocks)
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"NumPy {result['numpy_us_per_epoch']:8.1f} µs an epoch   loss {result['last_loss_numpy']:.5f}")
    print(f"torch {result['torch_us_per_epoch']:8.1f} µs an epoch   loss {result['last_loss_torch']:.5f}")
    print(f"NumPy is {result['ratio']:.2f} times as fast (median of {arguments.blocks} alternating blocks)")


if __name__ == "__main__":
    main()
