"""Growth rates without time stepping: the equations of a cell, linearised about a base state."""
