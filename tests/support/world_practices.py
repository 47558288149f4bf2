"""The practices of the small alliance: one of each that an address or a border needs, with a canary in every text."""

from typing import Any

from practices.enums import PracticeState
from practices.models import Author, Draft, Practice, SavedSearch, Version
from tests.factories import Cast
from tests.support.canaries import canary

Place = dict[str, Any]


def make_practices(cast: Cast) -> dict[str, Place]:
    """The places by name; everything is Aurora's, written by Alice."""
    return {
        "practice.green": _key(_practice(cast, "green", PracticeState.SHARED)),
        "practice.draft": _key(_practice(cast, "amber_strict", PracticeState.DRAFT, name="practice-draft")),
        "search.saved": {"pk": _saved_search(cast).pk},
    }


def _saved_search(cast: Cast) -> SavedSearch:
    return SavedSearch.objects.create(
        person=cast.alice,
        organisation=cast.aurora,
        name=canary("saved-search"),
        query={"text": [canary("saved-search")]},
    )


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
