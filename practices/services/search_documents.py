"""What is found of practices in the public record: those that are public, as their publications say them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.services.charter_publication_content import in_languages
from alliance.services.search_documents import former_names
from portal.kernel import search
from portal.kernel.publishing import Publication
from portal.kernel.search import Document
from portal.kernel.text import LANGUAGES
from practices.enums import PracticeKind, ServiceKind
from practices.fields import FIELDS, FieldType
from practices.models import PublishedPractice
from practices.queries import taxonomy
from practices.queries.public import public_practices

# of rows, the parts that people wrote
_ROW_TEXTS: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.STEPS: ("text",),
    FieldType.EFFECTS: ("what",),
    FieldType.CLASSES: ("title", "meaning"),
    FieldType.EXAMPLES: ("text",),
}
_TEXT_TYPES = (FieldType.LINE, FieldType.TEXT, *_ROW_TEXTS)

# its passages begin with what it is for; its title stands above them, and a licence says nothing of it
_FIRST, _LEFT_OUT = ("summary", "goal"), ("title", "licence")
_FIELDS = sorted(
    (field for field in FIELDS if field.key not in _LEFT_OUT), key=lambda field: field.key not in _FIRST
)

search.register_kind("practice", gettext_lazy("Practices"), 80)


def _practice_documents(record: str) -> Iterable[Document]:
    for row in public_practices().filter(record=record).defer("search"):
        texts = [text for field in _FIELDS for text in texts_of(field.field_type, row.content.get(field.key))]
        yield Document(
            "practice", {row.language: row.title}, {row.language: "\n".join(texts)},
            "public:practice", [str(row.record)],
            at=row.shared_at, number=row.valid_from, facets=_facets(row),
            detail={"label": "CLEAR", "of": _in_a_line(row)},
            labels=_labels_of(row),
        )  # fmt: skip


def _facets(row: PublishedPractice) -> list[str]:
    """Whose it is, and all that the list of public practices, and that of the API, is narrowed by."""
    return [
        *([f"member:{row.organisation.slug}"] if row.organisation else []),
        *(f"harm:{key}" for key in row.harms),
        *(f"service:{kind}" for kind in row.service_kinds),
        *(f"measure:{key}" for key in row.measures),
        *([f"practice_kind:{row.kind}"] if row.kind else []),
        *([f"stage:{row.stage}"] if row.stage else []),
        *([f"grade:{row.grade}"] if row.grade else []),
    ]


def _in_a_line(row: PublishedPractice) -> dict[str, str]:
    """Whose it is, what kind of practice, at which stage, with what evidence; in every language."""
    line = {}
    for language in LANGUAGES:
        with translation.override(language):
            parts = [
                row.organisation.name if row.organisation else "",
                row.get_kind_display(), row.get_stage_display(),
                f"{_('Evidence')}: {row.get_grade_display().lower()}" if row.grade else "",
            ]  # fmt: skip
            line[language] = " · ".join(part for part in parts if part)
    return line


def _labels_of(row: PublishedPractice) -> list[str]:
    """The names of what it is filed under, in all languages, and its source's."""
    harms, measures = taxonomy.harms(), taxonomy.measures()
    parts = [
        *(harms[key] for key in row.harms if key in harms),
        *(measures[key] for key in row.measures if key in measures),
    ]
    labels = [text for part in parts for text in in_languages(part, "title").values()]
    for language in LANGUAGES:
        with translation.override(language):
            labels += [str(PracticeKind(row.kind).label)] if row.kind else []
            labels += [str(ServiceKind(key).label) for key in row.service_kinds]
    if row.organisation:
        labels += [*in_languages(row.organisation, "name").values(), *former_names(row.organisation)]
    return labels


def texts_of(field_type: FieldType, value: Any) -> list[str]:
    """What people wrote in a field; choices and keys are found by facets."""
    if not value or field_type not in _TEXT_TYPES:
        return []
    if isinstance(value, str):
        return [value]
    return [row[part] for row in value for part in _ROW_TEXTS[field_type] if row.get(part)]


def _changed_by(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    return [content["practice"]] if publication.type == "practice" else []


def _filed_under(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    """All of them by a charter, whose words they are filed under."""
    del content
    return _records() if publication.type == "charter" else []


def _records() -> list[str]:
    return [str(row.record) for row in PublishedPractice.objects.current().only("record")]


search.register_source("practice", search.Source(_practice_documents, _records, _changed_by, _filed_under))
