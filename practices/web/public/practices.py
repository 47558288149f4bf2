"""One practice that the world may read: how it stands, its earlier versions, what changed between two, its data."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from alliance.queries.public.record import citation_of, latest_revision, publication
from alliance.queries.public.wording import first_words
from alliance.web.public.answers import json_document
from portal.kernel.markdown import to_plain
from portal.kernel.models import Publication
from portal.kernel.publishing import read
from practices.diff import compare
from practices.enums import RelationKind
from practices.models import PublishedPractice
from practices.queries import public as reads
from practices.web.public.answers import practices_page
from practices.web.reading import Reading, naming

_DESCRIBED = 155  # characters of a description for search engines

# the relation as the practice itself says it, and as the other one says it of this
_FAMILY: Mapping[str, str | Promise] = {
    **{kind.value: kind.label for kind in RelationKind},
    "by_derives": _("Led to"),
    "by_merges": _("Merged into"),
    "by_replaces": _("Replaced by"),
}


@require_safe
def practice(request: HttpRequest, key: UUID) -> HttpResponse:
    """How a practice stands: its last version; of a withdrawn one only that it was, when and why."""
    found = _standing(key)
    context = {
        "practice": found,
        "now": found,
        "versions": _versions(key),
        "publication": citation_of("practice", str(key)),
        "json_url": reverse("public:practice-data", args=[key]),
    }
    if not found.stands:
        return practices_page(request, "practice_withdrawn", context)
    context |= {"family": _family(found), "adoptions": reads.public_adoptions(key), **_said(found)}
    return practices_page(request, "practice", context)


@require_safe
def practice_version(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """A version as it was published, with what has become of the practice since."""
    now, found = _standing(key), _version(key, number)
    context = {
        "practice": found,
        "now": now,
        "versions": _versions(key),
        "publication": publication(found.valid_from),
        "is_earlier": now.pk != found.pk,
        **_said(found),
    }
    return practices_page(request, "practice", context)


@require_safe
def practice_compare(request: HttpRequest, key: UUID, old: int, new: int) -> HttpResponse:
    """What changed from one public version to another, in either direction."""
    now, before, after = _standing(key), _version(key, old), _version(key, new)
    changes = compare(
        before.content, after.content, old_files=before.files, new_files=after.files, name=naming()
    )
    context = {"practice": now, "now": now, "before": before, "after": after, "changes": changes}
    return practices_page(request, "compare", context)


@require_safe
def practice_data(request: HttpRequest, key: UUID) -> HttpResponse:
    """The last publication of a practice as JSON, with its number and digest."""
    del request
    found = latest_revision("practice", str(key))
    if found is None:
        raise Http404
    return json_document(_data(found))


def _data(found: Publication) -> dict[str, Any]:
    body = reverse("public:publication-body", args=[found.number])
    return {
        "publication": {
            "number": found.number,
            "revision": found.revision,
            "published_at": found.published_at.isoformat(),
            "sha256": found.sha256,
            "body": settings.ORIGIN + body,
        },
        "document": read(found),
    }


# --- What the pages show ---------------------------------------------------------------------


def _standing(key: UUID) -> PublishedPractice:
    found = reads.published_practice(key)
    if found is None:
        raise Http404
    return found


def _version(key: UUID, number: int) -> PublishedPractice:
    found = reads.published_version(key, number)
    if found is None:
        raise Http404
    return found


def _versions(key: UUID) -> Sequence[tuple[PublishedPractice, PublishedPractice | None]]:
    """Each version that was published, the latest first, with the one before it."""
    found = reads.published_versions(key)
    return list(zip_longest(found, found[1:]))


def _said(row: PublishedPractice) -> dict[str, Any]:
    """The content in the reader's words, its files, and its beginning for search engines."""
    return {
        "reading": Reading(row.content),
        "files": [{**file, "url": _file_url(row, file)} for file in row.files],
        "description": first_words(to_plain(row.content.get("summary", "")), _DESCRIBED),
    }


def _file_url(row: PublishedPractice, file: Mapping[str, str]) -> str:
    return reverse("public:practice-attachment", args=[row.record, file["sha256"]])


def _family(row: PublishedPractice) -> list[tuple[str, PublishedPractice]]:
    """The word for each relation with the other practice, those of one kind together."""
    found = [(str(_FAMILY[kind]), other) for kind, other in reads.related_to(row)]
    return sorted(found, key=lambda pair: pair[0])
