"""The evidence bundle: what an auditor takes away and checks; it reads every room and writes none."""
