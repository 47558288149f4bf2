"""Where practices are found: the library with its search, saved searches, suggestions, one's own, what was recalled.

The page of one practice stands in `practice`. How practices are found is for `practices.queries`.
"""
