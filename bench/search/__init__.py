"""How fast practices are found: first pages of the library over 10,000 and 100,000 practices."""
