"""Grading: observe a student's code, judge what it returned, keep every verdict.

The rings, innermost first: ``wire`` (values and frames) ← ``observe`` (calls the student's code, knows no answer)
← ``judge`` (decides, from plain values) ← ``grade`` (a class of submissions).  ``box`` runs inside the sandbox
with ``observe``; ``sandbox`` is the side that starts it and talks to it.
"""
