"""Named reads of the first floor."""
