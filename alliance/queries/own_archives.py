"""What the archive of everything that one's own organisation has filed holds, and who may still have one."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import ngettext

from alliance.enums import Role
from alliance.models import (
    Correction,
    CorrectionItem,
    Evidence,
    ExtensionRequest,
    Finding,
    FindingEntry,
    Organisation,
    Report,
    Response,
    Submission,
    TimelineEntry,
    Verdict,
)
from alliance.queries.reports import with_recalls
from portal.kernel.access import NOTHING, Actor, can
from portal.kernel.documents import Document
from portal.kernel.publishing import Publication

OWN_ARCHIVE = "organisation.archive"  # the name of its kind of document
_MAY_HAVE_ONE = (Role.ADMINISTRATOR, Role.SIGNATORY)


def archives_of_own_organisation(actor: Actor) -> Q:
    """Archives of the organisation that the actor acts for, while they may ask for one."""
    return Q(target_id=actor.tenant_id) if actor.has(*_MAY_HAVE_ONE) else NOTHING


def own_archives(actor: Actor) -> QuerySet[Document]:
    """The archives that the actor has asked for here, newest first."""
    if not actor.is_person:
        return Document.objects.none()
    rows = Document.objects.of(actor.person_id, actor.tenant_id).filter(kind=OWN_ARCHIVE)
    return rows.filter(archives_of_own_organisation(actor)).order_by("-pk")


def organisation_to_archive(actor: Actor, organisation_id: int) -> Organisation | None:
    """One's own organisation; None when the actor may not have its archive."""
    rows = Organisation.objects.visible_to(actor).select_related("successor")
    organisation: Organisation | None = rows.filter(pk=organisation_id).first()
    return organisation if organisation and can(actor, "organisation.archive", organisation) else None


def reports_ever_filed(actor: Actor, organisation: Organisation) -> list[int]:
    """Its reports of which anything was ever filed, one whose only submission was recalled among them; oldest first."""
    filed = Submission.objects.visible_to(actor).filter(report__organisation=organisation).values("report")
    rows = Report.objects.visible_to(actor).filter(organisation=organisation, pk__in=filed)
    return list(rows.order_by("cycle__starts_on", "pk").values_list("pk", flat=True))


def report_to_archive(actor: Actor, report_id: int) -> Report:
    """One of these with what its files need."""
    rows = Report.objects.visible_to(actor).select_related(
        "organisation", "cycle__charter", "earlier_charter"
    )
    report: Report = rows.get(pk=report_id)
    return report


def filed_submissions(actor: Actor, report: Report) -> list[Any]:
    """Everything that was filed of a report, recalled ones among it, without their bytes; the oldest first."""
    rows = with_recalls(Submission.objects.visible_to(actor).filter(report=report))
    return list(rows.defer("body").order_by("number"))


def filed_submission(actor: Actor, submission_id: int) -> Any:
    """One of these with its bytes."""
    return with_recalls(Submission.objects.visible_to(actor)).get(pk=submission_id)


@dataclass(frozen=True, slots=True)
class FiledFile:
    """A file that was filed: where it is stored, what it is called, and the digest of its bytes."""

    path: str
    sha256: str
    name: str
    title: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class FiledEvidence:
    """What was ever submitted as evidence of a report: its files, and all pieces with the submissions they were in."""

    files: Sequence[FiledFile]
    pieces: Sequence[Mapping[str, Any]]


def filed_evidence(actor: Actor, report: Report) -> FiledEvidence:
    """The evidence of all submissions of the report, what later ones left out included. Two queries.

    The bytes of the submissions are read one after the other.
    """
    submissions = _submissions_of_evidence(actor, report)
    rows = Evidence.objects.visible_to(actor).filter(report=report, submitted_at__isnull=False)
    evidence_files, pieces = [], []
    for row in rows.select_related("measure").order_by("pk"):
        name = f"{row.measure.key}-{row.pk}-{row.file_name}" if row.file else ""
        within = submissions.get(row.pk, [])
        numbers = ", ".join(str(each["submission"]) for each in within)
        pieces.append(
            {
                "id": row.pk,
                "measure": row.measure.key,
                "kind": row.kind,
                "title": row.title,
                "url": row.url,
                "reference": row.reference,
                "file": f"evidence/{name}" if name else "",
                "sha256": row.sha256,
                "submissions": within,
            }
        )
        if row.file:
            title = row.title
            if within:
                sentence = ngettext(
                    "%(title)s; in submission %(numbers)s",
                    "%(title)s; in submissions %(numbers)s",
                    len(within),
                )
                title = sentence % {"title": title, "numbers": numbers}
            evidence_files.append(FiledFile(row.file, row.sha256, name, title, row.media_type, row.size))
    return FiledEvidence(evidence_files, pieces)


