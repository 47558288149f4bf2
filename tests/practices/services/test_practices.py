"""From a first draft to a version that others read, and back again."""

import pytest

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Conflict, DomainError, Faults, Forbidden, WrongState
from portal.kernel.journal import Event
from practices.audiences import audience
from practices.enums import Label, PracticeState
from practices.models import Practice, Version
from practices.services.audiences import set_readers
from practices.services.practices import (
    draft_practice,
    edit_practice,
    recall_practice,
    retire_practice,
    return_practice,
    share_practice_directly,
    submit_practice,
    update_practice,
)
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_draft, make_shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]


def versions(practice: Practice) -> list[tuple[int, str, str]]:
    with acting_as(SYSTEM):
        rows = Version.objects.filter(practice=practice).order_by("number")
        return [(row.number, row.content["title"], row.note) for row in rows]


def kinds() -> list[str]:
    return list(
        Event.objects.filter(kind__startswith="practice.").order_by("pk").values_list("kind", flat=True)
    )


def test_an_open_practice_is_shared_by_the_secretariat(cast: Cast) -> None:
    practice = make_shared(cast)

    assert (practice.state, versions(practice)) == (PracticeState.SHARED, [(1, "Slow the first message", "")])
    assert kinds() == ["practice.draft", "practice.submit", "practice.share"]


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT])
def test_a_signatory_shares_with_named_readers_without_moderation(cast: Cast, label: str) -> None:
    practice = make_draft(cast, label)
    for refused in ("alice", "mona", "carol"):
        with pytest.raises((Forbidden, Practice.DoesNotExist)):
            call_as(cast.actor(refused), share_practice_directly, practice)

    assert call_as(cast.actor("sven"), share_practice_directly, practice).state == PracticeState.SHARED


def test_an_open_practice_is_not_shared_past_the_moderators(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        call_as(cast.actor("sven"), share_practice_directly, make_draft(cast))


def test_what_is_needed_is_named_before_anything_is_handed_on(cast: Cast) -> None:
    practice = make_draft(cast, harms=[], summary="")
    with pytest.raises(DomainError, match="Still missing: “Kinds of harm”, “Summary”"):
        call_as(cast.actor("alice"), submit_practice, practice)


def test_a_draft_is_given_back_with_a_reason_and_submitted_again(cast: Cast) -> None:
    practice = make_draft(cast)
    call_as(cast.actor("alice"), submit_practice, practice)
    with pytest.raises(DomainError, match="Give a reason"):
        call_as(cast.actor("mona"), return_practice, practice, " ")
    returned = call_as(cast.actor("mona"), return_practice, practice, "Say what it was tested on.")

    assert (returned.state, returned.state_reason) == (PracticeState.DRAFT, "Say what it was tested on.")
    assert call_as(cast.actor("alice"), submit_practice, practice).state == PracticeState.IN_MODERATION


def test_in_moderation_nothing_is_changed(cast: Cast) -> None:
    practice = make_draft(cast)
    call_as(cast.actor("alice"), submit_practice, practice)
    with pytest.raises(WrongState):
        call_as(cast.actor("alice"), edit_practice, practice, CONTENT, version=1)
    with pytest.raises(WrongState):
        call_as(cast.actor("alice"), set_readers, practice, audience(Label.CLEAR))


def test_every_change_after_sharing_is_a_version_with_a_note(cast: Cast) -> None:
    practice, sven = make_shared(cast, Label.AMBER), cast.actor("sven")
    call_as(cast.actor("alice"), edit_practice, practice, {**CONTENT, "title": "Slow it twice"}, version=1)
    assert versions(practice) == [(1, "Slow the first message", "")]

    with pytest.raises(Forbidden):
        call_as(cast.actor("alice"), update_practice, practice, note="Two pauses.")
    with pytest.raises(DomainError, match="Describe in a sentence"):
        call_as(sven, update_practice, practice, note="")
    call_as(sven, update_practice, practice, note="Two pauses.")
    with pytest.raises(DomainError, match="Nothing has changed"):
        call_as(sven, update_practice, practice, note="Again.")

    assert versions(practice) == [(1, "Slow the first message", ""), (2, "Slow it twice", "Two pauses.")]


def test_two_writers_lose_nothing(cast: Cast) -> None:
    practice = make_draft(cast)
    call_as(cast.actor("alice"), edit_practice, practice, {**CONTENT, "title": "Alice's"}, version=1)
    with pytest.raises(Conflict) as conflict:
        call_as(cast.actor("sven"), edit_practice, practice, {**CONTENT, "title": "Sven's"}, version=1)

    assert (conflict.value.stored.content["title"], conflict.value.sent["title"]) == ("Alice's", "Sven's")


def test_what_is_wrong_is_said_and_nothing_is_saved(cast: Cast) -> None:
    with pytest.raises(Faults):
        make_draft(cast, kind="rumour")
    with acting_as(SYSTEM):
        assert not Practice.objects.exists()


def test_a_reader_at_the_source_drafts_nothing(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        call_as(cast.actor("bob"), draft_practice, CONTENT, language="en")


def test_what_is_retired_stays_readable_and_what_is_recalled_is_the_sources_again(cast: Cast) -> None:
    practice, carol = make_shared(cast, Label.AMBER), cast.actor("carol")
    counts = []
    for step in (retire_practice, recall_practice):
        call_as(cast.actor("sven"), step, practice, "It has a flaw.")
        with acting_as(carol):
            counts.append(Practice.objects.visible_to(carol).count())

    assert counts == [1, 0]
