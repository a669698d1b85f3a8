"""Values that may cross between a student's code and the judge, and how they travel.

A *plain value* is ``None``, ``bool``, ``int``, ``float``, ``complex``, ``str``, a numeric NumPy array, or a tuple, list or
string-keyed dict of plain values, plus the tagged values below.  Nothing else crosses, so no object of the student's is
ever touched by the judge, and nothing is ever unpickled.

A *frame* is ``magic | header length | body length | JSON header | raw array bytes``.  Everything is bounded: lengths,
nesting, dtypes, dimensions.  Whatever breaks a bound is a :class:`WireError`, which the reader treats as "no answer".
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_HEADER = 1 << 20  # bytes of JSON
MAX_BODY = 64 << 20  # bytes of array data, all arrays of a frame together
MAX_DEPTH = 16  # nesting of tuples, lists and dicts
MAX_NDIM = 8
MAGIC = b"LK1\n"
PREFIX = struct.Struct(">4sIQ")
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DTYPES = frozenset(["bool", *INTEGERS, "float16", "float32", "float64", "complex64", "complex128"])
NAMES = {np.dtype(name): name for name in DTYPES}  # to ask a dtype itself takes 3 µs, several times a call


class WireError(ValueError):
    """A frame or a value that breaks the rules above."""


@dataclass(frozen=True)
class Tensor:
    """A torch tensor on its way: its values, and whether it asks for a gradient."""

    array: np.ndarray
    requires_grad: bool = False


@dataclass(frozen=True)
class Rng:
    """Becomes ``numpy.random.default_rng(seed)`` where the call is made."""

    seed: int


@dataclass(frozen=True)
class Code:
    """Becomes the object called ``name`` that ``source`` defines: how a case passes a function or a class."""

    name: str
    source: str


@dataclass(frozen=True)
class Opaque:
    """Something that is no plain value: what kind of thing it was, and a short text of it."""

    kind: str
    text: str = ""


def dtype_name(array: np.ndarray) -> str:
    """Return the name of an array's dtype, as "float64"; only those in ``DTYPES`` may travel."""
    return NAMES.get(array.dtype) or array.dtype.name


def encode(value: Any) -> bytes:
    """Return the frame that carries a plain value."""
    arrays: list[np.ndarray] = []
    header = json.dumps(_to_json(value, arrays, 0), separators=(",", ":")).encode()
    size = sum(a.nbytes for a in arrays)
    if len(header) > MAX_HEADER or size > MAX_BODY:
        raise WireError(f"value too large for a frame: {len(header)} + {size} bytes")
    return b"".join([PREFIX.pack(MAGIC, len(header), size), header, *(a.tobytes(order="C") for a in arrays)])


def lengths(prefix: bytes) -> tuple[int, int]:
    """Return (header length, body length) from a frame's first ``PREFIX.size`` bytes, both within bounds."""
    magic, header, body = PREFIX.unpack(prefix)
    if magic != MAGIC or header > MAX_HEADER or body > MAX_BODY:
        raise WireError("not a frame, or one beyond the bounds")
    return header, body


def decode(header: bytes, body: bytes) -> Any:
    """Return the plain value of a frame's two parts."""
    try:
        tree = json.loads(header)
        value, used = _from_json(tree, body, 0, 0)
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError) as error:
        raise WireError(f"malformed frame: {type(error).__name__}") from error
    if used != len(body):
        raise WireError("array data left over")
    return value


