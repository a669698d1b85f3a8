"""Experiments too long for a cell: pure functions, seeds in, numbers out.  One file a notebook."""
