"""The secret address of a person's feed of practices: made, made anew, turned off; and what is read at it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from alliance.queries.actors import actor_from
from alliance.services.secret_addresses import end_address, lock_address, replace_address
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.stored_secrets import SecretForm
from practices.models import FeedAddress
from practices.queries.feeds import FeedEntry, feed_entries

_MAX_CHOICES = 12  # ways of asking that are remembered, the last ones


@dataclass(frozen=True, slots=True)
class LibraryFeed:
    """What a program reads. `changed_at`: since when the feed has been so, also where something is gone from it."""

    entries: Sequence[FeedEntry]
    language: str
    is_host: bool
    changed_at: datetime


@transaction.atomic
def create_feed_address(actor: Actor, form: SecretForm | None = None) -> str:
    """Make the address of one's feed, in place of the earlier one, which ends at once; returns its secret part.

    The secret is never stored. With a form it follows from it. Raises WrongState for an older form.
    """
    address, secret = replace_address(FeedAddress, actor, "practices.feed", form, given={})
    journal.record(actor, "feed_address.create", address)
    return secret


@transaction.atomic
def end_feed_address(actor: Actor) -> bool:
    """Turn one's own feed off: programs get nothing from now on. Returns whether there was one."""
    address = end_address(FeedAddress, actor, given={})
    if address is None:
        return False
    journal.record(actor, "feed_address.end", address)
    return True


@transaction.atomic
def read_library_feed(secret: str, filters: Mapping[str, Sequence[str]]) -> LibraryFeed | None:
    """The feed of this address as its owner may read it now; None where there is none, or its owner lost access.

    Notes that it was read, to the hour, and since when it has been what it is. As SYSTEM, then as the owner.
    """
    if (locked := lock_address(FeedAddress, secret)) is None:
        return None
    address, memberships = locked
    language = address.person.language
    with acting_as(actor_from(memberships, address.organisation_id)) as owner:
        entries = feed_entries(owner, filters, language)
    now = clock.now().replace(microsecond=0)
    hour = now.replace(minute=0, second=0)
    choice = _digest(sorted((key, sorted(values)) for key, values in filters.items()))
    given = _with_last(address.given, choice, _digest([language, *map(astuple, entries)]), now)
    if given != address.given or address.used_at != hour:
        with acting_as(SYSTEM):
            address.given, address.used_at = given, hour
            address.save(update_fields=["given", "used_at"])
    return LibraryFeed(entries, language, owner.is_host, datetime.fromisoformat(given[choice]["changed"]))


def _with_last(given: Mapping[str, Any], choice: str, digest: str, now: datetime) -> dict[str, Any]:
    """What was given out, with this; two states of one feed never have the same second."""
    last = given.get(choice)
    if last is not None and last["sha256"] == digest:
        return dict(given)
    changed = now
    if last is not None:
        changed = max(now, datetime.fromisoformat(last["changed"]) + timedelta(seconds=1))
    others = sorted(
        ((key, row) for key, row in given.items() if key != choice), key=lambda pair: pair[1]["changed"]
    )
    return dict(
        [*others[-(_MAX_CHOICES - 1) :], (choice, {"sha256": digest, "changed": changed.isoformat()})]
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
