"""Metal alone, separator alone: how a piece flows or gives way under given motions and loads.

Knows meshes and the equations of flow and elasticity, no electrochemistry.
"""
