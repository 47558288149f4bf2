"""Named reads of the practices app."""
