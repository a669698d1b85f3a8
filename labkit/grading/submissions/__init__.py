"""What was handed in: a folder of files, told apart by student, read as notebooks, damage and all."""
