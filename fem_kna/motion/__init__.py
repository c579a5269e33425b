"""The moving front's geometry: where it is, how good the mesh is, and a new mesh when it tires.

Knows meshes and fields on them, no physics and no time step.
"""
