"""What a reader reads of access that they have lost: on every page that is not there for them, whatever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.models import Membership, Organisation
from alliance.web.acting_for import ORGANISATION_KEY
from portal.kernel.text import format_moment

_RECENT = timedelta(days=30)  # who has other organisations is reminded for so long


@dataclass(frozen=True, slots=True)
class LostAccess:
    """Where the reader belonged, the latest first; who they are signed in as, and for whom they act, if for anybody."""

    memberships: Sequence[Membership]
    email: str
    acting_for: Organisation | None


def lost_access_of(request: Any) -> LostAccess | None:
    """Of the person who is signed in; None for one who has lost nothing, or long ago while they belong elsewhere.

    It depends on the person alone, never on what they asked for.
    """
    own = request.person_memberships
    chosen = own.choose(request.session.get(ORGANISATION_KEY))
    since = timezone.now() - _RECENT
    lost = [row for row in own.lost if chosen is None or (row.ended_at and row.ended_at > since)]
    return LostAccess(lost, request.user.email, chosen.organisation if chosen else None) if lost else None


def notify_of_lost_access(request: Any) -> None:
    """Say once, on the next page, that the membership has ended in which somebody with another organisation acted."""
    chosen_id, own = request.session.get(ORGANISATION_KEY), request.person_memberships
    ended = next((row for row in own.lost if row.organisation_id == chosen_id and row.ended_at), None)
    acting_for = own.choose(chosen_id)
    if ended is None or acting_for is None:
        return
    request.session[ORGANISATION_KEY] = acting_for.organisation_id
    sentence = _("Your membership in %(organisation)s ended on %(at)s. You now act for %(other)s.")
    values = {"organisation": ended.organisation.name_prepositional, "at": format_moment(ended.ended_at)}
    messages.warning(request, sentence % {**values, "other": acting_for.organisation.name_genitive})
