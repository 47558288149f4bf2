"""After a figure is corrected: its verdicts are looked at again, and corrected, or said in public to stay."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from alliance.enums import CorrectionFinder, CorrectionSubject, Side, VerdictValue
from alliance.models import Correction, CorrectionItem, Report
from alliance.queries.correction_consequences import figures_of_corrections, judged_by_figures
from alliance.queries.corrections import (
    check_refusal,
    waiting_verdicts,
)
from alliance.queries.local_dates import today
from alliance.queries.published_states import (
    PublishedState,
    record_name,
)
from alliance.services.charter_publication_content import in_languages
from alliance.services.corrections import lock_correction
from alliance.services.public_documents import prepare_public_report
from alliance.services.publications import record_publication, statement_text
from alliance.validators.corrections import CorrectionPlace, numbered_corrections
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import WrongState
from portal.kernel.publishing import Publication
from portal.kernel.text import LANGUAGES, Texts, require_reason_in_languages


def ask_for_checks(state: PublishedState, correction: Correction, items: Sequence[CorrectionItem]) -> None:
    """Within its publication: write down which verdicts rest on the corrected figures, and until when they are due.

    A verdict that this correction itself corrects is among what it answers, here and of earlier corrections. One that
    waited for an earlier correction waits for this one alone if this corrects every figure of that one again: it is
    looked at once. Else it waits for both, and the day of the earlier one stays.
    """
    corrected = {item.place for item in items if item.subject == CorrectionSubject.VERDICT}
    earlier = list(_with_checks(state.report).select_for_update(of=("self",)).order_by("pk"))
    _settle(earlier, {place.key for place in corrected})
    waiting = [place.key for place in _verdicts_resting_on(state, items) if place not in corrected]
    if not waiting:
        return
    correction.verdicts_to_check = waiting
    correction.check_verdicts_by = _check_by(state.report)
    correction.save(update_fields=["verdicts_to_check", "check_verdicts_by"])
    _take_over(correction, [row for row in earlier if row.verdicts_to_check])


def suspend_checks(report: Report) -> None:
    """Within its withdrawal: nobody is waited for until it is public again. The caller has locked the report."""
    _with_checks(report).update(check_verdicts_by=None)


def resume_checks(report: Report) -> None:
    """Once it is public again: the verdicts wait anew, as long as after a correction. The report is locked."""
    _with_checks(report).update(check_verdicts_by=_check_by(report))


def _check_by(report: Report) -> date:
    return today() + timedelta(days=report.cycle.correction_days)


def _with_checks(report: Report) -> QuerySet[Correction]:
    return Correction.objects.filter(report=report).exclude(verdicts_to_check=[])


def _take_over(correction: Correction, earlier: Sequence[Correction]) -> None:
    """What waits for earlier corrections of no other figures waits for this one alone; they name it."""
    if not earlier:
        return
    figures = figures_of_corrections([correction, *earlier])
    taken = [row for row in earlier if figures[row.pk] <= figures[correction.pk]]
    _settle(taken, set(correction.verdicts_to_check))
    handed = Correction.objects.filter(Q(pk__in=[row.pk for row in taken]) | Q(checked_after__in=taken))
    handed.update(checked_after=correction)


def _settle(rows: Sequence[Correction], keys: set[str]) -> None:
    """These verdicts wait for a second look after these corrections no more."""
    for row in rows if keys else ():
        row.verdicts_to_check = [key for key in row.verdicts_to_check if key not in keys]
        row.save(update_fields=["verdicts_to_check"])


def _verdicts_resting_on(state: PublishedState, items: Sequence[CorrectionItem]) -> list[CorrectionPlace]:
    """The published verdicts on the measures of these figures, and on their commitments; not those that are not due."""
    judged = judged_by_figures(state, items)
    return [
        CorrectionPlace.of_verdict(row)
        for row in state.document.get("verdicts", ())
        if (row["commitment"], row["measure"]) in judged and row["value"] != VerdictValue.NOT_DUE
    ]


@transaction.atomic
def uphold_verdicts(actor: Actor, correction: Correction, reason: Texts) -> Correction:
    """Say in public that the verdicts which rest on the corrected figure were looked at again and stay, and why.

    It becomes the next revision of the report, in which no value differs. Raises Forbidden; WrongState where no verdict
    waits for it, or the report is not public; DomainError without a reason in each language, and while a correction
    of one of the verdicts is open.
    """
    state, locked = lock_correction(correction)
    require(actor, "correction.uphold_verdicts", locked)
    if why := check_refusal(actor, locked):
        raise WrongState(why)
    places = waiting_verdicts(locked)
    locked.upheld_reason = require_reason_in_languages(reason)
    locked.verdicts_upheld_by_id, locked.verdicts_upheld_at = person_of(actor), clock.now()
    publication = _record(actor, state, locked, places)
    locked.upheld_as, locked.verdicts_to_check = publication.number, []
    locked.save()
    journal.record(
        actor, "correction.uphold_verdicts", locked, report=locked.report_id, publication=publication.number
    )
    prepare_public_report(state.report.organisation.slug, state.report.cycle.slug)
    return locked


def _record(
    actor: Actor, state: PublishedState, correction: Correction, places: Sequence[CorrectionPlace]
) -> Publication:
    """The next revision: the last one with one more entry among its corrections, that of the second look."""
    last, moment = state.publication, clock.now().isoformat()
    entry = {
        "revision": last.revision + 1,
        "publication": None,
        "of_publication": correction.published_as,
        "reason": correction.upheld_reason,
        "finder": CorrectionFinder.SECRETARIAT,
        "proposed": {"side": Side.SECRETARIAT, "at": moment},
        "answer": None,
        "decision": "",
        "second_reviewer": False,
        "items": [],
        "totals": [],
        "upheld": [
            {
                "commitment": place.commitment,
                "measure": place.measure,
                "value": state.values[place]["value"],
            }
            for place in places
            if place in state.values
        ],
    }
    document = {**state.document, "corrections": [*numbered_corrections(state.document, last.number), entry]}
    title = statement_text(
        gettext_lazy("%(name)s: verdicts looked at again after a correction, %(cycle)s"),
        name=in_languages(state.report.organisation, "name"),
        cycle=in_languages(state.report.cycle, "title"),
    )
    return record_publication(
        actor,
        "report",
        record_name(state.report),
        document,
        title=title,
        languages=LANGUAGES,
        attachments=last.attachments,
    )
