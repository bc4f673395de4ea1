"""Organisations: trusts and other bodies, their regions and ICBs, and which succeeded which; no progress here."""
