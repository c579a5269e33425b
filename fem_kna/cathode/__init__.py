"""What full cells discharge at a C-rate, and what of a cathode that tells."""
