"""What the library and good practice say of recommendations that are otherwise asked in questions: facts, no pages."""
