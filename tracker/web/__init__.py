"""HTTP plumbing with no feature in it."""
