"""Experiments too long for a cell: pure functions, seeds in, numbers out.  One file a notebook; a second concept of one has a file of its own."""