def _to_json(value: Any, arrays: list[np.ndarray], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise WireError("nested too deeply")
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        # Python refuses to read integers of thousands of digits; strings of them are no answer either.
        return value if abs(value) < 2**63 else {"$": "opaque", "kind": "int", "text": "an integer beyond 64 bits"}
    if type(value) is float:
        return value if math.isfinite(value) else {"$": "float", "text": repr(value)}
    if type(value) is complex:
        return {"$": "complex", "re": repr(value.real), "im": repr(value.imag)}
    if isinstance(value, np.ndarray):
        name = dtype_name(value)
        if name not in DTYPES or value.ndim > MAX_NDIM:
            raise WireError(f"array of dtype {value.dtype} with {value.ndim} dimensions")
        # order="C" and not ascontiguousarray, which turns a 0-d array into shape (1,)
        arrays.append(np.asarray(value, dtype=value.dtype.newbyteorder("="), order="C"))
        return {"$": "array", "dtype": name, "shape": list(value.shape)}
    if type(value) in (tuple, list):
        items = [_to_json(item, arrays, depth + 1) for item in value]
        return items if type(value) is list else {"$": "tuple", "items": items}
    if type(value) is dict:
        pairs = [[str(k), _to_json(v, arrays, depth + 1)] for k, v in value.items()]
        return {"$": "dict", "items": pairs}
    if type(value) is Tensor:
        inner = _to_json(value.array, arrays, depth + 1)
        return {"$": "tensor", "array": inner, "requires_grad": bool(value.requires_grad)}
    if type(value) is Rng:
        return {"$": "rng", "seed": int(value.seed)}
    if type(value) is Code:
        return {"$": "code", "name": value.name, "source": value.source}
    if type(value) is Opaque:
        return {"$": "opaque", "kind": value.kind, "text": value.text}
    raise WireError(f"{type(value).__name__} is no plain value")


def _from_json(node: Any, body: bytes, used: int, depth: int) -> tuple[Any, int]:
    """Return the value of a JSON node and how many body bytes have been taken so far."""
    if depth > MAX_DEPTH:
        raise WireError("nested too deeply")
    if isinstance(node, str):
        return _text(node), used
    if isinstance(node, int) and abs(node) >= 2**63:  # one of thousands of digits overflows wherever it is used
        raise WireError("integer beyond 64 bits")
    if node is None or isinstance(node, bool | int | float):
        return node, used
    if isinstance(node, list):
        return _items(node, body, used, depth)
    tag = node["$"]
    if tag == "tuple":
        items, used = _items(node["items"], body, used, depth)
        return tuple(items), used
    if tag == "dict":
        keys = [_text(key) for key, _ in node["items"]]
        values, used = _items([v for _, v in node["items"]], body, used, depth)
        return dict(zip(keys, values, strict=True)), used
    if tag == "array":
        return _array(node, body, used)
    if tag == "tensor":
        array, used = _array(node["array"], body, used)
        return Tensor(array, bool(node["requires_grad"])), used
    if tag == "float":
        return float(node["text"]), used
    if tag == "complex":
        return complex(float(node["re"]), float(node["im"])), used
    if tag == "rng":
        return Rng(int(node["seed"])), used
    if tag == "code":
        return Code(_text(node["name"]), _text(node["source"])), used
    if tag == "opaque":
        return Opaque(_text(node["kind"])[:200], _text(node["text"])[:2000]), used
    raise WireError("unknown tag")


def _items(nodes: list, body: bytes, used: int, depth: int) -> tuple[list, int]:
    values = []
    for node in nodes:
        value, used = _from_json(node, body, used, depth + 1)
        values.append(value)
    return values, used


def _array(node: dict, body: bytes, used: int) -> tuple[np.ndarray, int]:
    if node["dtype"] not in DTYPES:
        raise WireError("dtype not allowed")
    shape = tuple(node["shape"])
    if len(shape) > MAX_NDIM or not all(type(n) is int and 0 <= n <= MAX_BODY for n in shape):
        raise WireError("shape not allowed")
    dtype = np.dtype(node["dtype"])
    count = math.prod(shape)
    stop = used + count * dtype.itemsize
    if stop > len(body):
        raise WireError("array longer than its data")
    flat = np.frombuffer(body, dtype=dtype, count=count, offset=used)
    if dtype.kind == "b":  # a byte other than 0 and 1 is no bool, and would not compare like one
        flat = flat.view(np.uint8) != 0
    return flat.reshape(shape).copy(), stop


def _text(node: Any) -> str:
    """Return a text that can be written anywhere: half a surrogate pair, which UTF-8 does not know, becomes "?"."""
    return str(node).encode("utf-8", "replace").decode("utf-8")
