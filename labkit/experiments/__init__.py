"""Experiments too long for a cell: pure functions, seeds in, numbers out.  A file a notebook, or more."""
