"""The append-only record of who did what, when and on what; records live with their own rooms."""
