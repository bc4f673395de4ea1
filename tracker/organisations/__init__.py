"""Organisations: trusts and other bodies, their regions and ICBs, which succeeded which; no progress here."""
