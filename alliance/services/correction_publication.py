"""Publishing a correction: the next whole revision of each record of which it corrects a value."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.enums import CorrectionState, CorrectionSubject
from alliance.models import Correction, CorrectionItem, Verdict
from alliance.queries.correction_refusals import later_events
from alliance.queries.public.record import latest_revision
from alliance.queries.published_states import (
    PublishedState,
    record_name,
)
from alliance.queries.replies import withdrawn_replies
from alliance.queries.reply_days import reply_day_from_today
from alliance.services.charter_publication_content import in_languages
from alliance.services.correction_checks import check_changes, refuse_outdated, refuse_untimely
from alliance.services.correction_content import CorrectedReport, correction_entry
from alliance.services.correction_standings import (
    correct_filing,
    record_corrected_cycle,
    record_corrected_notice,
)
from alliance.services.correction_targets import record_corrected_pledges
from alliance.services.corrections import decided_by, lock_correction
from alliance.services.public_documents import prepare_public_report
from alliance.services.publications import record_publication, statement_text
from alliance.services.verdict_checks import ask_for_checks
from alliance.validators.corrections import numbered_corrections
from alliance.validators.verdicts import proposed_verdict
from alliance.workflows import CORRECTION
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.text import LANGUAGES, require_short_reason


@transaction.atomic
def publish_correction(actor: Actor, correction: Correction, reason: str = "") -> Correction:
    """Publish the correction as the next revision of what it corrects; the old one stays readable.

    Totals are worked out anew, the projections follow, its files are built; the verdicts on a corrected figure wait
    to be looked at again; the member can reply anew to a corrected verdict. Where the other side objected, did not
    answer or could not, this is a manager's decision, and `reason` is published with it. Raises Forbidden; WrongState
    where the published values have changed meanwhile; DomainError while the other side can still answer, without the
    second reviewer's consent to a verdict, or without a reason for a decision.
    """
    state, locked = lock_correction(correction)
    require(actor, "correction.publish", locked)
    if locked.state not in CORRECTION.steps["publish"].sources:  # by itself it has changed what it corrects
        raise WrongState(CORRECTION.wrong_state(actor, locked))
    events, items = later_events(locked, state), list(locked.items.all())
    if events.withdrawn:
        refuse_untimely(locked, "publish", events)
    refuse_outdated(locked, state, items)
    changes = {item.place: item.new for item in items}
    check_changes(state, changes)
    is_optional = locked.state == CorrectionState.AGREED and not reason.strip()
    decision = "" if is_optional else require_short_reason(reason)
    # without a day it is nobody's silence: nobody who could answer has access
    respond_by = None if events.is_unanswerable else locked.respond_by
    applied = CORRECTION.apply(
        actor,
        locked,
        "publish",
        changes={**decided_by(actor), "decision_reason": decision, "respond_by": respond_by},
        data={"report": locked.report_id, **_reply_day(state, items)},
        check=lambda row: refuse_untimely(row, "publish", events),
    )
    publications = [
        *record_corrected_notice(actor, state, applied, items),
        *_record_report(actor, state, applied, items),
        *_record_responses(actor, state, applied, items),
        *record_corrected_pledges(actor, state, applied, items),
        *record_corrected_cycle(actor, state, applied, items),
    ]
    applied.published_as = publications[0].number
    applied.save(update_fields=["published_as"])
    _correct_verdicts(state, items)
    ask_for_checks(state, applied, items)
    correct_filing(state, applied, items)
    if not state.is_notice:
        prepare_public_report(state.report.organisation.slug, state.report.cycle.slug)
    return applied


def _reply_day(state: PublishedState, items: Sequence[CorrectionItem]) -> dict[str, str]:
    """Until when the member can reply to the corrected verdicts, for the journal; not while its replies are withdrawn.

    `reply_openings` says what is so later.
    """
    keys = {item.commitment_key for item in items if item.subject == CorrectionSubject.VERDICT}
    if keys == withdrawn_replies(state.report, keys):
        return {}
    return {"respond_by": reply_day_from_today(state.report.cycle).isoformat()}


def _record_report(
    actor: Actor, state: PublishedState, correction: Correction, items: Sequence[CorrectionItem]
) -> list[Publication]:
    """The next revision of the report; none where replies, targets of pledges or a notice alone are corrected."""
    own = [item for item in items if item.place.is_of_report]
    if not own or state.is_notice:
        return []
    corrected = CorrectedReport(state, {item.place: item.new for item in own})
    entry = correction_entry(
        correction,
        revision=state.publication.revision + 1,
        items=corrected.items(own),
        totals=corrected.changed_totals,
    )
    return [_record(actor, "report", record_name(state.report), state, corrected.document(entry), LANGUAGES)]


def _record_responses(
    actor: Actor, state: PublishedState, correction: Correction, items: Sequence[CorrectionItem]
) -> list[Publication]:
    """The next revision of each reply that is corrected."""
    publications = []
    for item in items:
        if item.subject != CorrectionSubject.RESPONSE:
            continue
        record = f"{record_name(state.report)}/{item.commitment_key}"
        last = latest_revision("response", record)
        if last is None:
            raise DomainError(_("The report has no such value."))
        document = read_publication(last)
        public = {**item.place.to_document(), "withheld": False, "old": item.old, "new": item.new}
        entry = correction_entry(correction, revision=last.revision + 1, items=[public], totals=[])
        corrections = numbered_corrections(document, last.number)
        document = {**document, **item.new, "corrections": [*corrections, entry]}
        publications.append(_record(actor, "response", record, state, document, last.languages))
    return publications


def _record(
    actor: Actor,
    type_: str,
    record: str,
    state: PublishedState,
    document: dict[str, Any],
    languages: Sequence[str],
) -> Publication:
    sentence = (
        _("%(name)s: correction of the report, %(cycle)s")
        if type_ == "report"
        else _("%(name)s: correction of a reply, %(cycle)s")
    )
    title = statement_text(
        sentence,
        name=in_languages(state.report.organisation, "name"),
        cycle=in_languages(state.report.cycle, "title"),
    )
    attachments = state.publication.attachments if type_ == "report" else ()
    return record_publication(
        actor, type_, record, document, title=title, languages=languages, attachments=attachments
    )


def _correct_verdicts(state: PublishedState, items: Sequence[CorrectionItem]) -> None:
    """The review's own verdicts follow, so that the next one starts from what is published."""
    for item in items:
        if item.subject == CorrectionSubject.VERDICT:
            rows = Verdict.objects.select_for_update(of=("self",)).filter(
                report=state.report,
                commitment__key=item.commitment_key or None,
                measure__key=item.measure_key or None,
                pledge_record=item.pledge_record or None,
            )
            for verdict in rows:
                for name, value in item.new.items():
                    setattr(verdict, name, value)
                verdict.version += 1
                verdict.save(update_fields=[*item.new, "version"])
    judged = [item.commitment_key for item in items if item.subject == CorrectionSubject.VERDICT]
    rows = Verdict.objects.filter(report=state.report, commitment__key__in=judged)
    values: dict[int | None, list[str]] = defaultdict(list)
    for commitment, value in rows.filter(measure__isnull=False).values_list("commitment", "value"):
        values[commitment].append(value)
    for verdict in rows.filter(measure=None).exclude(difference=""):
        verdict.difference_from = proposed_verdict(values[verdict.commitment_id]) or ""
        verdict.save(update_fields=["difference_from"])
