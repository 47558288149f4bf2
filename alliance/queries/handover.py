"""Who may take over the open work of a person: by kind of work, and all of it; who is left out, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from alliance.models import Membership, Person
from alliance.queries.actors import recipients_among
from alliance.queries.people import successors_of
from portal.kernel.access import Actor
from portal.kernel.registry import OpenWork, handover_kinds, handover_refusals, open_work


@dataclass(frozen=True, slots=True)
class HandoverOption:
    """One kind of open work: who may take it over, and why others may not, by person."""

    work: OpenWork
    refusals: Mapping[int, str]

    @property
    def label(self) -> str | Promise:
        return self.work.label


@dataclass(frozen=True, slots=True)
class HandoverOptions:
    """The colleagues who are there, and each kind of open work that the actor may see.

    `hidden_refusals` are those for kinds of which the actor sees nothing: such work stays where it is.
    """

    colleagues: Sequence[Person]
    kinds: Sequence[HandoverOption]
    hidden_refusals: Mapping[str, Mapping[int, str]]

    @property
    def refusals(self) -> dict[int, str]:
        """Who may not take over all that the actor sees, and the first reason for it."""
        reasons: dict[int, str] = {}
        for option in self.kinds:
            for person_id, reason in option.refusals.items():
                reasons.setdefault(person_id, reason)
        return reasons


def handover_options(actor: Actor, membership: Membership) -> HandoverOptions:
    """Who may take over what of a person who leaves or has left.

    As many queries for many colleagues as for one, but for offers: each colleague's own view of the requests is asked.
    """
    tenant_id, person_id = membership.organisation_id, membership.person_id
    colleagues = [row.person for row in successors_of(actor, membership)]
    recipients = recipients_among((colleague.pk, tenant_id) for colleague in colleagues)
    actors = [recipient.actor for recipient in recipients]
    without_access = {person.pk for person in colleagues} - {each.person_id for each in actors}

    def refusals(kind: str) -> Mapping[int, str]:
        reason = _("has no access to the portal at the moment")
        return {
            **handover_refusals(actor, kind, person_id, tenant_id, actors),
            **dict.fromkeys(without_access, reason),
        }

    visible_work = open_work(actor, person_id, tenant_id)
    hidden_kinds = [kind for kind in handover_kinds() if kind not in {work.key for work in visible_work}]
    return HandoverOptions(
        colleagues,
        [HandoverOption(work, refusals(work.key)) for work in visible_work],
        {kind: refusals(kind) for kind in hidden_kinds},
    )
