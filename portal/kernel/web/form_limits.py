"""How much one page may carry: pages and loaders take their limits from here.

A page may render no form that the limits of a post refuse, which are Django's own settings, `DATA_UPLOAD_MAX_…`: a
post may send five times the fields of a page. So what grows with data is cut into parts of at most `PAGE_FIELDS`, or is
bounded where it is stored.
"""

PAGE_BYTES = 150_000  # of HTML, for a page with ordinary data
PAGE_FIELDS = 1_000  # that the form of a page sends when nothing in it was left out
