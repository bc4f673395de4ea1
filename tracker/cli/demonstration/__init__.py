"""The demonstration: invented organisations, people and two years of history for every page to show."""
