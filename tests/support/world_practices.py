"""The practices of the small alliance: one of each that an address or a border needs, with a canary in every text."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from alliance.models import Service
from practices.enums import PracticeState
from practices.models import (
    Adoption,
    AdoptionResult,
    AdoptionStep,
    Author,
    Draft,
    ImportedFile,
    Practice,
    PracticeImport,
    Relation,
    Version,
)
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
        "import": {"pk": _import(cast).pk},
        **_make_uses(cast, green),
    }


def _import(cast: Cast) -> PracticeImport:
    """Files that Alice has sent and not confirmed."""
    written = canary("import")
    found = PracticeImport.objects.create(person=cast.alice, organisation=cast.aurora, name=written)
    report = {
        "becomes": "draft", "title": written, "practice": "", "draft": None, "language": "en", "faults": [],
        "missing": ["kind"], "places": [], "notes": [{"line": 1, "field": "", "message": written}],
    }  # fmt: skip
    kept = default_storage.save("imports/world.md", ContentFile(b"# A title"))
    ImportedFile.objects.create(
        upload=found, position=1, name=f"{written}.md", file=kept, sha256="0" * 64, report=report
    )
    return found


def _make_uses(cast: Cast, green: Practice) -> dict[str, Place]:
    """Aurora's own use of what is GREEN, one that nobody else reads of, and the use of what is RED."""
    red = _practice(cast, "red", PracticeState.SHARED, reader_people=[f"{cast.carol.pk}.{cast.beacon.pk}"])
    kids = Service.objects.get(slug="aurora-kids")
    used = _adoption(cast, green, "green")
    _adoption(cast, green, "amber_strict", kids)
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
        "adoption.red": {"pk": _adoption(cast, red, "red").pk},
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
