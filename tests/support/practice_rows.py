"""Rows of practices for the small alliance, with a canary in every text."""

from typing import Any

from practices.enums import PracticeState
from practices.models import Author, Draft, FieldHistory, Practice, Version
from tests.factories import Cast
from tests.support.canaries import canary
from tests.support.packs import classes_of, entry_of, make_run, make_test_set

UrlKwargs = dict[str, Any]


def key_kwargs(row: Any) -> UrlKwargs:
    """The URL arguments of a record that is named by its key."""
    return {"key": row.key}


def make_practice(
    cast: Cast, label: str, state: str, *, name: str = "", pack: bool = False, **readers: Any
) -> Practice:
    """A practice with a working copy and, once it is shared, a version; `name` is its canary.

    With `pack`, also with classes, a test set and a run.
    """
    written = canary(name or f"practice-{label}")
    content = {
        "title": written,
        "kind": "technique",
        "stage": "proven",
        "harms": ["grooming"],
        "summary": written,
        "permitted_use": "adapt",
        "measures": ["search"],
        **(classes_of(written) if pack else {}),
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
    listed = [make_test_set(practice, content, written, cast.alice.pk)] if pack else []
    for test_set in listed:
        make_run(practice, test_set, written, cast.alice.pk, cast.aurora.pk)
    FieldHistory.objects.create(
        practice=practice,
        field="summary",
        value=canary("earlier-wording-red" if label == "red" else "earlier-wording"),
        version=1,
        written_by=cast.alice,
    )
    if state not in (PracticeState.DRAFT, PracticeState.IN_MODERATION):
        Version.objects.create(
            practice=practice, number=1, content=content, sha256="0" * 64, written_by=cast.alice,
            attachments=[entry_of(row) for row in listed],
        )  # fmt: skip
    return practice
