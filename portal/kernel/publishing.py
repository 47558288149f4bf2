"""Publishing: exact bytes, salt, gapless number, digest, and the projections that public pages read."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import rfc8785
from django.db import connection, transaction

from portal.kernel import clock, journal
from portal.kernel.access import Actor
from portal.kernel.models import Projection, Publication

_LOCK = 0x70756268  # one publication at a time, so that the numbers have no gaps

Document = Mapping[str, Any]
Projector = Callable[[Publication, Document], None]
_PROJECTORS: dict[str, Projector] = {}
_PROJECTIONS: list[type[Projection]] = []


def projects(type_: str) -> Callable[[Projector], Projector]:
    """Register the function that writes the projection rows of a publication type from its document alone."""

    def register(projector: Projector) -> Projector:
        _PROJECTORS[type_] = projector
        return projector

    return register


def register_projection(*models: type[Projection]) -> None:
    """Name the tables that `rebuild` empties and fills again."""
    _PROJECTIONS.extend(model for model in models if model not in _PROJECTIONS)


def canonical(document: Document) -> bytes:
    """The RFC 8785 bytes; figures are decimal strings, so no float ever stands in a publication."""
    return rfc8785.dumps(dict(document))


def digest(raw: bytes) -> str:
    """The SHA-256 of the bytes, in hexadecimal: what pages and documents call the digest."""
    return hashlib.sha256(raw).hexdigest()


@transaction.atomic
def publish(
    actor: Actor,
    type_: str,
    record: str,
    document: Document,
    *,
    title: Mapping[str, str],
    languages: Sequence[str],
    attachments: Sequence[Mapping[str, object]] = (),
) -> Publication:
    """Make the document the next revision of `record`, number it, keep its exact bytes and project it.

    `title` is by language; each attachment has `name`, `sha256`, `bytes` (its length) and `media_type`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = Publication.objects.only("number").order_by("-number").first()
    previous = Publication.objects.filter(type=type_, record=record).only("number", "revision").first()
    salt = secrets.token_hex(16)
    number = (last.number if last else 0) + 1
    revision = (previous.revision if previous else 0) + 1
    now = clock.now()
    envelope = {
        "v": 1,
        "number": number,
        "type": type_,
        "record": record,
        "revision": revision,
        "previous": previous.number if previous else None,
        "published_at": now.isoformat(timespec="microseconds"),
        "languages": list(languages),
        "title": dict(title),
        "salt": salt,
        "attachments": [dict(item) for item in attachments],
        "document": dict(document),
    }
    body = canonical(envelope)
    publication = Publication.objects.create(
        number=number,
        type=type_,
        record=record,
        revision=revision,
        previous=previous,
        published_at=now,
        languages=list(languages),
        title=dict(title),
        body=body,
        salt=salt,
        sha256=digest(body),
        attachments=envelope["attachments"],
    )
    project(publication)
    touch_public()
    journal.record(actor, "publication.publish", publication, type=type_, record=record, revision=revision)
    return publication


def read(publication: Publication) -> dict[str, Any]:
    """The document of a publication, from its stored bytes."""
    return _envelope(publication)["document"]


def _envelope(publication: Publication) -> dict[str, Any]:
    return json.loads(bytes(publication.body))


def project(publication: Publication) -> None:
    """Write the rows that follow from this publication; a type without a projector has none."""
    projector = _PROJECTORS.get(publication.type)
    if projector:
        projector(publication, read(publication))


def supersede(model: type[Projection], publication: Publication, **which: object) -> int:
    """End the rows that hold now and match; gives back how many."""
    return model.objects.current().filter(**which).update(valid_to=publication.number)


@transaction.atomic
def rebuild() -> int:
    """Empty every projection and fill it again from the publications, in their order; gives back how many."""
    for model in reversed(_PROJECTIONS):
        model.objects.all().delete()
    count = 0
    for publication in Publication.objects.order_by("number").iterator(chunk_size=200):
        project(publication)
        count += 1
    touch_public()
    return count


def touch_public() -> None:
    """Move the public revision: what caches hold of public pages is no longer current."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_publicrevision (id, value) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET value = portal_publicrevision.value + 1, changed_at = now()"
        )
