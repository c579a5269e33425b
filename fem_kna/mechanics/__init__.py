"""Metal alone: how a piece of it flows under given motions and loads.

Knows meshes and the equations of flow, no electrochemistry.
"""
