"""Checks of transport: orders of convergence, and the exact solutions of a binary salt."""

from . import moving_orders, transport_orders, transport_profiles

CHECKS = (*transport_profiles.CHECKS, *transport_orders.CHECKS, *moving_orders.CHECKS)
