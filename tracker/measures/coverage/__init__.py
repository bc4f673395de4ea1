"""Staff trained: who needs which level of sepsis training, and how many of them have it in date (10, 11)."""
