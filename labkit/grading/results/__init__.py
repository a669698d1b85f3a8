"""What a run leaves for people: the gradebook, pages, flags, and the formats of other systems."""
