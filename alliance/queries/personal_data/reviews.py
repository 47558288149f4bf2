"""What somebody said in reviews, and about what is published."""

from collections.abc import Iterator

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from alliance.enums import EDIT_ENTRY_KINDS
from alliance.models import (
    ChangesRequest,
    Correction,
    CorrectionNote,
    DeclaredInterest,
    EarlierVerdict,
    Finding,
    FindingEntry,
    InternalNote,
    Question,
    ReportDecision,
    ReviewAssignment,
    ReviewDraft,
    ReviewPause,
    SavedView,
    SecondOpinion,
    SecondReading,
    Verdict,
    Withdrawal,
)
from alliance.queries.personal_data.columns import OF_REPORT
from portal.kernel.access import Actor, person_of
from portal.kernel.privacy import NumberedRows, PersonalDataPart, PersonalDataRow, columns_of, rows_of


def _second_opinions(actor: Actor) -> NumberedRows:
    """One's own verdicts as a second reader."""
    rows = SecondOpinion.objects.visible_to(actor).filter(reading__reader_id=person_of(actor))
    columns = (
        "reading__report__organisation__name",
        "reading__report__cycle__slug",
        "measure__code",
        "value",
        "reason",
        "given_at",
    )
    return columns_of(rows, columns)


def _finding_texts(actor: Actor) -> Iterator[PersonalDataRow]:
    """What one wrote as the text of findings, also of a colleague's; an edit keeps the words of who wrote before."""
    person = person_of(actor)
    is_own = Q(written_by_id=person) | Q(entries__written_by_id=person, entries__kind__in=EDIT_ENTRY_KINDS)
    rows = Finding.objects.visible_to(actor).filter(is_own).distinct().order_by("pk")
    entries = Prefetch("entries", FindingEntry.objects.visible_to(actor))
    for finding in rows.select_related("organisation", "report__cycle").prefetch_related(entries):
        place = {"organisation": finding.organisation.name, "cycle": finding.report.cycle.slug}
        writer, at = finding.written_by_id, finding.written_at
        for edit in (entry for entry in finding.entries.all() if entry.is_edit and entry.text):
            if writer == person:
                yield {**place, "text": edit.text, "at": at}
            writer, at = edit.written_by_id, edit.written_at
        if writer == person:
            yield {**place, "text": finding.text, "at": at}


def _finding_words(actor: Actor) -> NumberedRows:
    """What one said about findings: an edit says what stood there before, which a colleague may have written."""
    rows = FindingEntry.objects.visible_to(actor).filter(written_by_id=person_of(actor))
    return columns_of(
        rows.exclude(kind__in=EDIT_ENTRY_KINDS), {"kind": "kind", "text": "text", "at": "written_at"}
    )


def _finding_edits(actor: Actor) -> NumberedRows:
    """When one has edited which finding."""
    rows = FindingEntry.objects.visible_to(actor).filter(written_by_id=person_of(actor))
    names = {
        "organisation": "finding__organisation__name",
        "cycle": "finding__report__cycle__slug",
        "measure": "finding__measure__code",
        "at": "written_at",
    }
    return columns_of(rows.filter(kind__in=EDIT_ENTRY_KINDS), names)


