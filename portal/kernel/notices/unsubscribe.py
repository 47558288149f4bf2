"""Unsubscribing from letters: RFC 8058 headers, and the signed address that turns groups off without signing in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from portal.kernel.mail import host_name, letterhead
from portal.kernel.notices.groups import group_of

_SALT = "portal.kernel.notices.unsubscribing"


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """What a token lets its holder do: turn these groups off for this person. Numbers and keys, no name."""

    person_id: int
    groups: tuple[str, ...]


def token_for(person_id: int, groups: Iterable[str]) -> str:
    """Always the same for the same choice, and good for as long as the letter lies in a mailbox."""
    return signing.Signer(salt=_SALT).sign_object([person_id, *sorted(groups)])


def read_token(token: str) -> Unsubscription | None:
    """What the token refers to; None when it was not made here for this, or when its subject is gone."""
    try:
        person_id, *groups = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    known = tuple(key for key in groups if (group := group_of(key)) and not group.always)
    return Unsubscription(person_id, known) if known else None


def unsubscribe_path(person_id: int, groups: Iterable[str]) -> str:
    """The path of the page that turns them off; empty where nothing of it can be turned off."""
    optional = [key for key in groups if (group := group_of(key)) and not group.always]
    return reverse("unsubscribe", args=[token_for(person_id, optional)]) if optional else ""


def list_headers(path: str, name: str) -> Mapping[str, str]:
    """The headers for which mail programs show a button; letters that always come have none."""
    if not path:
        return {}
    head = letterhead()
    by_mail = f", <mailto:{head.contact}?subject=unsubscribe>" if head.contact else ""
    return {
        "List-Id": f"<{name}.{host_name()}>",
        "List-Unsubscribe": f"<{settings.ORIGIN}{path}>{by_mail}",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
