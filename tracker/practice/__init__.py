"""Good practice that organisations publish for others, and help asked of the national body."""
