"""The course's answers in plain NumPy, one concept a file, PyTorch twins `*_torch.py` beside."""
