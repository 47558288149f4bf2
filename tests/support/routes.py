"""The whole URLconf as a flat list."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def route_names() -> list[str]:
    """Every route by `namespace:name`; one without a name stands there with its pattern."""
    return [name for name, _entry in routes()]


def routes() -> Iterator[tuple[str, URLPattern]]:
    """The same with the entries themselves."""
    return _below(get_resolver(), "")


def _below(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield namespace + (entry.name or f"unnamed {entry.pattern}"), entry
        else:
            yield from _below(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
