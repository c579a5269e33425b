"""What is done to a cell, step by step: as text, as objects, refused where it cannot be meant."""
