"""Named writes of the first floor, one module for each kind of thing."""
