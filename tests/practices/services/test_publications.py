"""What is TLP:CLEAR is in the public record, to the byte, from the act that makes it so; nothing else ever is."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from alliance.models import TimelineEntry
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.publishing import Publication, canonical, digest, read_publication
from practices.access import person_token
from practices.audiences import audience
from practices.enums import Label
from practices.models import Practice, PublishedPractice, Version
from practices.services.audiences import set_readers
from practices.services.practices import (
    edit_practice,
    recall_practice,
    retire_practice,
)
from practices.services.publications import publish_version
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_draft, make_next_version, make_shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]


def publications() -> list[Publication]:
    return list(Publication.objects.filter(type="practice").order_by("number"))


def publication_states() -> list[tuple[int, str, str]]:
    """Revision, state and reason of each publication of a practice."""
    return [
        (row.revision, read_publication(row)["state"], read_publication(row)["reason"])
        for row in publications()
    ]


def public_list() -> list[tuple[str, int]]:
    rows = PublishedPractice.objects.current().exclude(state="withdrawn").order_by("pk")
    return [(row.title, row.number) for row in rows]


# --- What is published -----------------------------------------------------------------------


def test_a_clear_practice_is_published_in_the_act_that_shares_it(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    (publication,) = publications()
    document = read_publication(publication)

    assert (publication.number, publication.record, publication.revision) == (1, str(practice.key), 1)
    assert publication.title["en"] == "Aurora Video shares a practice: Slow the first message"
    assert publication.title["ru"].startswith("Aurora Video (ру) ")
    assert (document["version"], document["label"], document["language"]) == (1, "TLP:CLEAR", "en")
    assert (document["content"], document["organisation"]["slug"]) == (CONTENT, "aurora-video")
    assert set(document["organisation"]["name"]) == {"en", "ru"}
    assert public_list() == [("Slow the first message", 1)]


def test_its_bytes_are_canonical_and_match_the_digest(cast: Cast) -> None:
    make_shared(cast, Label.CLEAR)
    (publication,) = publications()
    body = bytes(publication.body)

    assert (publication.sha256, canonical(json.loads(body))) == (digest(body), body)


@pytest.mark.parametrize("label", [Label.GREEN, Label.AMBER, Label.AMBER_STRICT])
def test_what_is_not_clear_is_never_published(cast: Cast, label: str) -> None:
    practice = make_shared(cast, label)
    call_as(cast.actor("sven"), retire_practice, practice, "It has a flaw.")
    call_as(cast.actor("sven"), recall_practice, practice, "It has a flaw.")

    assert (Publication.objects.count(), PublishedPractice.objects.count()) == (0, 0)


def test_no_hand_publishes_what_is_not_clear(cast: Cast) -> None:
    practice = make_shared(cast)
    with acting_as(SYSTEM), pytest.raises(WrongState):
        publish_version(SYSTEM, Version.objects.get(practice=practice))


def test_a_version_is_not_published_by_a_label_that_was_taken_away_meanwhile(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    with acting_as(SYSTEM):
        stale = Version.objects.select_related("practice").get(practice=practice)
    call_as(
        cast.actor("alice"), set_readers, practice, audience(Label.GREEN), reason="It gives too much away."
    )
    with acting_as(SYSTEM), pytest.raises(WrongState):
        publish_version(SYSTEM, stale)

    assert public_list() == []


def test_the_next_version_is_the_next_revision_and_no_number_is_left_out(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    make_shared(cast, Label.CLEAR)
    make_next_version(cast, practice, title="Slow it twice")
    first, other, second = publications()

    assert [row.number for row in Publication.objects.order_by("number")] == [1, 2, 3]
    assert (second.previous_id, second.revision, other.revision) == (first.number, 2, 1)
    assert (read_publication(second)["version"], read_publication(second)["note"]) == (2, "Two pauses.")
    assert second.title["en"] == "Aurora Video shares version 2 of a practice: Slow it twice"
    assert public_list() == [("Slow the first message", 1), ("Slow it twice", 2)]


@pytest.mark.parametrize(
    ("attribution", "source", "authors"),
    [
        ("", "aurora-video", []),
        ("source", "aurora-video", []),
        ("authors", "aurora-video", ["Alice"]),
        ("none", None, []),
    ],
)
def test_the_source_and_its_authors_are_named_as_they_allow(
    cast: Cast, attribution: str, source: str | None, authors: list[str]
) -> None:
    make_shared(cast, Label.CLEAR, attribution=attribution)
    (publication,) = publications()
    document = read_publication(publication)
    named = document["organisation"]["slug"] if document["organisation"] else None

    assert (named, [author["name"] for author in document["authors"]]) == (source, authors)
    assert ("Aurora" in bytes(publication.body).decode()) == bool(source)
    assert (TimelineEntry.objects.get(kind="practice").organisation is not None) == bool(source)


# --- What ends -------------------------------------------------------------------------------


def test_a_retired_practice_stays_with_a_notice(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    call_as(cast.actor("alice"), retire_practice, practice, "Voice calls go round it.")
    row = PublishedPractice.objects.current().get()

    assert publication_states() == [(1, "shared", ""), (2, "retired", "Voice calls go round it.")]
    assert (row.state, row.reason, row.content) == ("retired", "Voice calls go round it.", CONTENT)


def test_a_recall_is_a_public_withdrawal_that_leaves_the_record_readable(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR, attribution="authors")
    call_as(cast.actor("sven"), recall_practice, practice, "It misjudges school classes.")
    first, last = publications()

    assert publication_states() == [(1, "shared", ""), (2, "withdrawn", "It misjudges school classes.")]
    assert (read_publication(last)["content"], read_publication(last)["authors"], public_list()) == (
        {},
        [],
        [],
    )
    assert last.title["en"] == "Aurora Video withdraws a practice: Slow the first message"
    assert (read_publication(first)["content"]["title"], last.previous_id) == (
        "Slow the first message",
        first.number,
    )


@pytest.mark.parametrize("label", [Label.GREEN, Label.AMBER, Label.RED])
def test_what_leaves_clear_is_withdrawn_and_its_readers_are_not_published(cast: Cast, label: str) -> None:
    practice = make_shared(cast, Label.CLEAR)
    people = [person_token(cast.carol.pk, cast.beacon.pk)] if label != Label.GREEN else []
    readers = audience(label, people)
    with pytest.raises(DomainError, match="Give a reason"):
        call_as(cast.actor("alice"), set_readers, practice, readers)
    call_as(cast.actor("alice"), set_readers, practice, readers, reason="It gives too much away.")
    make_next_version(cast, practice, title="Canary of the version after")
    everything = b"".join(bytes(row.body) for row in Publication.objects.all())

    assert publication_states() == [(1, "shared", ""), (2, "withdrawn", "It gives too much away.")]
    assert public_list() == []
    assert [word for word in (b"Canary", Label(label).label.encode()) if word in everything] == []


def test_no_refused_act_leaves_a_publication(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    with pytest.raises(Forbidden):
        call_as(cast.actor("alice"), recall_practice, practice, "It has a flaw.")
    with pytest.raises(DomainError, match="Name at least one"):
        call_as(cast.actor("alice"), set_readers, practice, audience(Label.AMBER), reason="It has to be.")

    assert [row.revision for row in publications()] == [1]


def test_what_is_green_does_not_become_clear_past_the_moderators(cast: Cast) -> None:
    practice = make_shared(cast)
    with pytest.raises(DomainError, match="secretariat must read it first"):
        call_as(cast.actor("sven"), set_readers, practice, audience(Label.CLEAR))

    assert Publication.objects.count() == 0


# --- What public pages are made of------------------------------------------------------------


def projection_rows() -> list[dict[str, Any]]:
    rows = PublishedPractice.objects.order_by("valid_from").values()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_the_rows_are_made_anew_from_the_publications_alone(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    make_next_version(cast, practice, title="Slow it twice", steps=[{"text": "It waits.", "by": "automatic"}])
    call_as(cast.actor("sven"), recall_practice, practice, "It misjudges school classes.")
    make_shared(cast, Label.CLEAR)
    before, entries = projection_rows(), TimelineEntry.objects.count()
    with acting_as(SYSTEM):
        Practice.objects.update(label=Label.RED)
    call_command("rebuild_projections", verbosity=0)

    assert (projection_rows(), TimelineEntry.objects.count()) == (before, entries)
    assert [(row["valid_from"], row["valid_to"]) for row in before] == [(1, 2), (2, 3), (3, None), (4, None)]


def test_a_practice_that_is_drafted_again_is_not_touched(cast: Cast) -> None:
    practice = make_shared(cast, Label.CLEAR)
    call_as(cast.actor("alice"), edit_practice, practice, {**CONTENT, "title": "Canary"}, version=2)
    make_draft(cast, Label.CLEAR, title="Canary")

    assert public_list() == [("Slow the first message", 1)]
