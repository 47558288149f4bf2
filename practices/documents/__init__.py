"""Generated documents of the first floor, one module for each."""
