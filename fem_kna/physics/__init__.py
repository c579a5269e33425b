"""The equations: one file per physics, UFL only, no mesh, no time step, no solver.

Signs, stated once: all terms stand on the left-hand side; the normal n points out of the liquid
at its boundary; a current is positive when anodic (metal dissolves, K -> K+ + e-), so the current
leaving the liquid through an electrode is -i.
"""
