"""The faces of the first floor: pages on both desks, and public ones."""
