"""From publications of practices to the rows that public pages read; the document alone is needed."""

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from alliance.models import Organisation
from alliance.services.projections import add_timeline_entry
from portal.kernel.publishing import Publication, PublicationContent, projects, register_projection, supersede
from practices.fields import FIELDS, FIELDS_BY_KEY
from practices.models import PublishedPractice
from practices.models.projections import SEARCH_CONFIG
from practices.services.search_documents import texts_of

register_projection(PublishedPractice)

_TITLE, _GIST = ("title",), ("summary", "goal")
_COPIED_FIELDS = ("state", "reason", "note", "language", "title", "authors", "content", "relations", "files")


@projects("practice")
def project_practice(publication: Publication, document: PublicationContent) -> None:
    """The row that holds from here on, and an entry in the timeline of its named source."""
    content, named = document["content"], document["organisation"]
    source = Organisation.objects.get(slug=named["slug"]) if named else None
    supersede(PublishedPractice, publication, record=document["practice"])
    row = PublishedPractice.objects.create(
        valid_from=publication.number,
        record=document["practice"],
        organisation=source,
        at=publication.published_at,
        number=document["version"],
        shared_at=datetime.fromisoformat(document["shared_at"]),
        expires_on=date.fromisoformat(document["expires_on"]) if document["expires_on"] else None,
        **{name: document[name] for name in _COPIED_FIELDS},
        **{name: content.get(name, "") for name in ("kind", "stage", "grade")},
        **{name: content.get(name, []) for name in ("harms", "service_kinds", "measures")},
    )
    PublishedPractice.objects.filter(pk=row.pk).update(search=_search_vector(content))
    detail = {"practice": document["practice"], "state": document["state"], "reason": document["reason"]}
    add_timeline_entry(publication, "practice", organisation=source, detail=detail)


def _search_vector(content: PublicationContent) -> Any:
    """Its words by weight: the title, then what it is for, then all the rest."""
    rest = [field.key for field in FIELDS if field.key not in _TITLE + _GIST]
    vectors = []
    for keys, weight in ((_TITLE, "A"), (_GIST, "B"), (rest, "C")):
        # what people wrote in these fields; choices and keys are found by the filters
        texts = [text for key in keys for text in texts_of(FIELDS_BY_KEY[key].field_type, content.get(key))]
        vectors.append(SearchVector(Value("\n".join(texts)), weight=weight, config=SEARCH_CONFIG))
    first, second, third = vectors
    return first + second + third
