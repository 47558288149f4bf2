"""Files as they come from outside, made by hand: hostile ones, and the harmless twin of each."""
