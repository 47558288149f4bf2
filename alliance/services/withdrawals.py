"""Named writes of a withdrawal: a manager asks with a public reason, another person of the secretariat consents."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import CorrectionState, PledgeState, WithdrawalState
from alliance.models import (
    REPORT_LOCK_ORDER,
    Correction,
    Cycle,
    PublishedResponse,
    Report,
    Withdrawal,
)
from alliance.queries.correction_answers import answer_days
from alliance.queries.correction_refusals import withdrawn_types
from alliance.queries.local_dates import day_of
from alliance.queries.public.record import (
    latest_revision,
    revisions,
    withdrawal_of_record,
    without_own_withdrawal,
)
from alliance.queries.published_states import (
    is_withdrawn,
)
from alliance.queries.withdrawals import (
    corrections_left_open,
    pledge_of_record,
    reply_day_after,
    unsaved_withdrawal,
)
from alliance.services.charter_publication_content import in_languages
from alliance.services.open_data import enqueue_open_data
from alliance.services.pledge_draft import commitment_of
from alliance.services.pledge_publications import record_pledge_publication
from alliance.services.public_documents import prepare_public_report
from alliance.services.public_files import withhold_cycle_files, withhold_quoting_files, withhold_report_files
from alliance.services.publications import names_in_languages, record_publication, statement_text
from alliance.services.verdict_checks import resume_checks, suspend_checks
from alliance.services.withdrawal_ways import other_way
from alliance.validators.corrections import numbered_corrections
from alliance.workflows import WITHDRAWAL
from portal.kernel import clock, journal
from portal.kernel.access import Actor, can, person_of, require
from portal.kernel.database import lock_name
from portal.kernel.errors import WrongState
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.text import LANGUAGES, Texts, format_moment, require_reason, require_reason_in_languages


def withdrawal_blocking_reason(publication: Publication) -> str:
    """Why this publication cannot be withdrawn; empty where it can. Three queries, one more of a notice."""
    if why := other_way(publication.type):
        return why
    last = latest_revision(publication.type, publication.record)
    if last and last.number != publication.number:
        return _("There is a later revision: withdraw No. %(number)d.") % {"number": last.number}
    if is_withdrawn(publication.type, publication.record):
        return _("This publication is withdrawn already.")
    if why := _report_in_place(publication.type, publication.record):
        return why
    rows = Withdrawal.objects.filter(
        type=publication.type, record=publication.record, state=WithdrawalState.ASKED
    )
    if (asked := rows.select_related("asked_by").first()) is None:
        return ""
    facts = {"name": asked.asked_by.name, "at": format_moment(asked.asked_at)}
    return _("%(name)s asked for it on %(at)s: a second person has to consent.") % facts


def can_ask_for_withdrawal(actor: Actor, publication: Publication) -> bool:
    """Whether this actor may ask now that it be withdrawn. Up to five queries."""
    return can(
        actor, "publication.withdraw", unsaved_withdrawal(publication)
    ) and not withdrawal_blocking_reason(publication)


def _lock_requests(publication: Publication) -> None:
    """Until the end of the transaction nobody else asks that this record be withdrawn."""
    key = f"withdrawal:{publication.type}:{publication.record}"
    lock_name(key)


@transaction.atomic
def ask_for_withdrawal(actor: Actor, publication: Publication, reason: Texts) -> Withdrawal:
    """Ask that a publication be withdrawn; nothing is public before another person consents.

    Raises Forbidden, WrongState where it cannot be withdrawn, DomainError without a reason in every language.
    """
    withdrawal = unsaved_withdrawal(publication)
    require(actor, "publication.withdraw", withdrawal)
    _lock_requests(publication)
    if publication.type == "pledge":
        _lock_pledge(publication.record)
    if why := withdrawal_blocking_reason(publication):
        raise WrongState(why)
    withdrawal.reason = require_reason_in_languages(reason)
    withdrawal.asked_by_id, withdrawal.asked_at = person_of(actor), clock.now()
    withdrawal.save()
    journal.record(
        actor, "publication.withdraw", withdrawal, type=publication.type, record=publication.record,
        number=publication.number,
    )  # fmt: skip
    return withdrawal


def _report_in_place(type_: str, record: str) -> str:
    """Of a notice why nothing becomes of it any more: a report was published after it; empty for all else."""
    if type_ != "report_notice" or latest_revision("report", record) is None:
        return ""
    return _(
        "The report was published after this notice and stands in its place: the notice stays in the record as it is."
    )


def consent_blocking_reason(withdrawal: Withdrawal) -> str:
    """Why nobody can consent to it any more: a later revision, or a report in the place of a notice; empty where none.

    One query, two of a notice.
    """
    last = latest_revision(withdrawal.type, withdrawal.record)
    if last is None or last.number != withdrawal.of_publication:
        return _(
            "The record has a later revision than the one that this names. Take the request back or refuse it; the "
            "later one can be asked for."
        )
    why = _report_in_place(withdrawal.type, withdrawal.record)
    return f"{why} {_('Take the request back or refuse it.')}" if why else ""


def undo_blocking_reason(withdrawal: Withdrawal) -> str:
    """Why it cannot be undone: the record is public again, a report stands in the place of the notice, or is withdrawn.

    Empty where it can. One query, two of a notice or a reply.
    """
    current = withdrawal_of_record(withdrawal.type, withdrawal.record)
    if current is None or current.valid_from != withdrawal.published_as:
        return _("The record was published again since: there is nothing to undo.")
    if withdrawal.type == "response" and is_withdrawn("report", "/".join(_report_of(withdrawal))):
        return _("The report that it replies to is withdrawn: publish that again first.")
    return _report_in_place(withdrawal.type, withdrawal.record)


@transaction.atomic
def consent_to_withdrawal(actor: Actor, withdrawal: Withdrawal) -> Withdrawal:
    """The second person consents: the withdrawal is published, and what it names leaves lists, totals and feeds.

    Verdicts of the report that wait to be looked at again wait no more, and proposed corrections stand still. Raises
    Forbidden, WrongState once it was decided or the record has a later revision, DomainError for who asked.
    """
    report = _lock_subject(withdrawal)
    applied = WITHDRAWAL.apply(
        actor, withdrawal, "publish", changes=_decided_by(actor), data=_data(withdrawal)
    )
    if why := consent_blocking_reason(applied):
        raise WrongState(why)
    last = latest_revision(applied.type, applied.record)
    assert last is not None, "it names it"
    publication = _record(actor, applied, read_publication(last))
    applied.published_as = publication.number
    applied.save(update_fields=["published_as"])
    if applied.type == "report" and report is not None:
        _mark_report(report, publication)
        suspend_checks(report)
    _proposals(applied, report).update(respond_by=None)
    _withhold_files(applied, last)
    return applied


@transaction.atomic
def refuse_withdrawal(actor: Actor, withdrawal: Withdrawal, reason: str) -> Withdrawal:
    """The second person refuses: it stays public. Raises Forbidden, WrongState, DomainError without a reason."""
    changes = {**_decided_by(actor), "decision_reason": require_reason(reason)}
    return WITHDRAWAL.apply(actor, withdrawal, "refuse", changes=changes, data=_data(withdrawal))


@transaction.atomic
def take_back_withdrawal(actor: Actor, withdrawal: Withdrawal) -> Withdrawal:
    """A manager takes the request back before anybody has consented. Raises Forbidden, WrongState."""
    return WITHDRAWAL.apply(
        actor, withdrawal, "take_back", changes=_decided_by(actor), data=_data(withdrawal)
    )


@transaction.atomic
def publish_again(actor: Actor, withdrawal: Withdrawal, reason: str) -> Withdrawal:
    """Undo a withdrawal by the next revision of the record: nothing else undoes it.

    Its content is that of the last one; a pledge alone is published as it is by now: a later version of its charter may
    have renamed what it is to, or the member ended it. The replies that left the public pages with a report come back
    with it, each as its next revision.
    Verdicts that waited to be looked at again wait anew, as do corrections that nobody could answer, and the member can
    reply to verdicts for the days that it still had. The withdrawal stays in the record. Raises Forbidden, WrongState,
    DomainError without a reason.
    """
    report = _lock_subject(withdrawal)
    changes = {**_decided_by(actor), "decision_reason": require_reason(reason)}
    applied = WITHDRAWAL.apply(actor, withdrawal, "undo", changes=changes, data=_data(withdrawal))
    if why := undo_blocking_reason(applied):
        raise WrongState(why)
    last = latest_revision(applied.type, applied.record)
    current = withdrawal_of_record(applied.type, applied.record)
    assert last is not None, "it is withdrawn"
    assert current is not None, "it is withdrawn"
    if applied.type == "pledge":
        _record_pledge_again(actor, applied, last)
    else:
        for publication in (last, *_replies_of(applied)):
            _record_again(actor, publication, _title(applied, _SENTENCES_AGAIN[publication.type]))
    if applied.type == "report" and report is not None:
        _mark_report(report, None)
        _let_reply_again(report, day_of(current.at))
        resume_checks(report)
    _let_answer_again(applied, report)
    if applied.type in ("report", "response"):
        prepare_public_report(*_report_of(applied))
    return applied


def _mark_report(report: Report, withdrawal: Publication | None) -> None:
    """Let every list call the report withdrawn, by this publication; or published again."""
    report.withdrawn_as = withdrawal.number if withdrawal else None
    report.save(update_fields=["withdrawn_as"])


def _let_reply_again(report: Report, withdrawn_on: date) -> None:
    """Give the member the days for a reply that it had left when the report was withdrawn."""
    if respond_by := reply_day_after(report, withdrawn_on):
        report.respond_by = respond_by
        report.save(update_fields=["respond_by"])


def _proposals(withdrawal: Withdrawal, report: Report | None) -> QuerySet[Correction]:
    """The proposed corrections of what is withdrawn."""
    return corrections_left_open(withdrawal, report).filter(state=CorrectionState.PROPOSED)


def _let_answer_again(withdrawal: Withdrawal, report: Report | None) -> None:
    """Give the other side of each proposal that stood still its days anew. As many queries for one as for a hundred.

    Not where more of it is withdrawn, or nobody can answer.
    """
    rows = _proposals(withdrawal, report).filter(respond_by__isnull=True)
    proposals = list(rows.select_related("report__organisation", "report__cycle"))
    still_withdrawn = withdrawn_types(proposals)
    public_again = [each for each in proposals if not still_withdrawn[each.pk]]
    days = answer_days(public_again)
    for correction in public_again:
        correction.respond_by = days.get(correction.pk)
    Correction.objects.bulk_update(public_again, ["respond_by"])


def _withhold_files(withdrawal: Withdrawal, last: Publication) -> None:
    """Take the files of a withdrawn report from everybody, and those with a withdrawn reply or pledge.

    With a reply others are built at once. So go the editions of the cycle with the report. Packages of the open data
    are asked whether they contain it whenever somebody wants one.
    """
    slug, cycle = _report_of(withdrawal) if withdrawal.type in ("report", "response") else ("", "")
    if withdrawal.type == "report":
        withhold_report_files(f"{slug}/{cycle}")
    elif withdrawal.type == "response":
        first = last.number if last.revision == 1 else revisions(last.type, last.record)[-1].number
        withhold_report_files(f"{slug}/{cycle}", since=first)
        prepare_public_report(slug, cycle)
    elif withdrawal.type == "pledge":
        withhold_quoting_files(withdrawal.organisation.slug)
    if withdrawal.type in ("report", "report_notice"):
        withhold_cycle_files(withdrawal.cycle_slug)
    if not clock.is_set():  # else it is the past of a demonstration
        enqueue_open_data()


def _report_of(withdrawal: Withdrawal) -> tuple[str, str]:
    """The slugs of the member and of the cycle."""
    slug, cycle = withdrawal.record.split("/")[:2]
    return slug, cycle


def _replies_of(withdrawal: Withdrawal) -> list[Publication]:
    """The replies that left the public pages with the report, unless they have come back or been withdrawn since."""
    if withdrawal.type != "report":
        return []
    rows = PublishedResponse.objects.filter(
        organisation=withdrawal.organisation, cycle__slug=withdrawal.cycle_slug
    )
    standing = set(rows.current().values_list("commitment_key", flat=True))
    ended = rows.filter(valid_to=withdrawal.published_as).exclude(commitment_key__in=standing)
    records = [f"{withdrawal.record}/{key}" for key in ended.values_list("commitment_key", flat=True)]
    replies = Publication.objects.filter(type="response", record__in=records).order_by("record", "-revision")
    return list(without_own_withdrawal(replies).distinct("record"))


def _record_again(actor: Actor, last: Publication, title: Texts, **changes: object) -> Publication:
    """The next revision of a record, as the last one was but for these changes, under a title that says so."""
    document = {**read_publication(last), **changes}
    if "corrections" in document:
        document = {**document, "corrections": numbered_corrections(document, last.number)}
    return record_publication(
        actor, last.type, last.record, document, title=title, languages=last.languages,
        attachments=last.attachments,
    )  # fmt: skip


def _record_pledge_again(actor: Actor, withdrawal: Withdrawal, last: Publication) -> None:
    """The next revision of a pledge: in force with the keys that it has by now, or as it was with its end."""
    pledge = pledge_of_record(withdrawal.record).get()
    sentence = _SENTENCES_AGAIN[withdrawal.type]
    if pledge.state == PledgeState.PUBLISHED:
        record_pledge_publication(actor, pledge, commitment_of(pledge), sentence=sentence)
        return
    title = _title(withdrawal, sentence)
    _record_again(actor, last, title, state=pledge.state, reason=pledge.ended_reason)


def _lock_pledge(record: str) -> None:
    """Lock a pledge before anything is read of it, so that it is neither ended nor given other keys meanwhile."""
    list(pledge_of_record(record).select_for_update(of=("self",)))


def _lock_subject(withdrawal: Withdrawal) -> Report | None:
    """Lock the report that the record belongs to, so that no correction of it is proposed or published meanwhile.

    A pledge belongs to none, and its targets are corrected by way of any: all reports of its member are locked, then
    itself, as where a correction of it is published.
    """
    rows = (
        Report.objects.select_for_update(of=("self",)).prefetch_related("cycle").order_by(*REPORT_LOCK_ORDER)
    )
    reports = rows.filter(organisation=withdrawal.organisation)
    if withdrawal.type == "pledge":
        list(reports)
        _lock_pledge(withdrawal.record)
        return None
    return reports.filter(cycle__slug=withdrawal.cycle_slug).first()


_SENTENCES = {
    "report": gettext_lazy("%(name)s: the report is withdrawn, %(what)s"),
    "report_notice": gettext_lazy("%(name)s: the notice is withdrawn, %(what)s"),
    "response": gettext_lazy("%(name)s: a reply is withdrawn, %(what)s"),
    "pledge": gettext_lazy("%(name)s: the publication of a pledge is withdrawn"),
}
_SENTENCES_AGAIN = {
    "report": gettext_lazy("%(name)s: the report is public again, %(what)s"),
    "report_notice": gettext_lazy("%(name)s: the notice is public again, %(what)s"),
    "response": gettext_lazy("%(name)s: a reply is public again, %(what)s"),
    "pledge": gettext_lazy("%(name)s: a pledge is public again"),
}


def _title(withdrawal: Withdrawal, sentence: str | Promise) -> dict[str, str]:
    slug = withdrawal.cycle_slug
    return statement_text(
        sentence,
        name=in_languages(withdrawal.organisation, "name"),
        what=in_languages(Cycle.objects.get(slug=slug), "title") if slug else "",
    )


def _record(actor: Actor, withdrawal: Withdrawal, content: dict[str, Any]) -> Publication:
    cycle = content["cycle"]["slug"] if "cycle" in content else ""
    subject = {
        "type": withdrawal.type,
        "record": withdrawal.record,
        "number": withdrawal.of_publication,
        "cycle": cycle,
        "commitment": content.get("commitment", ""),
    }
    document = {
        "organisation": names_in_languages(withdrawal.organisation),
        "subject": subject,
        "reason": withdrawal.reason,
    }
    record = f"{withdrawal.type}/{withdrawal.record}"
    title = _title(withdrawal, _SENTENCES[withdrawal.type])
    return record_publication(actor, "withdrawal", record, document, title=title, languages=LANGUAGES)


def _decided_by(actor: Actor) -> dict[str, object]:
    return {"decided_by_id": person_of(actor), "decided_at": clock.now()}


def _data(withdrawal: Withdrawal) -> dict[str, object]:
    return {"type": withdrawal.type, "record": withdrawal.record, "number": withdrawal.of_publication}
