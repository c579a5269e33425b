"""The half cell of Doyle, Fuller and Newman by PyBaMM: numbers in as JSON, a voltage curve out.

Runs in an environment of its own, that of PyBaMM, and knows nothing of this package.

    python dfn.py < numbers.json > curve.json
"""

import json
import sys
from itertools import pairwise

import numpy as np
import pybamm


def softened(z):
    """Return ln(1 + exp z) without overflow."""
    return pybamm.maximum(z, 0) + pybamm.log(1 + pybamm.exp(-pybamm.AbsoluteValue(z)))


def parameters(p):
    """Return PyBaMM's parameters of the cell `p`, all in SI."""
    values = pybamm.ParameterValues("Xu2019")
    table, w = p["potentials"], p["rounding"]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(table)]

    def potential(x):
        value = table[0][1] + slopes[0] * (x - table[0][0])
        for (corner, _), before, after in zip(table[1:-1], slopes[:-1], slopes[1:], strict=True):
            value = value + (after - before) * w * softened((x - corner) / w)
        return value

    def on_particles(c_e, c_s, c_max, T):
        x = c_s / c_max
        return p["i0"] * 2 * (x * (1 - x)) ** 0.5 * (c_e / p["c_ref"]) ** 0.5

    def diffusivity(x, T):
        return p["D_s"] * (1 - p["blocking"] * x)

    def on_metal(c_e, c_metal, T):
        return p["i0_metal"] * (c_e / p["c_ref_metal"]) ** 0.5

    values.update(
        {
            "Current function [A]": p["current"],
            "Electrode height [m]": 1.0,
            "Electrode width [m]": 1.0,
            "Number of electrodes connected in parallel to make a cell": 1.0,
            "Number of cells connected in series to make a battery": 1.0,
            "Separator thickness [m]": p["gap"],
            "Separator porosity": p["separator_porosity"],
            "Separator Bruggeman coefficient (electrolyte)": p["separator_bruggeman"],
            "Positive electrode thickness [m]": p["depth"],
            "Positive electrode porosity": p["porosity"],
            "Positive electrode active material volume fraction": p["active"],
            "Positive electrode Bruggeman coefficient (electrolyte)": p["bruggeman"],
            "Positive electrode Bruggeman coefficient (electrode)": 0.0,
            "Positive electrode conductivity [S.m-1]": p["sigma"],
            "Positive particle radius [m]": p["radius"],
            "Positive particle diffusivity [m2.s-1]": diffusivity,
            "Maximum concentration in positive electrode [mol.m-3]": p["c_max"],
            "Initial concentration in positive electrode [mol.m-3]": p["filling"] * p["c_max"],
            "Positive electrode OCP [V]": potential,
            "Positive electrode OCP entropic change [V.K-1]": 0.0,
            "Positive electrode exchange-current density [A.m-2]": on_particles,
            "Exchange-current density for lithium metal electrode [A.m-2]": on_metal,
            "Initial concentration in electrolyte [mol.m-3]": p["c"],
            "Cation transference number": p["t"],
            "Thermodynamic factor": p["X"],
            "Electrolyte diffusivity [m2.s-1]": p["D"],
            "Electrolyte conductivity [S.m-1]": p["kappa"],
            "Ambient temperature [K]": p["T"],
            "Initial temperature [K]": p["T"],
            "Reference temperature [K]": p["T"],
            "Lower voltage cut-off [V]": p["cut_off"],
            "Upper voltage cut-off [V]": 10.0,
        },
        check_already_exists=False,
    )
    return values


def main():
    """Solve at every current and print time [s] and voltage [V] of each."""
    p = json.load(sys.stdin)
    found = []
    for current in p["currents"]:
        model = pybamm.lithium_ion.DFN({"working electrode": "positive"})
        points = {"x_n": 3, "x_s": 20, "x_p": 20, "r_n": 3, "r_p": p["cells"]}
        simulation = pybamm.Simulation(
            model,
            parameter_values=parameters(p | {"current": current}),
            var_pts=points,
            solver=pybamm.IDAKLUSolver(rtol=1e-7, atol=1e-8),
        )
        end = 1.2 * p["charge"] / current
        solution = simulation.solve(np.linspace(0, end, 301))
        found.append(
            [solution["Time [s]"].entries.tolist(), solution["Voltage [V]"].entries.tolist()]
        )
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
