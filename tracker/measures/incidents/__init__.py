"""Learning from incidents (recommendation 18): reviews of sepsis incidents, and whether their learning arrived."""
