"""Named reads on documents: one's own, those built for everybody, and what the secretariat may know of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from alliance.access import own_rows
from alliance.models import Organisation, Person, Report
from portal.kernel.access import Actor, can
from portal.kernel.alphabet import alphabet_key
from portal.kernel.documents import Document, DocumentState, documents_known_to, kind_label, still_visible_to

# asked for by nobody in particular, and so built of what everybody may read
_FOR_EVERYBODY = Q(requested_by__isnull=True, tenant_id__isnull=True)
REPORT_KINDS = "report."  # how the kinds of documents of a report begin


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """What a list is narrowed to; an empty part, and one that there is not, narrows nothing."""

    kind: str = ""
    state: str = ""

    def apply(self, rows: QuerySet[Document]) -> QuerySet[Document]:
        if self.kind:
            rows = rows.filter(kind=self.kind)
        return rows.filter(state=self.state) if self.state in DocumentState.values else rows


def own_documents(actor: Actor) -> QuerySet[Document]:
    """What the actor asked for while acting for this organisation, newest first."""
    if not actor.is_person:
        return Document.objects.none()
    own = Document.objects.of(actor.person_id, actor.tenant_id)
    return own.filter(still_visible_to(actor)).order_by("-pk")


def generated_documents(actor: Actor) -> QuerySet[Document]:
    """All documents that the actor may see, newest first; empty for an actor without `document.oversee`."""
    if not can(actor, "document.oversee"):
        return Document.objects.none()
    return documents_known_to(actor).order_by("-pk")


def document_kinds_in(documents: QuerySet[Document]) -> list[tuple[str, str]]:
    """The kinds that occur, with their words, in the words' order."""
    kinds = documents.order_by("kind").values_list("kind", flat=True).distinct()
    return sorted(((kind, kind_label(kind)) for kind in kinds), key=lambda pair: alphabet_key(pair[1]))


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """A document with the names of its requester, as far as the reader may see them; empty for a public document."""

    document: Document
    person: str
    organisation: str

    @property
    def kind(self) -> str:
        return kind_label(self.document.kind)


def with_requesters(actor: Actor, documents: Sequence[Document]) -> list[DocumentRequest]:
    """The documents with who asked for them. Two queries, however many documents."""
    people = Person.objects.visible_to(actor).in_bulk({row.requested_by_id for row in documents} - {None})
    tenants = Organisation.objects.visible_to(actor).in_bulk({row.tenant_id for row in documents} - {None})
    return [
        DocumentRequest(
            row,
            people[row.requested_by_id].name if row.requested_by_id in people else "",
            tenants[row.tenant_id].name if row.tenant_id in tenants else "",
        )
        for row in documents
    ]


def find_document(actor: Actor, key: UUID) -> Document | None:
    """The document, if it is the actor's own or everybody's."""
    own = Q(requested_by_id=actor.person_id, tenant_id=actor.tenant_id) if actor.is_person else Q(pk__in=[])
    return Document.objects.filter(own | _FOR_EVERYBODY, still_visible_to(actor), key=key).first()


def own_report_documents(actor: Actor) -> QuerySet[Document]:
    """Those among the actor's own that show a report; others may show more than a program may read."""
    return own_documents(actor).filter(kind__startswith=REPORT_KINDS)


def find_report_document(actor: Actor, key: UUID) -> Document | None:
    """The document, if it shows a report and is the actor's own or everybody's."""
    document = find_document(actor, key)
    return document if document is not None and document.kind.startswith(REPORT_KINDS) else None


def own_document_by_number(actor: Actor, number: int) -> Document | None:
    """One's own document by the number in its old address; those of everybody cannot be enumerated."""
    return own_documents(actor).filter(pk=number).first()


def drafts_of_own_reports(actor: Actor) -> Q:
    """Documents of working copies, for whoever acts for the organisation that writes the report."""
    own = Report.objects.visible_to(actor).filter(own_rows(actor))
    return Q(target_id__in=own.values("pk"))


def document_for_everybody(cache_key: str) -> Document | None:
    """The document that was built once for all under this key, whatever became of it."""
    return Document.objects.filter(_FOR_EVERYBODY, cache_key=cache_key).first()
