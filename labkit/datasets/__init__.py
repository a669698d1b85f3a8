"""Everything the lessons learn from: bundled sets, made sets, and one wrapper that seals the test rows.

NumPy and the standard library only; torchvision wakes up for ``download_full`` alone.
"""

from labkit.datasets.bundled import load_digits, load_fashion, load_iris, load_mnist, load_text, load_timeline
from labkit.datasets.dataset import Dataset, SealedTest, split_dataset
from labkit.datasets.folder import Check, DataError, data_folder, manifest, verify
from labkit.datasets.full import download_full
from labkit.datasets.made import gaussians, linear_regression, separable, sine_1d, spiral, two_circles, xor
from labkit.datasets.split import split_rows, stratified_rows

__all__ = [
    "Check",
    "DataError",
    "Dataset",
    "SealedTest",
    "data_folder",
    "download_full",
    "gaussians",
    "linear_regression",
    "load_digits",
    "load_fashion",
    "load_iris",
    "load_mnist",
    "load_text",
    "load_timeline",
    "manifest",
    "separable",
    "sine_1d",
    "spiral",
    "split_dataset",
    "split_rows",
    "stratified_rows",
    "two_circles",
    "verify",
    "xor",
]
