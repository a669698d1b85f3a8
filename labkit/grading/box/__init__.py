"""Inside the box: the process that waits there, and what a student's code finds around it.  No answer is in here."""
