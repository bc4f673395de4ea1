"""Champions: the decision, how the role is arranged, who holds it, and whether it works (recommendation 12)."""
