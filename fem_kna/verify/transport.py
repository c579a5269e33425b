"""Checks of transport: orders of convergence, and the exact solutions of a binary salt."""

from . import transport_orders, transport_profiles

CHECKS = (*transport_profiles.CHECKS, *transport_orders.CHECKS)
