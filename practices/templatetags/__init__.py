"""Template tags of the practices app."""
