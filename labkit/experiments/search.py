"""The same search in this process, in several, or on a cluster: one argument says where, and the results are the same.

They are, because a trial is a pure function of its config and a generator of its own, drawn before anything runs.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

Objective = Callable[[Mapping[str, Any], np.random.Generator], dict[str, float]]
PATIENCE = 30  # seconds to wait for a scheduler


def run(
    configs: Sequence[Mapping[str, Any]],
    objective: Objective,
    rng: np.random.Generator,
    scheduler: Any = None,
    *,
    bar: Callable = iter,
) -> list[dict[str, float]]:
    """Return the scores of all configs, in their order; trial t gets generator number t of ``rng.spawn``.

    scheduler: None, here and one after the other; "processes", on all cores of this machine; the address of a Dask
    scheduler, "tcp://host:8786"; or a Dask client that is connected already.  Elsewhere than here, objective must be a
    function of a module that is installed there (or a functools.partial of one), not one defined in a notebook's cell.
    bar: a function that wraps the results as they come, such as tqdm.

    Raises: ValueError for a scheduler of another kind, ImportError without the package distributed, OSError when nobody answers.
    """
    children = rng.spawn(len(configs))
    with _mapper(scheduler) as mapped:
        return list(bar(mapped(objective, configs, children)))


@contextlib.contextmanager
def _mapper(scheduler: Any) -> Iterator[Callable[..., Any]]:
    """Yield a function that works like the built-in map, wherever its calls are made."""
    if scheduler is None:
        yield map
    elif scheduler == "processes":
        # spawn, and not fork: a notebook's process has threads, which a forked child would inherit half of
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
            yield pool.map
    elif isinstance(scheduler, str) and "://" in scheduler:
        with _connect(scheduler) as client:
            yield _on(client)
    elif hasattr(scheduler, "gather") and hasattr(scheduler, "map"):
        yield _on(scheduler)
    else:
        raise ValueError(
            f'scheduler = {scheduler!r}: expected None, "processes", an address like "tcp://host:8786", or a Dask client'
        )


def _on(client: Any) -> Callable[..., Any]:
    """Return a map over a Dask cluster; pure=False, so that equal calls are made as often as they are asked for."""

    def mapped(function: Callable, *arguments: Sequence[Any]) -> Iterator[Any]:
        futures = client.map(function, *map(list, arguments), pure=False)
        return (future.result() for future in futures)

    return mapped


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ImportError("a Dask cluster needs the package distributed: pip install 'labkit[cluster]'") from None
    return Client(address, timeout=PATIENCE, set_as_default=False)
