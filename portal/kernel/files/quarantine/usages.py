"""Where stored files are used: each layer registers its own usages, and what must follow when a file is purged."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.functional import Promise

from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.files.quarantine.gate import find_digest
from portal.kernel.text import split_address


@dataclass(frozen=True, slots=True)
class FileUsage:
    """One place where a file is used, as one actor may see it; `url` is the page that shows it."""

    label: str | Promise
    title: str
    url: str = ""


def _nothing(sha256: str) -> Iterable[Any]:
    del sha256
    return ()


@dataclass(frozen=True, slots=True)
class FileHolder:
    """One kind of object that refers to stored files.

    `usages` lists where the file of a digest is used, as far as the actor may know. `paths` names bytes that are not
    stored by their digest: copies of the file, and what was made out of it. `owners` are the tenants whose file it
    is. `on_purge` does what must follow in the rows. `digest_finders` gives, by the name of a route, the digest of
    the file that an address of this route leads to, as far as the actor may know; empty where it leads to none. All
    but `usages` and `digest_finders` are called as SYSTEM.
    """

    name: str
    usages: Callable[[Actor, str], Sequence[FileUsage]]
    paths: Callable[[str], Iterable[str]] = _nothing
    owners: Callable[[str], Iterable[int]] = _nothing
    on_purge: Callable[[str], object] = _nothing
    digest_finders: Mapping[str, Callable[[Actor, Mapping[str, Any]], str]] | None = None


_HOLDERS: dict[str, FileHolder] = {}


def register_holder(holder: FileHolder) -> None:
    _HOLDERS[holder.name] = holder


def usages_of(actor: Actor, sha256: str) -> list[FileUsage]:
    """Where the file is used, as far as the actor may know."""
    with acting_as(actor):
        return [place for holder in _HOLDERS.values() for place in holder.usages(actor, sha256)]


def count_usages(sha256: str) -> int:
    """In how many places the file is used, visible or not; only for people who decide on it."""
    return len(usages_of(SYSTEM, sha256))


def paths_of(sha256: str) -> list[str]:
    """Bytes of the file, and of what was made out of it, that are not stored by its digest."""
    with acting_as(SYSTEM):
        return [path for holder in _HOLDERS.values() for path in holder.paths(sha256) if path]


def owners_of(sha256: str) -> set[int]:
    """The tenants whose file it is."""
    with acting_as(SYSTEM):
        return {owner for holder in _HOLDERS.values() for owner in holder.owners(sha256)}


def run_on_purge(sha256: str) -> None:
    """Run what every layer registered for a purge."""
    with acting_as(SYSTEM):
        for holder in _HOLDERS.values():
            holder.on_purge(sha256)


def digest_named_in(actor: Actor, text: str) -> str:
    """The digest that the text names: itself, or by an address of the portal; empty where it names none."""
    address = text.strip()
    return find_digest(address) or _digest_at(actor, split_address(address).path)


def _digest_at(actor: Actor, path: str) -> str:
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    finders = [
        find for holder in _HOLDERS.values() if (find := (holder.digest_finders or {}).get(match.view_name))
    ]
    with acting_as(actor):
        return next((digest for find in finders if (digest := find(actor, match.kwargs))), "")
