"""Submitting a report: the whole working copy becomes immutable bytes with a digest and a receipt."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import ReportState
from alliance.models import Answer, Evidence, Figure, Indicator, Report, Submission
from alliance.queries.clock import today
from alliance.queries.four_eyes import unread_measures
from alliance.queries.report_frame import OwedMeasure, texts_in
from alliance.queries.signatures import Signature, signature_of
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.charter_document import in_languages
from alliance.services.readiness import faults_of, refuse
from alliance.services.report_document import plain
from alliance.validators.figures import Finding
from alliance.workflows import REPORT
from portal.kernel import clock
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import canonical, digest
from portal.kernel.templatetags.portal_ui import moment

_STATEMENT = gettext_lazy("The report is complete and correct to the best of our knowledge.")
_DECIMALS = ("value", "numerator", "denominator", "lower", "upper")
_WORDS = (
    "cell", "status", "choice", "estimate", "method", "note", "reason", "definition_changed", "definition_note",
    "disclosure", "disclosure_reason",
)  # fmt: skip


def statement_for(report: Report) -> str:
    """What the signatory says of the report, in their language: the charter's words, or the portal's."""
    return report.cycle.charter.statement or str(_STATEMENT)


@transaction.atomic
def submit_report(actor: Actor, report: Report, *, stated: str | None = None) -> Submission:
    """Sign off and file the report; gives back the submission, whose digest is the receipt.

    `stated` is the statement as a program says it, which has no page to read it on: word for word, or refused.

    Refuses with Forbidden, with WrongState (naming who filed and when, if somebody was quicker), with Faults
    that name every place that stops sign-off. The receipt goes out by e-mail through the outbox.
    """
    require(actor, "report.submit", report)
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    _not_filed_already(locked)
    if stated is not None and stated != statement_for(locked):
        raise DomainError(_("Repeat the statement word for word as the report gives it."), field="statement")
    signature = signature_of(actor)
    if signature is None:
        raise DomainError(_("You do not belong to this organisation any more."))
    copy = working_copy(locked)
    _ready(copy, actor)
    submission = _filed(actor, copy, signature)
    Evidence.objects.filter(report=locked, submitted_at__isnull=True).update(
        submitted_at=submission.submitted_at
    )
    REPORT.apply(
        actor,
        locked,
        "submit",
        changes={
            "submitted_at": submission.submitted_at,
            "late": locked.late or (submission.number == 1 and today() > locked.due_on),
        },
        data={"submission": submission.pk, "number": submission.number, "sha256": submission.sha256},
    )
    return submission


def _not_filed_already(report: Report) -> None:
    if report.state not in (ReportState.SUBMITTED, ReportState.IN_REVIEW):
        return
    last = report.submissions.select_related("submitted_by").first()
    if last is not None:
        message = _("%(name)s has already submitted this report, on %(at)s.")
        raise WrongState(message % {"name": last.signatory_name, "at": moment(last.submitted_at)})


def _ready(copy: WorkingCopy, actor: Actor) -> None:
    """Every place that stops sign-off, at once."""
    faults = faults_of(copy)
    for unread in unread_measures(copy):
        if unread.writer.pk == actor.person_id:
            faults.setdefault(unread.measure.code, _("You wrote here last: another person must confirm it."))
    refuse(faults)


def _filed(actor: Actor, copy: WorkingCopy, signature: Signature) -> Submission:
    report, now = copy.frame.report, clock.now()
    number = report.submissions.count() + 1
    body = canonical(
        {
            "v": 1,
            "organisation": report.organisation.slug,
            "cycle": report.cycle.slug,
            "charter": {"key": report.cycle.charter.key, "version": report.cycle.charter.version},
            "number": number,
            "submitted_at": now.isoformat(),
            "signatory": {"name": signature.name, "office": signature.office},
            "statement": statement_for(report),
            "services": [
                {"slug": row.slug, "name": in_languages(row, "name")} for row in copy.frame.services
            ],
            "measures": [_measure(copy, owed) for owed in copy.frame.measures],
            "pledges": [_pledge(copy.answers[row.record], row.title) for row in copy.frame.own_pledges],
        }
    )
    return Submission.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        number=number,
        body=body,
        sha256=digest(body),
        signatory_name=signature.name,
        signatory_office=signature.office,
        statement=statement_for(report),
        submitted_by_id=signature.person_id,
        submitted_at=now,
    )


def _measure(copy: WorkingCopy, owed: OwedMeasure) -> dict[str, Any]:
    keys = [row.key for row in owed.figures]
    asked = [place for place in copy.figures if place[0] in keys and copy.frame.asks_for(place)]
    figures = [(place, copy.figures[place]) for place in asked]
    figures.sort(key=lambda pair: (keys.index(pair[0][0]), pair[0][1] or "", pair[0][2]))
    return {
        "measure": owed.measure.key,
        "answers": [_answer(copy, row) for row in owed.narratives],
        "figures": [_figure(figure) for _place, figure in figures],
        "evidence": [_evidence(row) for row in copy.evidence if row.measure_id == owed.measure.pk],
        "warnings": _warnings(copy, [finding for finding in copy.warnings if finding.place[0] in keys]),
    }


def _text(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "language": answer.language,
        "disclosure": answer.disclosure,
        "disclosure_reason": answer.disclosure_reason,
    }


def _answer(copy: WorkingCopy, indicator: Indicator) -> dict[str, Any]:
    """The answer; the reviewer is told where it is word for word that of the last period."""
    answer = copy.answers[indicator.pk]
    same = answer.text == texts_in(copy.last).get(indicator.key)
    return {"indicator": indicator.key, "carried_over": same, **_text(answer)}


def _pledge(answer: Answer, title: str) -> dict[str, Any]:
    return {"record": str(answer.pledge_record), "title": title, **_text(answer)}


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "indicator": figure.indicator.key,
        "service": figure.service.slug if figure.service else None,
        **{name: getattr(figure, name) for name in _WORDS},
        **{name: plain(getattr(figure, name)) for name in _DECIMALS},
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    names = ["kind", "title", "url", "file_name", "media_type", "size", "sha256", "disclosure"]
    names += ["source", "reference"] if evidence.is_citation else []
    return {"id": evidence.pk, **{name: getattr(evidence, name) for name in names}}


def _warnings(copy: WorkingCopy, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Warnings travel to the reviewer with their notes, in every language."""
    return [
        {
            "indicator": finding.place[0],
            "service": finding.place[1],
            "cell": finding.place[2],
            "text": _in_all_languages(finding),
            "note": copy.figures[finding.place].note,
        }
        for finding in findings
    ]


def _in_all_languages(finding: Finding) -> dict[str, str]:
    spoken = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            spoken[language] = str(finding)
    return spoken
