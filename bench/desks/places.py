"""What fills the addresses of the policy tables (`tests/policy`) in a large alliance, by the names that stand there."""

from typing import Any

from alliance.enums import CycleState
from alliance.models import (
    Accession,
    CharterUpload,
    Correction,
    Cycle,
    DeclaredInterest,
    ExtensionRequest,
    Finding,
    Membership,
    Organisation,
    Pledge,
    PublishedReport,
    Question,
    Report,
    SecondReading,
    Supporter,
    SupporterImport,
    Withdrawal,
)
from bench.desks.files import RENAMED
from bench.desks.members import slug_of
from portal.kernel.jobs import Job

UrlKwargs = dict[str, Any]
_MEASURE, _COMMITMENT, _INDICATOR = "search-proactively", "find-harmful-content", "content-actioned"


def places() -> dict[str, UrlKwargs]:
    """The largest object of its kind under each name; names that have none are left out."""
    current, reviewed, published = Cycle.objects.exclude(state=CycleState.PLANNED).order_by("-starts_on")[:3]
    return {
        "": {},
        **_cycles(current, reviewed),
        **_members(),
        **_working_copies(current),
        **_reviews(reviewed),
        **_rows(),
        **_files(current),
        **_public(published),
    }


def _pk(row: Any) -> UrlKwargs:
    return {"pk": row.pk}


def _report(cycle: Cycle, number: int) -> UrlKwargs:
    """The report of the pattern with this number."""
    return _pk(Report.objects.get(cycle=cycle, organisation__slug=slug_of(number)))


def _cycles(current: Cycle, reviewed: Cycle) -> dict[str, UrlKwargs]:
    planned = Cycle.objects.get(state=CycleState.PLANNED)
    return {
        "cycle.planned": {"slug": planned.slug},
        "cycle.open": {"slug": current.slug},
        "cycle.concluded": {"slug": reviewed.slug},
        "charter": {"key": current.charter.key, "version": current.charter.version},
    }


def _members() -> dict[str, UrlKwargs]:
    member = Organisation.objects.get(slug=slug_of(1))
    membership = Membership.objects.filter(organisation=member).latest("pk")
    return {
        "member": _pk(member),
        "member.suspend": {"pk": member.pk, "action": "suspend"},
        "member.expel": {"pk": member.pk, "action": "expel"},
        "membership": _pk(membership),
        "person": {"pk": membership.person_id},
    }


def _working_copies(current: Cycle) -> dict[str, UrlKwargs]:
    begun, written = _report(current, 1), _report(current, 2)
    report = Report.objects.get(**written)
    return {
        "report": written,
        "report.measure": {**written, "measure": _MEASURE},
        "report.text": {**written, "kind": "text", "draft": report.answers.latest("pk").pk},
        "report.figure": {**written, "kind": "figure", "draft": report.figures.latest("pk").pk},
        "report.awaiting": _report(current, 3),
        "report.submitted": _report(current, 4),
        "report.begun": begun,
    }


def _reviews(reviewed: Cycle) -> dict[str, UrlKwargs]:
    in_review = _report(reviewed, 2)
    return {
        "report.in_review": in_review,
        "report.changes_requested": _report(reviewed, 3),
        "report.concluded": _report(reviewed, 4),
        "report.respond": {**_report(reviewed, 4), "commitment": _COMMITMENT},
        "receipt": {**in_review, "number": 1},
        "review.measure": {**in_review, "key": _MEASURE},
        "review.commitment": {**in_review, "key": _COMMITMENT},
        "question": _pk(Question.objects.filter(report=in_review["pk"]).latest("pk")),
    }


def _rows() -> dict[str, UrlKwargs]:
    """Rows of lists: those of a pattern, where whose they are matters."""
    finding, correction = Finding.objects.earliest("pk"), Correction.objects.earliest("pk")
    supporter, reading = Supporter.objects.latest("pk"), SecondReading.objects.earliest("pk")
    of_reviewer = SecondReading.objects.get(asked_by=reading.reader)
    asked = Withdrawal.objects.exclude(state="refused").get()
    return {
        "accession": _pk(Accession.objects.earliest("pk")),
        "pledge.published": _pk(Pledge.objects.earliest("pk")),
        "extension": _pk(ExtensionRequest.objects.latest("pk")),
        "finding": _pk(finding),
        **{f"finding.{action}": {"pk": finding.pk, "action": action} for action in ("complete", "carry")},
        "correction": _pk(correction),
        **{
            f"correction.{step}": {"pk": correction.pk, "step": step}
            for step in ("add_note", "drop", "withdraw")
        },
        "withdrawal": _pk(Withdrawal.objects.latest("pk")),
        **{
            f"withdrawal.{step}": {"pk": asked.pk, "step": step}
            for step in ("publish", "refuse", "take_back")
        },
        "reading.asked": _pk(of_reviewer),
        "reading.own": _pk(reading),
        "reading.measure": {"pk": reading.pk, "key": _MEASURE},
        "interest": _pk(DeclaredInterest.objects.latest("pk")),
        "job": _pk(Job.objects.filter(state="dead").latest("pk")),
        "supporter": _pk(supporter),
        "supporter.hide": {"pk": supporter.pk, "action": "hide"},
        "supporter.end": {"pk": supporter.pk, "action": "end"},
        "text": {"kind": "privacy"},
        "text.revision": {"kind": "privacy", "revision": 1},
    }


def _files(current: Cycle) -> dict[str, UrlKwargs]:
    """The draft of the next version of the charter, and files of supporters."""
    draft = {"key": current.charter.key, "version": current.charter.version + 1}
    waiting, imported = SupporterImport.objects.order_by("pk")
    return {
        "charter.draft": draft,
        "charter.mapping": {**draft, "item": RENAMED},
        "charter.upload": _pk(CharterUpload.objects.get()),
        "supporter.import": _pk(waiting),
        "supporter.imported": _pk(imported),
    }


def _public(published: Cycle) -> dict[str, UrlKwargs]:
    report = PublishedReport.objects.current().get(cycle=published, organisation__slug=slug_of(1))
    return {
        "report.published": _report(published, 1),
        "public.cycle": {"cycle": published.slug},
        "public.member": {"slug": slug_of(1)},
        "public.report": {"slug": slug_of(1), "cycle": published.slug},
        "public.commitment": {"key": _COMMITMENT},
        "public.figures": {"key": _COMMITMENT, "indicator": _INDICATOR},
        "public.publication": {"number": report.valid_from},
        "publication.withdraw": {"number": report.valid_from},
    }
