"""The yearly work programmes, their items and events, and where each stands."""
