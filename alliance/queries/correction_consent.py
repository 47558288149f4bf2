"""The second person of a correction: who can consent to that of a verdict, who decides where nobody agreed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from alliance.enums import CorrectionSubject, Role
from alliance.models import Correction, CorrectionItem, Verdict
from alliance.queries.actors import recipients_in, secretariat_id
from alliance.queries.last_steps import done_refusal
from alliance.queries.reviewers import conflict_reasons, reviewer_choices
from portal.kernel.access import Actor
from portal.kernel.journal import last_entry_about


def consent_refusal(actor: Actor, correction: Correction) -> str:
    """Why this reviewer cannot be the second one; empty where they can. Up to three queries.

    Where another one has consented, who and when.
    """
    if correction.consented_by_id is not None:
        return done_refusal(actor, last_entry_about(correction, "correction.consent"))
    if actor.person_id in _participants(correction):
        return _("Another reviewer has to consent: you have taken part in this correction.")
    if actor.person_id in verdict_authors(correction):
        return _("Another reviewer has to consent: the verdict that is corrected is yours.")
    return ""


def second_reviewers(actor: Actor, correction: Correction) -> Sequence[str]:
    """The names of those who can consent. Ten queries."""
    excluded = {*_participants(correction), *verdict_authors(correction)}
    report = correction.report
    return [
        choice.name
        for choice in reviewer_choices(actor, [report])
        if choice.person_id not in excluded and report.pk not in choice.refusals
    ]


def deciders(correction: Correction) -> Sequence[str]:
    """The names of those who can decide without the agreement of the other side. Up to seven queries."""
    secretariat, organisation = secretariat_id(), correction.organisation_id
    rows = recipients_in([secretariat] if secretariat else [], Role.MANAGER, Role.AUDITOR)
    authors = correction.authors
    recipients = [each for each in rows if each.person_id not in authors]
    conflicts = conflict_reasons([each.person_id for each in recipients], [organisation])
    return [each.name for each in recipients if (each.person_id, organisation) not in conflicts]


def verdict_authors(correction: Correction) -> set[int]:
    """Who gave the verdicts that are corrected. Two queries."""
    items = CorrectionItem.objects.filter(correction=correction, subject=CorrectionSubject.VERDICT)
    places = {(item.commitment_key, item.measure_key, item.pledge_record) for item in items}
    rows = Verdict.objects.filter(report=correction.report_id)
    columns = rows.values_list("commitment__key", "measure__key", "pledge_record", "given_by")
    return {
        author
        for commitment, measure, pledge, author in columns
        if (commitment or "", measure or "", str(pledge or "")) in places
    }


def _participants(correction: Correction) -> set[int | None]:
    """Whoever wrote it, edited its draft, proposed or answered it. One query."""
    return {*correction.authors, correction.answered_by_id}
