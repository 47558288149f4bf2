"""Who may take over the open work of a person, who is left out, and why; what stays with the organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from alliance.enums import CorrectionState, ExtensionRequestState
from alliance.models import Correction, ExtensionRequest, Membership, Person
from alliance.queries.actors import recipients_among
from alliance.queries.corrections import correction_title
from alliance.queries.people import successors_of
from portal.kernel.access import Actor
from portal.kernel.registry import OpenWork, WorkPiece, handover_kinds, handover_refusals, open_work


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


def remaining_work(actor: Actor, membership: Membership) -> list[OpenWork]:
    """What the person has begun and any colleague with their rights goes on with, as far as the actor may see it.

    It belongs to the organisation and keeps the name of who began it; nobody has to take it over. Two queries.
    """
    organisation, person = membership.organisation_id, membership.person_id
    drafts = Correction.objects.visible_to(actor).filter(
        Q(written_by=person) | Q(edited_by=person), state=CorrectionState.DRAFT
    )
    requests = ExtensionRequest.objects.visible_to(actor).filter(
        organisation=organisation, asked_by=person, state=ExtensionRequestState.OPEN
    )
    if not actor.is_host:
        drafts = drafts.filter(organisation=organisation)
    area = "secretariat" if actor.is_host else "workspace"
    kinds = (
        OpenWork(
            "corrections",
            _("Drafts of corrections"),
            [
                WorkPiece(correction_title(row), reverse(f"{area}:correction", args=[row.pk]))
                for row in drafts.select_related("report__cycle").order_by("pk")
            ],
        ),
        OpenWork(
            "extensions",
            _("Requests for more time that wait for the secretariat"),
            [
                WorkPiece(row.report.cycle.title, _page_of_request(actor, row))
                for row in requests.select_related("report__cycle").order_by("pk")
            ],
        ),
    )
    return [kind for kind in kinds if kind.pieces]


def _page_of_request(actor: Actor, request: ExtensionRequest) -> str:
    if actor.is_host:
        return reverse("secretariat:report-story", args=[request.report_id])
    return f"{reverse('workspace:report', args=[request.report_id])}#deadline"
