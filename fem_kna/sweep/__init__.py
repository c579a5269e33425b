"""Many runs of one case: which points, on which cores, what came out of them, what decides it."""
