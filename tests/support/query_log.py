"""What an address asks the database for itself."""

from collections.abc import Iterable, Mapping

# what every request asks alike: its transaction, who acts in it, and what is read again once a second
SHELL = ("SAVEPOINT", "set_config", "publicrevision", "alliance_site", "SELECT now()")


def own_queries(captured: Iterable[Mapping[str, str]]) -> list[str]:
    """The statements without what every request asks."""
    return [query["sql"] for query in captured if not any(word in query["sql"] for word in SHELL)]