def _submissions_of_evidence(actor: Actor, report: Report) -> dict[int, list[dict[str, Any]]]:
    """By the number of a piece, the submissions that have it, each with who could read it."""
    within: dict[int, list[dict[str, Any]]] = {}
    rows = Submission.objects.visible_to(actor).filter(report=report).order_by("number")
    for number, body in rows.values_list("number", "body").iterator(chunk_size=1):
        for measure in json.loads(bytes(body))["measures"]:
            for piece in measure["evidence"]:
                within.setdefault(piece["id"], []).append(
                    {"submission": number, "disclosure": piece["disclosure"]}
                )
    return within


def findings_and_answers(actor: Actor, report: Report) -> list[dict[str, Any]]:
    """The findings of the report's review that the member may read, each with all that was answered. Two queries."""
    rows = Finding.objects.visible_to(actor).filter(report=report).order_by("pk")
    findings = {
        row["id"]: {**row, "entries": []}
        for row in rows.values(
            "id", "state", "text", "language", "due_on", "public", "written_at", "claimed_at", "done_at",
            "withdrawn_at", measure_key=F("measure__key"),
        )
    }  # fmt: skip
    entries = FindingEntry.objects.visible_to(actor).filter(finding__in=list(findings)).order_by("pk")
    for entry in entries.values(
        "finding_id", "kind", "text", "language", "earlier_due_on", "written_at", by=F("written_by__name")
    ):
        findings[entry.pop("finding_id")]["entries"].append(entry)
    return list(findings.values())


def extension_requests(actor: Actor, organisation: Organisation) -> list[dict[str, Any]]:
    """Each time that more time was asked for, with the reason, and with what the answer was. One query."""
    rows = ExtensionRequest.objects.visible_to(actor).filter(organisation=organisation).order_by("pk")
    return list(
        rows.values(
            "state", "requested_due_on", "reason", "asked_at", "granted_due_on", "decision_reason", "decided_at",
            cycle=F("report__cycle__slug"), by=F("asked_by__name"),
        )
    )  # fmt: skip


def correction_files(actor: Actor, organisation: Organisation) -> list[FiledFile]:
    """The files of corrections that were proposed, by either side."""
    rows = Correction.objects.visible_to(actor).filter(organisation=organisation, proposed_at__isnull=False)
    return [
        FiledFile(row.file, row.sha256, f"{row.pk}-{row.file_name}", row.file_name, row.media_type, row.size)
        for row in rows.exclude(file="").order_by("pk")
    ]


def proposed_corrections(actor: Actor, organisation: Organisation) -> list[dict[str, Any]]:
    """What was proposed to correct, by either side, with every value and what became of it. Two queries."""
    rows = Correction.objects.visible_to(actor).filter(organisation=organisation, proposed_at__isnull=False)
    corrections = {
        row["id"]: {**row, "items": []}
        for row in rows.order_by("pk").values(
            "id", "side", "state", "of_publication", "reason", "finder", "file_name", "proposed_at", "respond_by",
            "answered_at", "answer_name", "answer_office", "answer_reason", "decided_at", "decision_reason",
            "published_as", "check_verdicts_by", "verdicts_upheld_at", "upheld_reason", "upheld_as",
            "checked_after_id",
            cycle=F("report__cycle__slug"),
        )
    }  # fmt: skip
    items = CorrectionItem.objects.visible_to(actor).filter(correction__in=corrections).order_by("pk")
    for item in items.values(
        "correction_id", "subject", "commitment_key", "measure_key", "indicator_key", "service_slug", "cell",
        "pledge_record", "old", "new",
    ):  # fmt: skip
        corrections[item.pop("correction_id")]["items"].append(item)
    return list(corrections.values())


def verdicts_and_replies(actor: Actor, report: Report) -> dict[str, Sequence[dict[str, Any]]]:
    """The verdicts of the report that the member may read, and all its replies, replaced ones among them."""
    verdicts = Verdict.objects.visible_to(actor).filter(report=report).order_by("pk")
    replies = Response.objects.visible_to(actor).filter(report=report).order_by("pk")
    return {
        "verdicts": list(
            verdicts.values(
                "submission__number", "commitment__key", "measure__key", "pledge_record", "value", "reason",
                "difference", "language", "given_at",
            )
        ),
        "replies": list(
            replies.values(
                "commitment__key", "text", "language", "signatory_name", "signatory_office", "signed_at",
                "replaced_at",
            )
        ),
    }  # fmt: skip


def publication_numbers(organisation: Organisation) -> list[int]:
    """The numbers of everything that was published of it."""
    rows = TimelineEntry.objects.filter(organisation=organisation).order_by("valid_from")
    return list(rows.values_list("valid_from", flat=True).distinct())


def publication_bodies(numbers: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """The exact bytes of these publications."""
    rows = Publication.objects.filter(number__in=numbers).order_by("number")
    for number, body in rows.values_list("number", "body"):
        yield number, bytes(body)
