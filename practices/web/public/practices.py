"""One public practice: its present state, its earlier versions, what changed between two, its data."""

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

from alliance.queries.local_dates import today
from alliance.queries.public.record import current_publication_head, latest_revision, publication
from alliance.queries.public.wording import excerpt
from alliance.web.public.other_sites import open_to_other_sites
from alliance.web.public.responses import json_response
from portal.kernel.publishing import Publication, read_publication
from portal.kernel.text import to_plain
from practices.diff import compare
from practices.enums import RelationKind
from practices.models import PublishedPractice
from practices.queries import public as reads
from practices.web.practice.content_view import ContentView, key_labeller
from practices.web.public.responses import practices_page

_DESCRIPTION_LENGTH = 155  # characters of a description for search engines

# the relation as the practice itself says it, and as the other one says it of this
_RELATION_LABELS: Mapping[str, str | Promise] = {
    **{kind.value: kind.label for kind in RelationKind},
    "by_derives": _("Developed further in"),
    "by_merges": _("Merged into"),
    "by_replaces": _("Replaced by"),
}


@require_safe
def practice(request: HttpRequest, key: UUID) -> HttpResponse:
    """A public practice in its latest version; of a withdrawn one only when and why it was withdrawn."""
    published_practice = _get_practice(key)
    context = {
        "practice": published_practice,
        "now": published_practice,
        "versions": _versions(key),
        "publication": current_publication_head("practice", str(key)),
        "json_url": reverse("public:practice-data", args=[key]),
    }
    if not published_practice.is_public:
        return practices_page(request, "practice_withdrawn", context)
    relations = [(str(_RELATION_LABELS[kind]), other) for kind, other in reads.related_to(published_practice)]
    context |= {
        "relations": sorted(relations, key=lambda relation: relation[0]),  # those of one kind together
        "adoptions": reads.public_adoptions(key),
        **_version_context(published_practice),
    }
    return practices_page(request, "practice", context)


@require_safe
def practice_version(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """One version of a public practice as it was published, with the practice's present state."""
    now, version = _get_practice(key), _version(key, number)
    context = {
        "practice": version,
        "now": now,
        "versions": _versions(key),
        "publication": publication(version.valid_from),
        "is_earlier": now.pk != version.pk,
        **_version_context(version),
    }
    return practices_page(request, "practice", context)


@require_safe
def practice_compare(request: HttpRequest, key: UUID, old: int, new: int) -> HttpResponse:
    """What changed from one public version to another, in either direction."""
    now, before, after = _get_practice(key), _version(key, old), _version(key, new)
    changes = compare(
        before.content, after.content, old_files=before.files, new_files=after.files, name=key_labeller()
    )
    context = {"practice": now, "now": now, "before": before, "after": after, "changes": changes}
    return practices_page(request, "compare", context)


@open_to_other_sites
def practice_data(request: HttpRequest, key: UUID) -> HttpResponse:
    """The last publication of a practice as JSON, with its number and digest."""
    del request
    revision = latest_revision("practice", str(key))
    if revision is None:
        raise Http404
    return json_response(_data(revision))


def _data(publication: Publication) -> dict[str, Any]:
    body = reverse("public:publication-body", args=[publication.number])
    return {
        "publication": {
            "number": publication.number,
            "revision": publication.revision,
            "published_at": publication.published_at.isoformat(),
            "sha256": publication.sha256,
            "body": settings.ORIGIN + body,
        },
        "document": read_publication(publication),
    }


# --- What the pages show ---------------------------------------------------------------------


def _get_practice(key: UUID) -> PublishedPractice:
    published_practice = reads.published_practice(key)
    if published_practice is None:
        raise Http404
    return published_practice


def _version(key: UUID, number: int) -> PublishedPractice:
    published_practice = reads.published_version(key, number)
    if published_practice is None:
        raise Http404
    return published_practice


def _versions(key: UUID) -> Sequence[tuple[PublishedPractice, PublishedPractice | None]]:
    """Each version that was published, the latest first, with the one before it."""
    published_practices = reads.published_versions(key)
    return list(zip_longest(published_practices, published_practices[1:]))


def _version_context(row: PublishedPractice) -> dict[str, Any]:
    """The content in the reader's words, its files, and its beginning for search engines."""
    return {
        "reading": ContentView(row.content, row.language),
        "has_expired": row.expires_on is not None and row.expires_on < today(),
        "files": [
            {**file, "url": reverse("public:practice-attachment", args=[row.record, file["sha256"]])}
            for file in row.files
        ],
        "description": excerpt(to_plain(row.content.get("summary", "")), _DESCRIPTION_LENGTH),
    }
