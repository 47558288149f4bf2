"""No URL of the practices counts: a running number would reveal how many there are that one may not see."""

from django.urls.converters import IntConverter

from tests.support.routes import routes

VERSIONS = {"number", "old", "new"}  # of a practice that the reader sees, and with it all its versions


def numbered() -> dict[str, set[str]]:
    """The routes of the practices, each with the numbers that its address takes."""
    return {
        name: {part for part, kind in entry.pattern.converters.items() if isinstance(kind, IntConverter)}
        for name, entry in routes()
        if entry.callback.__module__.startswith("practices.")
    }


def test_nothing_but_a_version_is_addressed_by_a_number() -> None:
    parts_by_name = numbered()
    assert parts_by_name["workspace:practice-version"] == {"number"}
    assert parts_by_name["public:practice-compare"] == {"old", "new"}
    assert {name: parts for name, parts in parts_by_name.items() if parts - VERSIONS} == {}
