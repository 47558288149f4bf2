"""A whole alliance at one, ten and a hundred times its size: what grows with it, and where each engine's limit lies."""
