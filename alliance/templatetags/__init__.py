"""Template tags of the alliance app."""
