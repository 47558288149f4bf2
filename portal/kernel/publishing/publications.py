"""Publishing: exact bytes, salt, gapless number, digest, link of the chain."""

import secrets
from collections.abc import Mapping, Sequence

from django.db import transaction

from portal.kernel import clock, journal
from portal.kernel.access import Actor
from portal.kernel.publishing.canonical import PublicationContent, canonical, digest
from portal.kernel.publishing.chain import FIRST_LINK, next_link
from portal.kernel.publishing.lock import hold_publications
from portal.kernel.publishing.models import Publication
from portal.kernel.publishing.projections import project
from portal.kernel.publishing.revision import touch_public_revision


@transaction.atomic
def publish(
    actor: Actor,
    type_: str,
    record: str,
    document: PublicationContent,
    *,
    title: Mapping[str, str],
    languages: Sequence[str],
    attachments: Sequence[Mapping[str, object]] = (),
) -> Publication:
    """Make the document the next revision of `record`, number it, keep its exact bytes, chain and project it.

    `title` is by language; each attachment has `name`, `sha256`, `bytes` (its length) and `media_type`.
    """
    hold_publications()
    last = Publication.objects.only("number", "link").order_by("-number").first()
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
    sha256 = digest(body)
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
        sha256=sha256,
        link=next_link(last.link if last else FIRST_LINK, sha256),
        attachments=envelope["attachments"],
    )
    project(publication)
    touch_public_revision()
    journal.record(actor, "publication.publish", publication, type=type_, record=record, revision=revision)
    return publication
