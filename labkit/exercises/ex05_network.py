"""The last exercise of 05_backprop: a network that goes forward, backward, and one step downhill."""

from __future__ import annotations

from labkit.exercises.ex05_rounds import FORMS, FORWARDS, START, follows_the_steps, network_cases
from labkit.grading.model import Edit, Exercise, Mistake

BACK = "softmax_cross_entropy_backward(self.logits, y)"
KEEP = "self.grads = (dw1, db1, dw2, db2)"
HE1, HE2 = "np.sqrt(2 / n_in)", "np.sqrt(2 / n_hidden)"

NETWORK = Exercise(
    id="NeuralNetwork",
    notebook="05_backprop",
    reference="labkit.reference.network:NeuralNetwork",
    title="A network from scratch",
    probe="layer",
    points=4,
    cases=network_cases,
    judge=follows_the_steps,
    mistakes=(
        Mistake(
            "softmax in forward",
            Edit(
                "        return self.logits",
                "        exps = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))\n"
                "        self.logits = exps / exps.sum(axis=1, keepdims=True)\n        return self.logits",
            ),
            FORMS["softmax in forward"],
        ),
        Mistake(
            "ReLU on the output",
            Edit("dense_forward(self.h, self.w2, self.b2)", "np.maximum(dense_forward(self.h, self.w2, self.b2), 0)"),
            "There is a ReLU on the logits. The last layer has no activation: a logit may be negative.",
        ),
        Mistake(
            "ReLU missing",
            Edit("self.h = np.maximum(self.z1, 0)", "self.h = self.z1"),
            "The hidden layer has no ReLU: two dense layers in a row are only one.",
        ),
        Mistake(
            "ReLU skipped on the way back",
            Edit("relu_backward(dh, self.z1)", "dh"),
            "On the way back the ReLU is left out: where z1 was negative, nothing may pass.",
        ),
        Mistake(
            "mask from the wrong array",
            Edit("relu_backward(dh, self.z1)", "relu_backward(dh, dh)"),
            "The mask is made from the gradient itself. Keep z1, what went into the ReLU, and let relu_backward ask that.",
        ),
        Mistake(
            "gradients add up",
            Edit(
                KEEP,
                "old = getattr(self, 'grads', (0, 0, 0, 0))\n"
                "        self.grads = tuple(a + b for a, b in zip(old, (dw1, db1, dw2, db2)))",
            ),
            "Each backward adds to the gradients of the one before. They belong to the last batch alone: start anew at each call. "
            "(torch adds them up, which is why it has zero_grad.)",
        ),
        Mistake(
            "1/n missing",
            Edit(BACK, f"{BACK} * len(y)"),
            "The gradients are n times too large: the 1/n of the mean loss is missing. softmax_cross_entropy_backward brings it along.",
        ),
        Mistake(
            "1/n twice",
            Edit(BACK, f"{BACK} / len(y)"),
            "The gradients are n times too small: softmax_cross_entropy_backward has divided by n already.",
        ),
        Mistake(
            "wrong sign",
            Edit(BACK, f"-{BACK}"),
            "All gradients have the opposite sign: softmax minus one-hot, not one-hot minus softmax. The minus of the step comes in step.",
        ),
        Mistake(
            "1 not subtracted",
            Edit(
                f"dlogits = {BACK}",
                "e = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))\n"
                "        dlogits = e / e.sum(axis=1, keepdims=True) / len(y)",
            ),
            "The gradient of the logits is softmax alone, so y is not used. At the right class of each row 1 has to be subtracted.",
        ),
        Mistake(
            "squared error",
            Edit(f"dlogits = {BACK}", "dlogits = 2 * (self.logits - np.eye(self.logits.shape[1])[y]) / len(y)"),
            "This is the gradient of a squared error. The loss is the cross-entropy: softmax_cross_entropy_backward.",
        ),
        Mistake(
            "exp overflows",
            Edit(
                f"dlogits = {BACK}",
                "e = np.exp(self.logits)\n        p = e / e.sum(axis=1, keepdims=True)\n"
                "        dlogits = (p - np.eye(p.shape[1])[y]) / len(y)",
            ),
            "exp of logits in the hundreds is inf, and inf / inf is nan. softmax_cross_entropy_backward is safe: call it.",
        ),
        Mistake(
            "mask with h",
            Edit("relu_backward(dh, self.z1)", "dh * self.h"),
            "You multiply by h. The slope of ReLU is 1 where z1 > 0, not z1 itself: relu_backward(dh, z1).",
        ),
        Mistake(
            "sigmoid for ReLU",
            Edit("np.maximum(self.z1, 0)", "1 / (1 + np.exp(-self.z1))"),
            FORWARDS["sigmoid for ReLU"],
        ),
        Mistake("tanh for ReLU", Edit("np.maximum(self.z1, 0)", "np.tanh(self.z1)"), FORWARDS["tanh for ReLU"]),
        Mistake("b1 not in forward", Edit("self.w1, self.b1)", "self.w1, 0)"), FORWARDS["b1 not in forward"]),
        Mistake("b2 not in forward", Edit("self.w2, self.b2)", "self.w2, 0)"), FORWARDS["b2 not in forward"]),
        Mistake("dw transposed", Edit(KEEP, "dw1, dw2 = dw1.T, dw2.T\n        " + KEEP), FORMS["dw transposed"]),
        Mistake("db not summed", Edit(KEEP, "db1, db2 = dz1, dlogits\n        " + KEEP), FORMS["db not summed"]),
        Mistake(
            "db is a mean",
            Edit(KEEP, "db1, db2 = dz1.mean(axis=0), dlogits.mean(axis=0)\n        " + KEEP),
            FORMS["db is a mean"],
        ),
        Mistake(
            "biases not in forward",
            Edit("self.w1, self.b1)", "self.w1, 0)", (("self.w2, self.b2)", "self.w2, 0)"),)),
            "forward leaves the biases out. While they are 0 nothing shows; add b1 and b2 all the same.",
        ),
        Mistake(
            "step inside backward",
            Edit(KEEP, KEEP + "\n        self.step(0.01)"),
            "backward moves the parameters. It only computes gradients and keeps them; step does the moving, by its lr.",
        ),
        Mistake(
            "wrong layer's input",
            Edit("dense_backward(dlogits, self.h, self.w2)", "dense_backward(dlogits, self.z1, self.w2)"),
            "dw2 is made from z1. What the second layer saw on the way forward is h, after the ReLU.",
        ),
        Mistake(
            "uphill",
            Edit("- lr", "+ lr"),
            "step goes uphill: the gradient points to where the loss grows, so subtract it.",
        ),
        Mistake(
            "learning rate ignored",
            Edit("- lr * ", "- "),
            "step does not use lr.",
        ),
        Mistake(
            "biases stay",
            Edit(
                "        self.b1 = self.b1 - lr * db1\n",
                "",
                (("        self.b2 = self.b2 - lr * db2", "        pass"),),
            ),
            "step moves the weights only. The biases are parameters, too, and have gradients of their own.",
        ),
        Mistake(
            "first layer never learns",
            Edit("        self.w1 = self.w1 - lr * dw1\n        self.b1 = self.b1 - lr * db1\n", ""),
            "step moves w2 and b2 only; w1 and b1 stay as they were drawn.",
        ),
        Mistake("all zeros", Edit("rng.normal(0.0, ", "0 * rng.normal(0.0, "), START["all zeros"]),
        Mistake(
            "variance for standard deviation",
            Edit(HE1, "2 / n_in", ((HE2, "2 / n_hidden"),)),
            START["variance for standard deviation"],
        ),
        Mistake("no factor 2", Edit(HE1, "np.sqrt(1 / n_in)", ((HE2, "np.sqrt(1 / n_hidden)"),)), START["no factor 2"]),
        Mistake(
            "fan-out for fan-in",
            Edit(HE2, "np.sqrt(2 / n_out)", ((HE1, "np.sqrt(2 / n_hidden)"),)),
            START["fan-out for fan-in"],
        ),
        Mistake("all equal", Edit("rng.normal(0.0, ", "0.1 + 0 * rng.normal(0.0, "), START["all equal"]),
        Mistake(
            "fan-in and fan-out",
            Edit(HE1, "np.sqrt(2 / (n_in + n_hidden))", ((HE2, "np.sqrt(2 / (n_hidden + n_out))"),)),
            START["fan-in and fan-out"],
        ),
        Mistake("n_in for both", Edit(HE2, HE1), START["n_in for both"]),
        Mistake("same spread for both", Edit(HE1, "0.01", ((HE2, "0.01"),)), START["same spread for both"]),
        Mistake(
            "bounds for the spread",
            Edit(
                f"rng.normal(0.0, {HE1}, ",
                f"rng.uniform(-{HE1}, {HE1}, ",
                ((f"rng.normal(0.0, {HE2}, ", f"rng.uniform(-{HE2}, {HE2}, "),),
            ),
            START["bounds for the spread"],
        ),
        Mistake("not scaled", Edit(HE1, "1.0", ((HE2, "1.0"),)), START["not scaled"]),
        Mistake(
            "uniform",
            Edit(
                f"rng.normal(0.0, {HE1}, ",
                "rng.uniform(-np.sqrt(6 / n_in), np.sqrt(6 / n_in), ",
                ((f"rng.normal(0.0, {HE2}, ", "rng.uniform(-np.sqrt(6 / n_hidden), np.sqrt(6 / n_hidden), "),),
            ),
            START["uniform"],
        ),
        Mistake("rng not used", Edit("rng.normal", "np.random.default_rng(0).normal"), START["rng not used"]),
        Mistake(
            "biases not zero",
            Edit("np.zeros(n_hidden)", "0.01 * np.ones(n_hidden)"),
            START["biases not zero"],
        ),
    ),
    hints=(
        "forward is three calls: dense_forward, ReLU (np.maximum), dense_forward. Put x, z1 and h on self: backward will need them.",
        "backward goes the same way in reverse: softmax_cross_entropy_backward, dense_backward (with h), relu_backward (with z1), "
        "dense_backward (with x).",
        "dense_backward returns three things. The second layer's dx is what comes down to the ReLU; the first layer's dx nobody needs.",
        "step: self.w1 = self.w1 - lr * dw1, and the other three alike. __init__: rng.normal(0, np.sqrt(2 / n_in), (n_in, n_hidden)).",
    ),
)
