"""What pages about people say: grants in words, invitations that have run out, what is new in the inbox."""

from collections.abc import Iterable

from django import template
from django.template import Context

from alliance.enums import Grant
from alliance.models import Invitation
from alliance.queries import people
from alliance.queries.inbox import unread_count
from alliance.web.devices import device_words
from portal.kernel.access import ANYONE

register = template.Library()


@register.filter
def grant_word(grant: str) -> str:
    """The grant in the reader's language."""
    return str(Grant(grant).label)


@register.filter
def has_run_out(invitation: Invitation) -> bool:
    """Whether the link of an invitation is dead by its age."""
    return people.has_run_out(invitation)


@register.filter
def any_is_good(invitations: Iterable[Invitation]) -> bool:
    """Whether the link of at least one of the invitations still works."""
    return not all(people.has_run_out(invitation) for invitation in invitations)


@register.simple_tag(takes_context=True)
def unread_messages(context: Context) -> int:
    """How many messages of the actor's inbox are new; one query."""
    return unread_count(context.get("actor") or ANYONE)


@register.filter
def grant_words(grants: Iterable[str]) -> str:
    """Several grants in words, one after the other."""
    return ", ".join(str(Grant(grant).label).lower() for grant in grants)


@register.filter
def device(kept: str) -> str:
    """A device as a page says it."""
    return device_words(kept)