REVIEW_PARTS = (
    *(
        PersonalDataPart(
            f"corrections-{name}", title,
            rows_of(
                Correction, f"{name}_by", state="state", reason="reason", words=words, at=f"{name}_at", **OF_REPORT
            ),
        )
        for name, title, words in (
            ("written", _("Corrections that you drafted"), "reason"),
            ("edited", _("Drafts of corrections that you saved last"), "reason"),
            ("proposed", _("Corrections that you proposed"), "reason"),
            ("answered", _("Corrections that you agreed or objected to"), "answer_reason"),
            ("consented", _("Corrections of verdicts that you consented to"), "reason"),
            ("decided", _("Corrections that you published, dropped or withdrew"), "decision_reason"),
        )
    ),
    PersonalDataPart(
        "corrections-upheld", _("Verdicts that you looked at again after a correction, and that stay"),
        rows_of(
            Correction, "verdicts_upheld_by", words="upheld_reason", reason="upheld_reason", at="verdicts_upheld_at",
            **OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "correction-notes", _("Notes that you wrote on corrections"),
        rows_of(CorrectionNote, "written_by", text="text", at="written_at"),
    ),
    PersonalDataPart(
        "withdrawals-asked", _("Withdrawals of publications that you asked for"),
        rows_of(Withdrawal, "asked_by", type="type", record="record", reason="reason", at="asked_at"),
    ),
    PersonalDataPart(
        "withdrawals-decided", _("Withdrawals of publications that you decided on"),
        rows_of(Withdrawal, "decided_by", record="record", state="state", reason="decision_reason", at="decided_at"),
    ),
    PersonalDataPart(
        "questions", _("Questions that you asked in reviews"),
        rows_of(Question, "asked_by", text="text", at="asked_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "question-answers", _("Questions that you answered in reviews"),
        rows_of(Question, "answered_by", answer="answer", at="answered_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "verdicts", _("Verdicts that you gave"),
        rows_of(Verdict, "given_by", value="value", reason="reason", at="given_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "earlier-verdicts", _("Verdicts that you gave before a review was reopened"),
        rows_of(
            EarlierVerdict, "given_by",
            value="value", reason="reason", at="given_at", organisation="organisation__name",
            cycle="decision__report__cycle__slug",
        ),
    ),
    PersonalDataPart(
        "report-decisions", _("Reports that you recalled, and reviews that you resumed or reopened"),
        rows_of(ReportDecision, "decided_by", kind="kind", reason="reason", at="decided_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "changes", _("Changes that you asked for"),
        rows_of(ChangesRequest, "requested_by", text="summary", at="requested_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "notes", _("Internal notes that you wrote"),
        rows_of(InternalNote, "written_by", text="text", at="written_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "assignments", _("Reports that were assigned to you"),
        rows_of(ReviewAssignment, "reviewer", act="act", note="note", at="assigned_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "assignments-given", _("Reports that you assigned"),
        rows_of(ReviewAssignment, "assigned_by", act="act", note="note", at="assigned_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "assignments-ended", _("Reports that went from you to somebody else"),
        rows_of(ReviewAssignment, "earlier_reviewer", act="act", note="note", at="assigned_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "pauses", _("Reviews that you paused"),
        rows_of(
            ReviewPause, "paused_by", starts_on="starts_on", ends_on="ends_on", reason="reason", **OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "pauses-ended", _("Pauses of reviews that you ended"),
        rows_of(ReviewPause, "ended_by", starts_on="starts_on", ends_on="ends_on", **OF_REPORT),
    ),
    PersonalDataPart(
        "interests", _("Interests that you declared, or that were recorded for you"),
        rows_of(
            DeclaredInterest, "person",
            organisation="organisation__name", reason="reason", at="declared_at", ends_on="ends_on",
            end_reason="end_reason",
        ),
    ),
    PersonalDataPart(
        "interests-recorded", _("Interests that you recorded"),
        rows_of(
            DeclaredInterest, "recorded_by",
            person="person__name", organisation="organisation__name", reason="reason", at="declared_at",
        ),
    ),
    PersonalDataPart(
        "interests-ended", _("Interests whose end you recorded"),
        rows_of(
            DeclaredInterest, "ended_by",
            person="person__name", organisation="organisation__name", reason="end_reason", ends_on="ends_on",
        ),
    ),
    PersonalDataPart(
        "second-readings", _("Reports that you read as a second reader"),
        rows_of(
            SecondReading, "reader", request="request", state="state", asked_at="asked_at", at="answered_at",
            **OF_REPORT,
        ),
    ),
    PersonalDataPart("second-opinions", _("Verdicts that you gave as a second reader"), _second_opinions),
    PersonalDataPart(
        "second-readings-asked", _("Second readings that you asked for"),
        rows_of(SecondReading, "asked_by", request="request", at="asked_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "second-readings-settled", _("Second readings that you settled or withdrew"),
        rows_of(SecondReading, "settled_by", state="state", at="settled_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "saved-views", _("Views of reviews and cycles that you kept"),
        rows_of(SavedView, "person", list="of", name="name", query="query", at="saved_at"),
    ),
    PersonalDataPart(
        "review-drafts", _("What you have typed in reviews and not sent"),
        rows_of(ReviewDraft, "person", kind="kind", step="step", text="texts", at="updated_at", **OF_REPORT),
    ),
    PersonalDataPart("findings", _("Findings in your words"), _finding_texts, ("alliance.Finding.written_by",)),
    PersonalDataPart(
        "finding-entries", _("What you wrote on findings"),
        _finding_words, ("alliance.FindingEntry.written_by",),
    ),
    PersonalDataPart(
        "finding-edits", _("Findings that you edited"), _finding_edits, ("alliance.FindingEntry.written_by",)
    ),
)  # fmt: skip
