"""What to look at when an answer raised or ended: by the words of its message first, then by the kind of the exception.

Most words are NumPy's, Python's and torch's own, which say what failed and seldom what to do about it.
"""

FATAL_ADVICE = {
    "Timeout": "Look for a loop whose end is never reached, or for input().",
    "Died": "Look for exit(), for memory that grows without end, or for recursion that never stops.",
    "Missing": "Define it under exactly this name, at the top level of a cell.",
    "NoAnswer": "Return plain arrays, numbers, lists or tuples.",
}
MESSAGE_ADVICE = (  # words of the message that say more than the kind of the exception
    (
        "could not be broadcast",
        "Two shapes do not fit together: compare them from the right, axis by axis; each pair must be equal or 1.",
    ),
    (
        "not aligned",
        "The inner sizes of a matrix product differ: print both shapes. Is a transpose missing, or the order wrong?",
    ),
    (
        "matmul: Input operand",
        "The inner sizes of a matrix product differ: print both shapes. Is a transpose missing, or the order wrong?",
    ),
    (
        "mat1 and mat2 shapes",
        "The inner sizes of a matrix product differ: print both shapes. Is a transpose missing, or the order wrong?",
    ),
    (
        "only 0-dimensional arrays",
        "A whole array stands where one number is needed, as in float(z) or math.exp(z): use the NumPy function instead.",
    ),
    (
        "truth value of an array",
        "`if`, `and` and `or` need one True or False, not an array of them: use np.where, a mask, or & and |.",
    ),
    (
        "high - low < 0",
        "The bounds of the draw have changed places: rng.uniform takes the lower one first.",
    ),
    ("'NoneType'", "Something here is None: does a function you call lack its `return`?"),
    (
        "unsupported operand type",
        "Two kinds of things meet that no operator joins: print the type of both. Is one a pair or a list where a number should be?",
    ),
    (
        "module 'numpy' has no attribute",
        "NumPy has nothing of that name: a typing slip, or a name from another library?",
    ),
    (
        "before Module.__init__() call",
        "The class has not been set up as a module yet: begin __init__ with super().__init__().",
    ),
    (
        "is not a Module subclass",
        "nn.Sequential takes modules, one after the other: nn.ReLU() with its parentheses, and *layers for a list.",
    ),
    (
        "must be Tensor, not ReLU",
        "nn.ReLU(x) makes a module and calls nothing: nn.ReLU()(x), or torch.relu(x).",
    ),
    (
        "got an empty parameter list",
        "There is nothing to train: parameters() is a generator that can be used up once, or the layers are hidden in a plain list.",
    ),
    (
        "optimizer can only optimize Tensors",
        "Give the optimizer model.parameters(), not the model.",
    ),
    (
        "_optimizer_step_pre_hooks",
        "An optimizer class came back, not an optimizer: call it with the parameters and lr.",
    ),
    (
        "does not require grad",
        "backward finds no graph: detach(), .item(), .data or no_grad() cut it off before the loss, or nothing in it is a parameter.",
    ),
    (
        "backward through the graph a second time",
        "The loss was computed once and is used again: run the model anew in each epoch, inside the loop.",
    ),
    (
        "'float' object has no attribute 'backward'",
        ".item() took the number out and left the graph behind: backward first, .item() for the record.",
    ),
    (
        "Can't call numpy() on Tensor that requires grad",
        "Stay with tensors; to look at numbers only, predict under torch.no_grad().",
    ),
    (
        "Boolean value of Tensor",
        "A whole tensor stands where one True or False is needed; nn.MSELoss(a, b) makes a loss with options a and b: nn.MSELoss()(a, b).",
    ),
    (
        "must be the same as input size",
        "Prediction and target have other shapes: (n,) against (n, 1). Keep both as columns.",
    ),
    (
        "all elements of input should be between 0 and 1",
        "This loss takes probabilities and got logits: the one for logits has with_logits in its name.",
    ),
    (
        "the same dtype",
        "float32 and float64 meet: make both the same, for instance with .float().",
    ),
    (
        "not implemented for 'Long'",
        "Whole numbers stand where decimals are needed. In a loss: is the prediction first and the target second?",
    ),
    (
        "multi-target not supported",
        "Cross-entropy takes the logits first, then one class number a row, of shape (n,).",
    ),
    (
        "expected target dtype to be Long",
        "The targets of cross-entropy are class numbers: make them whole with .long().",
    ),
    (
        "could not infer output dtype",
        "A mean of whole numbers or of True and False has no dtype in torch: .float() first.",
    ),
    (
        "object is not subscriptable",
        "Something has [ ] behind it that holds no parts: a function without its call, or one number where an array should be?",
    ),
    (
        "unexpected keyword argument",
        "Compare the names of the arguments with the statement: the check passes them by name.",
    ),
)
FAULT_ADVICE = {
    "RecursionError": "The function calls itself without ever reaching an end.",
    "TypeError": "Compare the names, the number and the order of the arguments with the statement.",
    "UFuncTypeError": "`-=`, `*=` and their like cannot store decimals in an array of whole numbers: make a new array.",
    "NameError": "A name is used that no cell defines: a typing slip, or a cell that was not run.",
    "IndexError": "An index runs past the end: print the shape and the index just before that line.",
    "KeyError": "A key is asked for that is not there.",
    "AttributeError": "Check the type of the object in that line: a list has no .sum(), an array has no .append().",
    "ZeroDivisionError": "Something is divided by zero: which count or sum can be 0 here?",
    "UnboundLocalError": "A variable is read before it gets a value inside the function.",
    "MemoryError": "An intermediate array is far too large: check the shapes that broadcasting makes.",
    "ValueError": "Print the shapes of what meets in that line; often one of them needs a transpose or a new axis.",
    "SystemExit": "Remove exit() or quit(): a function ends with return.",
    "EOFError": "Nobody sits at a keyboard here: take what is needed as an argument, without input().",
    "AssertionError": "An assert in your own code refused this input.",
}
