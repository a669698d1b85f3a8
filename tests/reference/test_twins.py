"""A reference and its torch twin must be one function in two dialects: this walk compares all pairs.

A pair is labkit/reference/NAME.py with NAME_torch.py beside it; a torch file without a NumPy file of
that name is torch-only and not walked. Each pair has a provider, twin_inputs/NAME.py, with

    inputs(rng)    -> {function name: [(args, kwargs), ...]}, NumPy arrays, every twin function in it
    autograd(rng)  -> {function name: case}, case(torch) -> (ours, autograd's), every twin function
                      that ends in _backward, _grad or _grads in it, unless it asks autograd itself
    COMPARABLE      = {function name: result -> result}, optional, where the docstring leaves
                      something free, such as a sign

Classes are compared by name, constructor and docstring; what they do is tested beside their files.
"""

import ast
import copy
import importlib
import importlib.util
import inspect
from pathlib import Path

import numpy as np
import pytest
import torch

import labkit.reference

REFERENCE = Path(labkit.reference.__file__).parent
PROVIDERS = Path(__file__).parent / "twin_inputs"
PAIRS = sorted(
    path.stem.removesuffix("_torch")
    for path in REFERENCE.glob("*_torch.py")
    if path.with_name(path.name.replace("_torch.py", ".py")).exists()
)
FLOAT64 = {"rtol": 1e-10, "atol": 1e-12}
SEEDS = (0, 1, 2)


def defined_names(stem):
    """Return (name, is a function) of each public definition in a reference file, unimported."""
    return [
        (node.name, isinstance(node, ast.FunctionDef))
        for node in ast.parse((REFERENCE / f"{stem}.py").read_text(encoding="utf-8")).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    ]


TWINS = [(stem, name) for stem in PAIRS for name, _ in defined_names(f"{stem}_torch")]
FUNCTIONS = [(stem, name) for stem in PAIRS for name, function in defined_names(f"{stem}_torch") if function]


def both(stem, name):
    """Return the NumPy object and its torch twin."""
    ours = importlib.import_module(f"labkit.reference.{stem}")
    twins = importlib.import_module(f"labkit.reference.{stem}_torch")
    assert hasattr(ours, name), f"{stem}_torch.py defines {name}, {stem}.py does not"
    return getattr(ours, name), getattr(twins, name)


def provider(stem):
    """Return the module twin_inputs/STEM.py, which has no package so that it needs no __init__."""
    path = PROVIDERS / f"{stem}.py"
    assert path.exists(), f"{stem}_torch.py has no inputs: write tests/reference/twin_inputs/{stem}.py"
    spec = importlib.util.spec_from_file_location(f"twin_inputs_{stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def to_torch(value):
    """Return value with each array, at any depth, as a tensor of the same dtype."""
    if isinstance(value, np.ndarray):
        return torch.from_numpy(value.copy())
    if isinstance(value, (list, tuple)):
        return type(value)(to_torch(item) for item in value)
    if isinstance(value, dict):
        return {key: to_torch(item) for key, item in value.items()}
    return value


def plain(value):
    """Return a result with each tensor, at any depth, as an array, and generators as lists."""
    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    if isinstance(value, (list, tuple)) or inspect.isgenerator(value):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def assert_same(ours, theirs, where):
    """Fail unless two plain results have the same structure, shapes, kinds of dtype and values."""
    if isinstance(ours, list):
        assert isinstance(theirs, list), f"{where}: one is a list, the other {type(theirs)}"
        assert len(ours) == len(theirs), f"{where}: lengths differ"
        for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            assert_same(a, b, f"{where}[{i}]")
    elif isinstance(ours, dict):
        assert isinstance(theirs, dict), f"{where}: one is a dict, the other {type(theirs)}"
        assert ours.keys() == theirs.keys(), f"{where}: keys differ"
        for key in ours:
            assert_same(ours[key], theirs[key], f"{where}[{key!r}]")
    elif ours is None or isinstance(ours, str):
        assert ours == theirs, f"{where}: {ours!r} is not {theirs!r}"
    else:
        a, b = np.asarray(ours), np.asarray(theirs)
        assert a.shape == b.shape, f"{where}: shapes {a.shape} and {b.shape}"
        assert a.dtype.kind == b.dtype.kind, f"{where}: dtypes {a.dtype} and {b.dtype}"
        np.testing.assert_allclose(b, a, **FLOAT64, equal_nan=False, err_msg=where)


def parameters(function):
    """Return name, kind and default of each parameter; annotations may name either library."""
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


def test_there_are_pairs_and_every_provider_has_one():
    assert {"activations", "tensors"} <= set(PAIRS)
    strangers = {path.stem for path in PROVIDERS.glob("*.py")} - set(PAIRS) - {"__init__"}
    assert not strangers, f"twin_inputs without a pair of that name: {sorted(strangers)}"


@pytest.mark.parametrize(("stem", "name"), TWINS)
def test_twins_share_name_parameters_and_first_line(stem, name):
    ours, twin = both(stem, name)
    assert inspect.isclass(ours) == inspect.isclass(twin)
    assert parameters(ours) == parameters(twin)
    first_lines = [(function.__doc__ or "").partition("\n")[0] for function in (ours, twin)]
    assert first_lines[0] == first_lines[1] != ""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("stem", "name"), FUNCTIONS)
def test_twins_return_the_same_values(stem, name, seed):
    ours, twin = both(stem, name)
    module = provider(stem)
    cases = module.inputs(np.random.default_rng(seed)).get(name)
    assert cases, f"twin_inputs/{stem}.py has no inputs for {name}"
    comparable = getattr(module, "COMPARABLE", {}).get(name, lambda result: result)
    for i, (args, kwargs) in enumerate(cases):
        # Copies for both, so that neither sees what the other did to an array or a generator.
        result = ours(*copy.deepcopy(args), **copy.deepcopy(kwargs))
        twin_args, twin_kwargs = to_torch(copy.deepcopy(args)), to_torch(copy.deepcopy(kwargs))
        twin_result = twin(*twin_args, **twin_kwargs)
        where = f"{stem}.{name}, case {i}"
        assert_same(comparable(plain(result)), comparable(plain(twin_result)), where)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("stem", PAIRS)
def test_derivatives_equal_autograd(stem, seed):
    names = {name for pair, name in FUNCTIONS if pair == stem}
    derivatives = {
        name
        for name in names
        if name.endswith(("_backward", "_grad", "_grads"))
        and "torch.autograd." not in inspect.getsource(both(stem, name)[1])
    }
    module = provider(stem)
    rng = np.random.default_rng(seed)
    cases = module.autograd(rng) if hasattr(module, "autograd") else {}
    assert not derivatives - cases.keys(), f"twin_inputs/{stem}.py: add these to autograd(rng)"
    assert not cases.keys() - names, f"twin_inputs/{stem}.py: autograd(rng) has unknown names"
    for name, case in cases.items():
        ours, autograds = case(torch)
        assert_same(plain(ours), plain(autograds), f"{stem}.{name} against autograd")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (np.ones(3), np.ones((3, 1))),
        (np.ones(3), np.ones(3) + 1e-8),
        (np.ones(3), np.ones(3, dtype=int)),
        (np.array([np.nan]), np.array([np.nan])),
        ([np.ones(3), 1.0], [np.ones(3)]),
        ({"w": 1.0}, {"b": 1.0}),
        (None, 0.0),
        (0.0, None),
    ],
    ids=["shape", "value", "dtype", "nan", "length", "keys", "none", "not none"],
)
def test_the_comparison_refuses(ours, theirs):
    with pytest.raises(AssertionError):
        assert_same(ours, theirs, "here")
