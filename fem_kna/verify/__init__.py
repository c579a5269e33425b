"""Checks against formulas that ship with the package: `fem-kna verify`.

Each group is a module with a tuple ``CHECKS`` of functions that run something and yield `Check`s.
The reference values are computed from the formulas when a check runs.
"""
