"""What the world may read of practices, as documents for the numbered record; only what is TLP:CLEAR comes here.

The last publication holds all that is public of a practice, and public pages are made of that alone.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.services.publications import names_in_languages, record_publication, statement_text
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import Publication, read_publication, touch_public_revision
from practices.enums import Attribution, Label, PracticeState, PublicState
from practices.models import Author, Practice, PublishedPractice, Relation, Version

DocumentData = Mapping[str, Any]

_SENTENCES = {
    PublicState.SHARED: _("%(name)s shares a practice: %(title)s"),
    PublicState.RETIRED: _("%(name)s retires a practice: %(title)s"),
    PublicState.WITHDRAWN: _("%(name)s withdraws a practice: %(title)s"),
}
_NEXT_VERSION = _("%(name)s shares version %(version)s of a practice: %(title)s")
_UNNAMED_SENTENCES = {
    PublicState.SHARED: _("A practice is shared: %(title)s"),
    PublicState.RETIRED: _("A practice is retired: %(title)s"),
    PublicState.WITHDRAWN: _("A practice is withdrawn: %(title)s"),
}
_UNNAMED_NEXT_VERSION = _("Version %(version)s of a practice is shared: %(title)s")
_ATTACHMENT = ("name", "sha256", "bytes", "media_type")
_FILE = ("title", *_ATTACHMENT)
# what a withdrawal says no more; it stays in the publications before
_WITHDRAWN = {"note": "", "authors": [], "content": {}, "relations": [], "files": []}


@transaction.atomic
def publish_version(actor: Actor, version: Version) -> Publication:
    """Make a version public, whole: it is the next revision of its practice.

    Refuses what is not TLP:CLEAR in the database at this moment.
    """
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=version.practice_id)
    if practice.label != Label.CLEAR or practice.state != PracticeState.SHARED:
        raise WrongState(_("Only what is shared as TLP:CLEAR is published."))
    return _publish(actor, _document(practice, version))


def publish_retirement(actor: Actor, practice: Practice, reason: str) -> Publication | None:
    """Publish that nobody should take it up any more; None where it is not public."""
    return _publish_end(actor, practice, reason, {"state": PublicState.RETIRED})


def publish_withdrawal(actor: Actor, practice: Practice, reason: str) -> Publication | None:
    """Take it off the public pages, with a reason for everybody to read; None where the world does not know it.

    Says nothing of the readers that the practice has from here on. Its earlier publications stay readable.
    """
    return _publish_end(actor, practice, reason, {"state": PublicState.WITHDRAWN, **_WITHDRAWN})


def touch_public_uses(*labels: str) -> None:
    """Public pages say something new of a use: it bears, or bore until now, the label of the world."""
    if Label.CLEAR in labels:
        touch_public_revision()


def _publish_end(actor: Actor, practice: Practice, reason: str, changes: DocumentData) -> Publication | None:
    """The last publication once more, with these changes: nothing is read from the practice itself."""
    rows = PublishedPractice.objects.current().filter(record=practice.key)
    row = rows.exclude(state=PublicState.WITHDRAWN).only("valid_from").first()
    if row is None:
        return None
    if not reason:
        raise DomainError(_("Give a reason: it is published."), field="reason")
    last = read_publication(Publication.objects.get(number=row.valid_from))
    return _publish(actor, {**last, **changes, "reason": reason})


def _publish(actor: Actor, document: dict[str, Any]) -> Publication:
    return record_publication(
        actor,
        "practice",
        document["practice"],
        document,
        title=_title(document),
        languages=[document["language"]],
        attachments=[{name: file[name] for name in _ATTACHMENT} for file in document["files"]],
    )


def _title(document: DocumentData) -> dict[str, str]:
    """A sentence in every language about the practice, whose own title is in the language of its authors."""
    source, version = document["organisation"], str(document["version"])
    if not source:
        return statement_text(_sentence(document, _UNNAMED_SENTENCES, _UNNAMED_NEXT_VERSION), title=document["title"],
                    version=version)  # fmt: skip
    sentence = _sentence(document, _SENTENCES, _NEXT_VERSION)
    return statement_text(sentence, name=source["name"], title=document["title"], version=version)


def _sentence(
    document: DocumentData, by_state: Mapping[PublicState, str | Promise], next_version: str | Promise
) -> str | Promise:
    state = PublicState(document["state"])
    return next_version if state == PublicState.SHARED and document["version"] > 1 else by_state[state]


# --- The document ----------------------------------------------------------------------------


def _document(practice: Practice, version: Version) -> dict[str, Any]:
    """A version as the world reads it, in the language of its authors."""
    content = version.content
    attribution = content.get("attribution", Attribution.SOURCE)
    authors: Any = []
    if attribution == Attribution.AUTHORS:
        authors = Author.objects.filter(practice=practice).select_related("person", "organisation")
    return {
        "practice": str(practice.key),
        "state": PublicState.SHARED,
        "reason": "",
        "label": "TLP:CLEAR",
        "version": version.number,
        "note": version.note,
        "shared_at": version.shared_at.isoformat(),
        "organisation": None
        if attribution == Attribution.NONE
        else names_in_languages(practice.organisation),
        "authors": [
            {"name": author.person.name, "organisation": names_in_languages(author.organisation)}
            for author in authors
        ],
        "language": practice.language,
        "title": content["title"],
        "content": content,
        "sha256": version.sha256,
        "expires_on": practice.expires_on.isoformat() if practice.expires_on else None,
        "relations": _relations(practice),
        "files": [{name: file[name] for name in _FILE} for file in version.attachments],
    }


def _relations(practice: Practice) -> list[dict[str, str]]:
    """Relations to public practices, by their published titles; others are left out."""
    rows = Relation.objects.filter(practice=practice, earlier_readers__isnull=True)
    relations = list(rows.values_list("kind", "target__key"))
    published_practices = PublishedPractice.objects.current().filter(
        record__in=[key for _kind, key in relations]
    )
    titles = dict(published_practices.exclude(state=PublicState.WITHDRAWN).values_list("record", "title"))
    return [
        {"kind": kind, "practice": str(key), "title": titles[key]} for kind, key in relations if key in titles
    ]
