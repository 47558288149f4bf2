"""Where stored files stand: each floor tells of its own, and what must follow when one is purged."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.functional import Promise

from portal.kernel.access import SYSTEM, Actor
from portal.kernel.file_gate import digest_in
from portal.kernel.row_security import acting_as


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a file stands, as it may be told to one actor; `url` is the page that shows it."""

    words: str | Promise
    title: str
    url: str = ""


def _nothing(sha256: str) -> Iterable[Any]:
    del sha256
    return ()


@dataclass(frozen=True, slots=True)
class Holder:
    """One kind of thing that refers to stored files.

    `places` tells where the file of a digest stands, as far as the actor may know. `paths` names bytes that are not
    kept by their digest: copies of the file, and what was made out of it. `owners` are the tenants whose file it is.
    `purged` does what must follow in the rows. `finds` gives, by the name of a route, the digest of the file that an
    address of this route leads to, as far as the actor may know; empty where it leads to none.
    All but `places` and `finds` are called as SYSTEM.
    """

    name: str
    places: Callable[[Actor, str], Sequence[Place]]
    paths: Callable[[str], Iterable[str]] = _nothing
    owners: Callable[[str], Iterable[int]] = _nothing
    purged: Callable[[str], object] = _nothing
    finds: Mapping[str, Callable[[Actor, Mapping[str, Any]], str]] | None = None


_HOLDERS: dict[str, Holder] = {}


def register(holder: Holder) -> None:
    _HOLDERS[holder.name] = holder


def places_of(actor: Actor, sha256: str) -> list[Place]:
    """Where the file stands, as far as the actor may know."""
    with acting_as(actor):
        return [place for holder in _HOLDERS.values() for place in holder.places(actor, sha256)]


def count_places(sha256: str) -> int:
    """In how many places the file stands, whoever may know of them; for those alone who decide on it."""
    return len(places_of(SYSTEM, sha256))


def paths_of(sha256: str) -> list[str]:
    """Bytes of the file, and of what was made out of it, that are not kept by its digest."""
    with acting_as(SYSTEM):
        return [path for holder in _HOLDERS.values() for path in holder.paths(sha256) if path]


def owners_of(sha256: str) -> set[int]:
    """The tenants whose file it is."""
    with acting_as(SYSTEM):
        return {owner for holder in _HOLDERS.values() for owner in holder.owners(sha256)}


def tell_purged(sha256: str) -> None:
    """Let every floor do what must follow."""
    with acting_as(SYSTEM):
        for holder in _HOLDERS.values():
            holder.purged(sha256)


def named(actor: Actor, text: str) -> str:
    """The digest that the text names: itself, or by an address of the portal; empty where it names none."""
    said = text.strip()
    return digest_in(said) or _at(actor, urlsplit(said).path)


def _at(actor: Actor, path: str) -> str:
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    finders = [find for holder in _HOLDERS.values() if (find := (holder.finds or {}).get(match.view_name))]
    with acting_as(actor):
        return next((found for find in finders if (found := find(actor, match.kwargs))), "")
