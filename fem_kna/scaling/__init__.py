"""How cost grows with ranks and meshes: series of short runs, what they share out, a figure."""
