"""Commands of the `flask` program; each calls the same actions as the pages."""
