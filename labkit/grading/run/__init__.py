"""One run over a class: each submission graded once, in this process's boxes or on a cluster, and written down at once."""
