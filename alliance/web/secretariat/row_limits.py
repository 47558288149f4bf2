"""How many rows a page lists that has an act on many members, until its reader asks for all of them."""

from portal.kernel.web import ActorRequest

MAX_ROWS = 50  # sentences name every member


def most_rows(request: ActorRequest, parts: int = 1) -> int | None:
    """The rows of a page, or of one of its parts; every one (None) where `?rows=all` asks for it.

    `_all_rows.html` leads there.
    """
    return None if request.GET.get("rows") == "all" else MAX_ROWS // parts
