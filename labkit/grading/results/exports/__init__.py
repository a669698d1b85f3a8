"""The gradebook in the forms that other systems take in: Canvas, Moodle, Gradescope; and the notebooks as nbgrader's."""
