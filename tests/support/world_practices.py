"""The practices of the small alliance: one of each that an address or a border needs, with a canary in every text."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from alliance.models import Service
from portal.kernel.access import SYSTEM
from portal.kernel.publishing import digest
from practices.enums import PracticeState
from practices.models import (
    Adoption,
    AdoptionResult,
    AdoptionStep,
    Attachment,
    Author,
    Draft,
    Practice,
    Relation,
    Version,
)
from practices.services.publications import publish_version, publish_withdrawal
from tests.factories import Cast
from tests.factories.cast import EPOCH
from tests.support.canaries import canary

Place = dict[str, Any]


def make_practices(cast: Cast) -> dict[str, Place]:
    """The places by name; everything is Aurora's, written by Alice."""
    green = _practice(cast, "green", PracticeState.SHARED)
    return {
        "practice.green": _key(green),
        "practice.draft": _key(_practice(cast, "amber_strict", PracticeState.DRAFT, name="practice-draft")),
        **_make_uses(cast, green),
        **_make_public(cast),
        "practice.green.file": {**_key(green), "sha256": _SHA256},
    }


def _make_uses(cast: Cast, green: Practice) -> dict[str, Place]:
    """Aurora's own use of what is GREEN, one that nobody else reads of, and the use of what is RED."""
    red = _practice(cast, "red", PracticeState.SHARED, reader_people=[f"{cast.carol.pk}.{cast.beacon.pk}"])
    kids = Service.objects.get(slug="aurora-kids")
    used = _adoption(cast, green, "green")
    _adoption(cast, green, "amber_strict", kids)
    _adoption(cast, red, "red")
    relation = Relation.objects.create(practice=green, kind="derives", target=red)
    known = Relation.objects.create(
        practice=green,
        kind="replaces",
        target=_practice(cast, "green", PracticeState.RETIRED, name="practice-old"),
    )
    return {
        "practice.red": _key(red),
        "version": {**_key(green), "number": 1},
        "version.red": {**_key(red), "number": 1},
        "comparison": {**_key(green), "old": 1, "new": 1},
        "relation": {**_key(green), "pk": known.pk},
        "relation.red": {**_key(green), "pk": relation.pk},
        "adoption": {"pk": used.pk},
        "adoption.result": {"pk": used.pk, "result": used.results.get().pk},
    }


def _adoption(cast: Cast, practice: Practice, label: str, service: Service | None = None) -> Adoption:
    """A use by Aurora, with a canary in its note and in its result."""
    adoption = Adoption.objects.create(
        practice=practice,
        organisation=cast.aurora,
        author_people=[f"{cast.alice.pk}.{cast.aurora.pk}"],
        service=service,
        label=label,
        since=EPOCH,
    )
    AdoptionStep.objects.create(
        adoption=adoption,
        state="trial",
        on=EPOCH,
        note=canary(f"adoption-{label}-note"),
        recorded_by=cast.alice,
    )
    AdoptionResult.objects.create(
        adoption=adoption, what=canary(f"adoption-{label}"), before=4, after=2, added_by=cast.alice
    )
    return adoption


_FILE = b"e,f\n5,6\n"
_SHA256 = digest(_FILE)


def _make_public(cast: Cast) -> dict[str, Place]:
    """One that the world reads, with a file, and one that was withdrawn from it."""
    clear, gone = (
        _practice(cast, "clear", PracticeState.SHARED, name=f"practice-{name}")
        for name in ("clear", "withdrawn")
    )
    path = default_storage.save(f"practices/{_SHA256}", ContentFile(_FILE))
    listed = {
        "title": "A set",
        "name": "set.csv",
        "media_type": "text/csv",
        "bytes": len(_FILE),
        "sha256": _SHA256,
    }
    Attachment.objects.create(
        practice=clear, title="A set", file=path, file_name="set.csv", media_type="text/csv", size=len(_FILE),
        sha256=_SHA256, added_by=cast.alice, shared_at=clear.created_at,
    )  # fmt: skip
    for practice, files in ((clear, [listed]), (gone, [])):
        version = Version(practice=practice, number=1, content=practice.draft.content, attachments=files)
        publish_version(SYSTEM, version)
    publish_withdrawal(SYSTEM, gone, "It misjudges school classes.")
    Practice.objects.filter(pk=gone.pk).update(state=PracticeState.RECALLED)
    place = _key(clear)
    return {
        "practice.clear": place,
        "practice.clear.version": {**place, "number": 1},
        "practice.clear.versions": {**place, "old": 1, "new": 1},
        "practice.clear.file": {**place, "sha256": _SHA256},
        "practice.withdrawn": _key(gone),
    }


def _key(practice: Practice) -> Place:
    return {"key": practice.key}


def _practice(cast: Cast, label: str, state: str, *, name: str = "", **readers: Any) -> Practice:
    """A practice with a working copy and, once it is shared, a version; `name` is its canary."""
    written = canary(name or f"practice-{label}")
    content = {
        "title": written,
        "kind": "technique",
        "stage": "proven",
        "harms": ["grooming"],
        "summary": written,
        "permitted_use": "adapt",
        "measures": ["search"],
    }
    practice = Practice.objects.create(
        organisation=cast.aurora,
        author_people=[f"{cast.alice.pk}.{cast.aurora.pk}"],
        label=label,
        state=state,
        **readers,
    )
    Author.objects.create(practice=practice, person=cast.alice, organisation=cast.aurora)
    Draft.objects.create(practice=practice, content=content, updated_by=cast.alice)
    if state != PracticeState.DRAFT:
        Version.objects.create(
            practice=practice, number=1, content=content, sha256="0" * 64, written_by=cast.alice
        )
    return practice
