"""Findings by national leads and auditors about what organisations declared."""
