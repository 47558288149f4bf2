"""Named reads of the public face: as ANYONE, from projections and other public data alone."""
