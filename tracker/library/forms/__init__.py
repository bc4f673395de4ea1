"""The forms of the library: labels, hints and limits. What each needs is said by `rules`."""
