"""LeNet-5 in 09_convolution: five layers with parameters, put together in the right order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from labkit.grading.compare import difference
from labkit.grading.model import Case, Edit, Exercise, Finding, Mistake
from labkit.grading.wire import Tensor

NOTEBOOK = "09_convolution"


def shapes(padding: int, n_classes: int, *, k: int = 5, side: int | None = None) -> list[tuple[int, ...]]:
    """Return the shapes of all weights and biases, layer by layer; ``side`` of the maps before the dense layers."""
    side = 4 + padding // 2 if side is None else side
    dense = [(120, 16 * side**2), (120,), (84, 120), (84,), (n_classes, 84), (n_classes,)]
    return [(6, 1, k, k), (6,), (16, 6, k, k), (16,), *dense]


def unbiased(padding: int, n_classes: int) -> list[tuple[int, ...]]:
    return [shape for shape in shapes(padding, n_classes) if shape not in ((6,), (16,))]


# Known by the shapes alone: what a network of other shapes returns depends on how its weights were drawn.
OTHER_SHAPES: dict[str, Callable[[int, int], list[tuple[int, ...]]]] = {
    "kernels of 3": lambda p, c: shapes(p, c, k=3, side=((28 + 2 * p - 2) // 2 - 2) // 2),
    "no bias in the convolutions": unbiased,
    "always 32 by 32": lambda p, c: shapes(p, c, side=5),
    "padding ignored": lambda p, c: shapes(p, c, side=4),
    "padding on both convolutions": lambda p, c: shapes(p, c, side=((28 + 2 * p - 4) // 2 + 2 * p - 4) // 2),
    "n_classes ignored": lambda p, c: shapes(p, 10),
    "one pooling only": lambda p, c: shapes(p, c, side=(28 + 2 * p - 4) // 2 - 4),
}


def case(label: str, rng: np.random.Generator, n: int, aspect: str, **options: int) -> Case:
    """Return a case that looks at the shapes, loads weights, runs n images through, and asks where gradients arrive."""
    kinds = shapes(options.get("padding", 0), options.get("n_classes", 10))
    sizes = [rng.normal(0, 1.6 / np.sqrt(np.prod(shape[1:]) or 1), shape) for shape in kinds]
    weights = [a.astype(np.float32) for a in sizes]
    for a in weights[1::2]:
        a[...] = rng.normal(0, 0.3, a.shape)
    x = Tensor(rng.normal(size=(n, 1, 28, 28)).astype(np.float32))
    steps = (("parameters",), ("weights", weights), ("forward", x), ("gradients", x), ("__call__", x))
    return Case(label, kwargs=options, steps=steps, aspect=aspect)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("the shapes of its parameters", steps=(("parameters",),)),
        case("given weights and three images", rng, 3, "values"),
        Case("the shapes with padding = 2", kwargs={"padding": 2}, steps=(("parameters",),), aspect="padding"),
        case("given weights and a padding of 2", rng, 2, "padding", padding=2),
        case("given weights and 7 classes", rng, 2, "classes", n_classes=7),
        Case(
            "the shapes with padding 2 and 7 classes, in this order", (2, 7), steps=(("parameters",),), aspect="order"
        ),
        case("given weights and a single image", rng, 1, "one image"),
    ]


LAYERS = (
    ("the first convolution", 0),
    ("the second convolution", 2),
    ("the dense layer to 120", 4),
    ("the dense layer to 84", 6),
    ("the dense layer to the classes", 8),
)


def same_network(case: Case, expected: Any, got: Any) -> Finding | None:
    """Compare shapes first (in any order: weights are loaded by shape), then the logits, then where gradients arrive."""
    if not isinstance(got, tuple) or len(got) != len(expected):
        return difference(expected, got)
    if finding := _shapes_differ(expected[0], got[0]):
        name = _by_shapes(case, got[0])
        sentence = next((m.sentence for m in LENET.mistakes if m.name == name), finding.advice)
        return Finding(finding.stage, finding.sentence, sentence, name)
    if len(expected) == 1:
        return None
    if finding := difference(expected[2], got[2], where="logits"):
        return finding
    if not all(got[3]):
        return Finding(
            "values",
            f"sends no gradient to {sum(not g for g in got[3])} of its {len(got[3])} parameters.",
            "Is a result cut off from the graph by .detach(), .item(), .numpy() or torch.no_grad()?",
        )
    if finding := difference(expected[4], got[4], where="logits in training mode"):
        advice = "It is right in eval mode and differs in training mode: there is dropout, batch norm or noise that nobody asked for."
        return Finding(finding.stage, finding.sentence, advice)
    return None


def _by_shapes(case: Case, got: list) -> str:
    """Return the name of the mistake that has these shapes, or an empty text."""
    options = dict(zip(("padding", "n_classes"), case.args, strict=False)) | dict(case.kwargs)
    padding, n_classes = options.get("padding", 0), options.get("n_classes", 10)
    has = sorted(tuple(shape) for shape in got)
    if case.args and has.count((case.args[0], 84)):  # positional: as many classes as there should be padding
        return "arguments in another order"
    return next((name for name, make in OTHER_SHAPES.items() if sorted(make(padding, n_classes)) == has), "")


def _shapes_differ(expected: list, got: list) -> Finding | None:
    left = [tuple(shape) for shape in got]
    missing = []
    for shape in map(tuple, expected):
        if shape in left:
            left.remove(shape)
        else:
            missing.append(shape)
    if not missing and not left:
        return None
    count = sum(int(np.prod(shape)) for shape in map(tuple, got))
    right = sum(int(np.prod(shape)) for shape in map(tuple, expected))
    sentence = f"has {count:,} parameters; expected {right:,}."
    if not got:
        return Finding(
            "shape", sentence, "Make the layers in __init__, after super().__init__(), as self.conv1 = nn.Conv2d(…)."
        )
    layer = next((name for name, k in LAYERS if missing and missing[0] in map(tuple, expected[k : k + 2])), "")
    if layer:
        there = f" What is left over has {', '.join(str(s) for s in left)}." if left else ""
        return Finding("shape", sentence, f"Nothing has the shape {missing[0]} of {layer}.{there}")
    return Finding(
        "shape", sentence, f"There are parameters too many, with the shapes {', '.join(str(s) for s in left)}."
    )


FIRST = "h = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)"
SECOND = "h = nn.functional.max_pool2d(torch.relu(self.conv2(h)), 2)"
FLAT = "h = torch.flatten(h, start_dim=1)"
DENSE = "h = torch.relu(self.dense1(h))"
DENSE2 = "h = torch.relu(self.dense2(h))"
OUT = "return self.dense3(h)"
CONV1 = "self.conv1 = nn.Conv2d(1, 6, 5, padding=padding)"
CONV2 = "self.conv2 = nn.Conv2d(6, 16, 5)"
SIDE = "side = ((28 + 2 * padding - 4) // 2 - 4) // 2"

LENET: Exercise = Exercise(
    id="LeNet5",
    notebook=NOTEBOOK,
    reference="labkit.reference.lenet_torch:LeNet5",
    title="LeNet-5",
    points=3,
    probe="module",
    cases=cases,
    judge=same_network,
    mistakes=(
        Mistake(
            "average pooling",
            Edit(
                FIRST,
                FIRST.replace("max_pool2d", "avg_pool2d"),
                ((SECOND, SECOND.replace("max_pool2d", "avg_pool2d")),),
            ),
            "Both poolings take the mean, as in the paper of 1998; here they take the maximum.",
        ),
        Mistake(
            "no activation after the convolutions",
            Edit("torch.relu(self.conv1(x))", "self.conv1(x)", (("torch.relu(self.conv2(h))", "self.conv2(h)"),)),
            "The convolutions lack their ReLU. Max pooling does not stand in for it: negative maxima pass through it.",
        ),
        Mistake(
            "no activation between the dense layers",
            Edit(DENSE, "h = self.dense1(h)", ((DENSE2, "h = self.dense2(h)"),)),
            "The dense layers lack their ReLU; without it three of them are a single linear layer.",
        ),
        Mistake(
            "activation on the logits",
            Edit(OUT, "return torch.relu(self.dense3(h))"),
            "ReLU also acts on the last layer, so that no logit can be negative. The last layer stands as it is.",
        ),
        Mistake(
            "softmax at the end",
            Edit(OUT, "return torch.softmax(self.dense3(h), dim=1)"),
            "These are probabilities. Logits are asked for: the loss applies the softmax itself, and a second one would spoil it.",
        ),
        Mistake(
            "log-softmax at the end",
            Edit(OUT, "return torch.log_softmax(self.dense3(h), dim=1)"),
            "These are logarithms of probabilities. Logits are asked for: the last layer stands as it is, and the loss does the rest.",
        ),
        Mistake(
            "no activation after the second dense layer",
            Edit(DENSE2, "h = self.dense2(h)"),
            "The dense layer to 84 lacks its ReLU: without it, it is one linear layer with the last one.",
        ),
        Mistake(
            "tanh",
            Edit("torch.relu(", "torch.tanh("),
            "The activation is tanh, as (nearly) in the paper of 1998; here it is ReLU.",
        ),
        Mistake(
            "sigmoid",
            Edit("torch.relu(", "torch.sigmoid("),
            "The activation is the sigmoid; here it is ReLU.",
        ),
        Mistake(
            "flattened with the channels last",
            Edit(FLAT, "h = h.permute(0, 2, 3, 1).reshape(len(h), -1)"),
            "The maps are flattened as (row, column, channel). The dense layer's weights expect torch's order, (channel, row, column): flatten without a permute.",
        ),
        Mistake(
            "flattened with rows and columns swapped",
            Edit(FLAT, "h = h.transpose(2, 3).reshape(len(h), -1)"),
            "Rows and columns change places before the flattening. The order is (channel, row, column), as the maps lie.",
        ),
        Mistake(
            "padding on both convolutions",
            Edit(
                CONV2,
                "self.conv2 = nn.Conv2d(6, 16, 5, padding=padding)",
                ((SIDE, "side = ((28 + 2 * padding - 4) // 2 + 2 * padding - 4) // 2"),),
            ),
            "The padding is given to both convolutions; only the first one has it.",
        ),
        Mistake(
            "padding ignored",
            Edit("padding=padding", "padding=0", ((SIDE, "side = 4"),)),
            "The first dense layer does not depend on padding: it has 256 inputs, also with padding 2. Then the image is larger by 4, and the maps before the dense "
            "layers are 5 by 5.",
        ),
        Mistake(
            "always 32 by 32",
            Edit("padding=padding", "padding=2", ((SIDE, "side = 5"),)),
            "This is the variant with a padding of 2, whatever is asked for: the first dense layer has 400 inputs. The default, padding 0, leaves maps of 4 by 4.",
        ),
        Mistake(
            "no bias in the convolutions",
            Edit(
                "6, 5, padding=padding)",
                "6, 5, padding=padding, bias=False)",
                (("6, 16, 5)", "6, 16, 5, bias=False)"),),
            ),
            "The convolutions have no biases here: each filter has one.",
        ),
        Mistake(
            "kernels of 3",
            Edit(
                "nn.Conv2d(1, 6, 5, padding=padding)",
                "nn.Conv2d(1, 6, 3, padding=padding)",
                (
                    ("nn.Conv2d(6, 16, 5)", "nn.Conv2d(6, 16, 3)"),
                    (SIDE, "side = ((28 + 2 * padding - 2) // 2 - 2) // 2"),
                ),
            ),
            "The kernels are 3 by 3; LeNet-5 has 5 by 5.",
        ),
        Mistake(
            "one pooling only",
            Edit(SECOND, "h = torch.relu(self.conv2(h))", ((SIDE, "side = (28 + 2 * padding - 4) // 2 - 4"),)),
            "The first dense layer is too large by far: the maps of the second convolution are not pooled. Both convolutions are followed by ReLU and a pooling.",
        ),
        Mistake(
            "arguments in another order",
            Edit("padding=0, n_classes=10", "n_classes=10, padding=0"),
            "LeNet5(2, 7) means padding 2 and 7 classes: padding is the first argument.",
        ),
        Mistake(
            "leaky ReLU",
            Edit("torch.relu(", "nn.functional.leaky_relu("),
            "The activation lets a little of negative numbers through, as the leaky ReLU does; here it is the plain ReLU.",
        ),
        Mistake(
            "sigmoid at the end",
            Edit(OUT, "return torch.sigmoid(self.dense3(h))"),
            "A sigmoid acts on the last layer. Logits are asked for: the last layer stands as it is, and the loss does the rest.",
        ),
        Mistake(
            "no activation after the first dense layer",
            Edit(DENSE, "h = self.dense1(h)"),
            "The dense layer to 120 lacks its ReLU: without it, it is one linear layer with the next one.",
        ),
        Mistake(
            "no activation after the first convolution",
            Edit("torch.relu(self.conv1(x))", "self.conv1(x)"),
            "The first convolution lacks its ReLU. Max pooling does not stand in for it: negative maxima pass through it.",
        ),
        Mistake(
            "no activation after the second convolution",
            Edit("torch.relu(self.conv2(h))", "self.conv2(h)"),
            "The second convolution lacks its ReLU. Max pooling does not stand in for it: negative maxima pass through it.",
        ),
        Mistake(
            "average in the second pooling",
            Edit(SECOND, SECOND.replace("max_pool2d", "avg_pool2d")),
            "The second pooling takes the mean; both take the maximum.",
        ),
        Mistake(
            "average in the first pooling",
            Edit(FIRST, FIRST.replace("max_pool2d", "avg_pool2d")),
            "The first pooling takes the mean; both take the maximum.",
        ),
        Mistake(
            "n_classes ignored",
            Edit("nn.Linear(84, n_classes)", "nn.Linear(84, 10)"),
            "There are always ten logits: the last layer has n_classes of them.",
        ),
        Mistake(
            "layers in a plain list",
            Edit(
                CONV1,
                "self.all = [nn.Conv2d(1, 6, 5, padding=padding)]",
                (
                    (CONV2, "self.all.append(nn.Conv2d(6, 16, 5))"),
                    (
                        "self.dense1 = nn.Linear(16 * side * side, 120)",
                        "self.all.append(nn.Linear(16 * side * side, 120))",
                    ),
                    ("self.dense2 = nn.Linear(120, 84)", "self.all.append(nn.Linear(120, 84))"),
                    ("self.dense3 = nn.Linear(84, n_classes)", "self.all.append(nn.Linear(84, n_classes))"),
                    ("self.conv1(", "self.all[0]("),
                    ("self.conv2(", "self.all[1]("),
                    ("self.dense1(", "self.all[2]("),
                    ("self.dense2(", "self.all[3]("),
                    ("self.dense3(", "self.all[4]("),
                ),
            ),
            "The module has no parameters: torch does not look into a plain list. Give each layer a name (self.conv1 = …), or use nn.ModuleList or nn.Sequential.",
        ),
    ),
    hints=(
        "Follow the shape with pencil and paper: 1×28×28, 6×24×24, 6×12×12, 16×8×8, 16×4×4 = 256 numbers, 120, 84, 10. What changes with padding 2?",
        "In __init__: super().__init__(), two nn.Conv2d, three nn.Linear, each as an attribute. nn.Sequential is fine, too.",
        "In forward: torch.relu, then nn.functional.max_pool2d(…, 2), twice; torch.flatten(h, start_dim=1); ReLU after the first two dense layers.",
        "The side of the maps after the second pooling is ((28 + 2 · padding - 4) // 2 - 4) // 2.",
    ),
)
