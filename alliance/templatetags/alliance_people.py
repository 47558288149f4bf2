"""Template tags about people: roles in words, invitations that have run out, what is new in the inbox."""

from collections.abc import Iterable
from datetime import timedelta

from django import template
from django.template import Context
from django.utils.translation import ngettext

from alliance.enums import Role
from alliance.models import Invitation
from alliance.queries import people
from alliance.queries.inbox import unread_count
from alliance.web.account.devices import device_words
from alliance.web.forms.people import ROLE_LABELS
from portal.kernel.access import ANYONE

register = template.Library()


@register.filter
def role_label(role: str) -> str:
    """The role in the reader's language."""
    return str(Role(role).label)


@register.filter
def role_meaning(role: str) -> str:
    """What the role lets somebody do, in the reader's language."""
    return str(ROLE_LABELS[Role(role)])


@register.filter
def is_expired_invitation(invitation: Invitation) -> bool:
    """Whether the link of an invitation has expired."""
    return people.is_expired(invitation)


@register.filter
def has_valid_invitation(invitations: Iterable[Invitation]) -> bool:
    """Whether the link of at least one of the invitations still works."""
    return not all(people.is_expired(invitation) for invitation in invitations)


@register.simple_tag(takes_context=True)
def unread_messages(context: Context) -> int:
    """How many messages of the actor's inbox are new; one query."""
    return unread_count(context.get("actor") or ANYONE)


@register.filter
def role_labels(roles: Iterable[str]) -> str:
    """Several roles in words, one after the other."""
    return ", ".join(str(Role(role).label).lower() for role in roles)


@register.filter
def device(stored: str) -> str:
    """The name of a device on pages."""
    return device_words(stored)


@register.filter
def after(term: timedelta) -> str:
    """A term in words: `after 4 hours`, `after 90 minutes`."""
    minutes = round(term.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if rest:
        return ngettext("after %(n)d minute", "after %(n)d minutes", minutes) % {"n": minutes}
    return ngettext("after %(n)d hour", "after %(n)d hours", hours) % {"n": hours}
