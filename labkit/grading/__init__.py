"""Grading: observe a student's code, judge what it returned, keep every verdict.

Here lie the files that a check in the notebook needs, innermost first: ``wire`` (values and frames) ← ``observe`` (calls
the student's code, knows no answer; its first lines name the files it rests on) ← ``model``, ``explain``, ``compare`` ←
``judge`` (decides, from plain values).  A class needs the rooms beside them: ``box`` (what runs with a submission) ←
``sandbox`` (builds boxes and talks to them), ``submissions`` (what was handed in) ← ``run`` (grades and writes down) ←
``results`` (pages and exports).
"""
