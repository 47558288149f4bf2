"""How much one page and one post may carry: settings, pages and loaders take their limits from here.

A page may render no form that the limits of a post refuse, so what grows with data is cut into parts of at most
`PAGE_FIELDS`, or is bounded where it is stored. Plain numbers, which the settings import.
"""

PAGE_BYTES = 150_000  # of HTML, for a page with ordinary data
PAGE_FIELDS = 1_000  # that the form of a page sends when nothing in it was left out
POST_FIELDS = (
    5 * PAGE_FIELDS
)  # a script sends what changed in several parts at once; nothing of ours sends as many
POST_FILES = 500  # a folder may be sent; views that accept fewer say so in a message
POST_BYTES = 5 * 1024 * 1024  # without files; the longest texts of a page in the widest encoding of a form
