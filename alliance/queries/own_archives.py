"""What the archive of everything that one's own organisation has filed holds, and who may still have one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from alliance.enums import Role
from alliance.models import (
    Correction,
    CorrectionItem,
    Evidence,
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


def reports_ever_filed(actor: Actor, organisation: Organisation) -> list[Report]:
    """Its reports of which anything was ever filed, one whose only submission was recalled among them; oldest first."""
    filed = Submission.objects.visible_to(actor).filter(report__organisation=organisation).values("report")
    rows = Report.objects.visible_to(actor).filter(organisation=organisation, pk__in=filed)
    rows = rows.select_related("organisation", "cycle__charter", "earlier_charter")
    return list(rows.order_by("cycle__starts_on", "pk"))


def filed_submissions(actor: Actor, report: Report) -> list[Any]:
    """Everything that was filed of a report, recalled ones among it, with their bytes; the oldest first."""
    return list(with_recalls(Submission.objects.visible_to(actor).filter(report=report)).order_by("number"))


@dataclass(frozen=True, slots=True)
class FiledFile:
    """A file that was filed: where it is stored, what it is called, and the digest of its bytes."""

    path: str
    sha256: str
    name: str
    title: str
    media_type: str
    size: int


def filed_evidence(actor: Actor, report: Report) -> list[FiledFile]:
    """The files of evidence that were submitted with the report."""
    rows = (
        Evidence.objects.visible_to(actor).filter(report=report, submitted_at__isnull=False).exclude(file="")
    )
    return [
        FiledFile(
            row.file,
            row.sha256,
            f"{row.measure.key}-{row.pk}-{row.file_name}",
            row.title,
            row.media_type,
            row.size,
        )
        for row in rows.select_related("measure")
    ]


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


def publication_bodies(organisation: Organisation) -> Iterator[tuple[int, bytes]]:
    """The exact bytes of everything that was published of it, one after the other."""
    numbers = TimelineEntry.objects.filter(organisation=organisation).values("valid_from")
    rows = Publication.objects.filter(number__in=numbers).order_by("number")
    for number, body in rows.values_list("number", "body").iterator(chunk_size=20):
        yield number, bytes(body)
