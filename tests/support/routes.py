"""The whole URLconf as a flat list."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def route_names() -> list[str]:
    """Every route by `namespace:name`; one without a name stands there with its pattern."""
    return list(_below(get_resolver(), ""))


def _below(resolver: URLResolver, namespace: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield namespace + (entry.name or f"unnamed {entry.pattern}")
        else:
            yield from _below(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
