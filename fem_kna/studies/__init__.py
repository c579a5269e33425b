"""Studies of whole cells: many runs for one question."""
