"""Named reads of the public pages: as ANYONE, from projections and other public data alone."""
