"""Whether training is up to date with NICE (9, 19), is talked through (17) and teaches careful antibiotics (20)."""
