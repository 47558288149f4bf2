"""The next version of an open practice passes the secretariat; the present one stays in force meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from practices.audiences import audience
from practices.enums import Label, PracticeState
from practices.models import Draft, LabelPolicy, Practice, PublishedPractice
from practices.services.attachments import add_attachment
from practices.services.audiences import set_readers
from practices.services.practices import (
    edit_practice,
    retire_practice,
    set_language_and_expiry,
    share_practice,
    take_back_practice,
)
from practices.services.practices import submit_practice as submit
from practices.services.updates import propose_update, return_update, share_update, take_back_update
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_draft, make_shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]


def edited(cast: Cast, practice: Practice, **changes: Any) -> Practice:
    call_as(
        cast.actor("alice"),
        edit_practice,
        practice,
        {**CONTENT, "title": "Slow it twice", **changes},
        version=draft_of(practice).version,
    )
    return practice


def proposed(cast: Cast, label: str = Label.GREEN) -> Practice:
    practice = edited(cast, make_shared(cast, label))
    call_as(cast.actor("alice"), propose_update, practice, note="Two pauses.")
    return practice


def titles(practice: Practice) -> list[str]:
    with acting_as(SYSTEM):
        return [row.content["title"] for row in practice.versions.order_by("number")]


def draft_of(practice: Practice) -> Draft:
    with acting_as(SYSTEM):
        return Draft.objects.get(practice=practice)


def visible_count(cast: Cast, name: str) -> int:
    actor = cast.actor(name)
    with acting_as(actor):
        assert Draft.objects.count() == Draft.objects.visible_to(actor).count()
        return Draft.objects.count()


def test_the_present_version_stands_until_the_secretariat_shares_the_next(cast: Cast) -> None:
    practice = proposed(cast)
    assert (titles(practice), visible_count(cast, "mona"), visible_count(cast, "carol")) == (
        ["Slow the first message"],
        1,
        0,
    )

    version = call_as(cast.actor("mona"), share_update, practice)

    assert (version.number, version.note, titles(practice)[-1]) == (2, "Two pauses.", "Slow it twice")
    assert visible_count(cast, "mona") == 0
    kinds = Event.objects.filter(kind__endswith="_update").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["practice.propose_update", "practice.share_update"]


def test_only_managers_let_it_through(cast: Cast) -> None:
    practice = proposed(cast)
    for name in ("alice", "sven", "rita", "carol"):
        for service, arguments in ((share_update, ()), (return_update, ("No.",))):
            with pytest.raises(Forbidden):
                call_as(cast.actor(name), service, practice, *arguments)


def test_while_it_waits_nothing_in_it_is_changed(cast: Cast) -> None:
    practice = proposed(cast)
    with pytest.raises(WrongState):
        call_as(cast.actor("alice"), edit_practice, practice, CONTENT, version=draft_of(practice).version)
    with pytest.raises(WrongState, match="already"):
        call_as(cast.actor("alice"), propose_update, practice, note="Once more.")


def test_it_comes_back_with_a_reason(cast: Cast) -> None:
    practice = proposed(cast)
    with pytest.raises(DomainError, match="Give a reason"):
        call_as(cast.actor("mona"), return_update, practice, " ")
    call_as(cast.actor("mona"), return_update, practice, "Name no product.")

    draft = draft_of(practice)
    assert (draft.is_proposed, draft.returned_reason, titles(practice)) == (
        False,
        "Name no product.",
        ["Slow the first message"],
    )
    edited(cast, practice, title="Better")


def test_its_writers_take_it_back(cast: Cast) -> None:
    practice = proposed(cast)
    call_as(cast.actor("alice"), take_back_update, practice)
    assert not draft_of(practice).is_proposed
    with pytest.raises(WrongState, match="no longer waiting"):
        call_as(cast.actor("mona"), share_update, practice)


def test_a_submitted_practice_is_taken_back_too(cast: Cast) -> None:
    practice = make_draft(cast)
    call_as(cast.actor("alice"), submit, practice)
    assert draft_of(practice).is_proposed
    practice_after = call_as(cast.actor("alice"), take_back_practice, practice)

    assert (practice_after.state, draft_of(practice).is_proposed) == (PracticeState.DRAFT, False)


def test_what_was_changed_after_it_was_read_is_not_shared(cast: Cast) -> None:
    """Taken back, changed, proposed again, while a manager had the earlier words before them."""
    practice = proposed(cast)
    read = draft_of(practice).version
    call_as(cast.actor("alice"), take_back_update, practice)
    edited(cast, practice, title="Other words")
    call_as(cast.actor("alice"), propose_update, practice, note="Others.")
    with pytest.raises(WrongState, match="Read it again"):
        call_as(cast.actor("mona"), share_update, practice, version=read)

    fresh = make_draft(cast)
    call_as(cast.actor("alice"), submit, fresh)
    with pytest.raises(WrongState, match="Read it again"):
        call_as(cast.actor("mona"), share_practice, fresh, version=99)


def test_what_was_proposed_anew_after_it_was_read_is_not_shared(cast: Cast) -> None:
    """The words are the same: a file was added, everybody is to read it, or the label is another one."""
    alice, sven, mona = cast.actor("alice"), cast.actor("sven"), cast.actor("mona")
    practice = proposed(cast)
    for actor, label, adds_file in ((alice, "", True), (sven, Label.CLEAR, False)):
        read = draft_of(practice).version
        call_as(alice, take_back_update, practice)
        if adds_file:
            call_as(
                alice, add_attachment, practice, SimpleUploadedFile("unread.csv", b"a,b\n1,2\n"), "Unread"
            )
        call_as(actor, propose_update, practice, note="Two pauses.", label=label)
        with pytest.raises(WrongState, match="Read it again"):
            call_as(mona, share_update, practice, version=read)
    call_as(mona, share_update, practice, version=draft_of(practice).version)

    fresh = make_draft(cast)
    call_as(alice, submit, fresh)
    read = draft_of(fresh).version
    call_as(alice, take_back_practice, fresh)
    call_as(alice, set_readers, fresh, audience(Label.CLEAR))
    call_as(alice, submit, fresh)
    with pytest.raises(WrongState, match="Read it again"):
        call_as(mona, share_practice, fresh, version=read)
    call_as(mona, share_practice, fresh, version=draft_of(fresh).version)


def test_for_everybody_it_is_proposed_by_a_signatory(cast: Cast) -> None:
    practice = make_shared(cast)
    with pytest.raises(Forbidden):
        call_as(cast.actor("alice"), propose_update, practice, note="For everybody.", label=Label.CLEAR)
    call_as(cast.actor("sven"), propose_update, practice, note="For everybody.", label=Label.CLEAR)
    with acting_as(SYSTEM):
        practice.refresh_from_db()
    assert practice.label == Label.GREEN

    call_as(cast.actor("mona"), share_update, practice)
    with acting_as(SYSTEM):
        practice.refresh_from_db()
    assert (practice.label, titles(practice)) == (Label.CLEAR, ["Slow the first message"] * 2)


def test_another_last_day_of_a_public_alert_can_be_proposed(cast: Cast) -> None:
    """Its readers inside see the day at once; the public record says the one of its last publication."""
    practice, alice = make_draft(cast, Label.CLEAR, kind="alert"), cast.actor("alice")
    first, day = today() + timedelta(days=30), today() + timedelta(days=60)
    call_as(alice, set_language_and_expiry, practice, language="en", expires_on=first)
    call_as(alice, submit, practice)
    call_as(cast.actor("mona"), share_practice, practice)
    with pytest.raises(DomainError, match="Nothing has changed"):
        call_as(alice, propose_update, practice, note="It goes on.")
    call_as(alice, set_language_and_expiry, practice, language="en", expires_on=day)

    call_as(alice, propose_update, practice, note="It goes on.")
    call_as(cast.actor("mona"), share_update, practice)
    assert PublishedPractice.objects.current().get().expires_on == day


def test_no_other_label_is_proposed(cast: Cast) -> None:
    practice = make_shared(cast)
    for label in (Label.AMBER, Label.RED, Label.GREEN):
        with pytest.raises(DomainError, match="for everybody"):
            call_as(cast.actor("sven"), propose_update, practice, note="So.", label=label)
    with acting_as(SYSTEM):
        LabelPolicy.objects.create(organisation=cast.aurora, labels=[Label.GREEN])
    with pytest.raises(DomainError, match="does not use TLP:CLEAR"):
        call_as(cast.actor("sven"), propose_update, practice, note="So.", label=Label.CLEAR)


def test_what_is_narrowed_to_names_or_ends_waits_no_more(cast: Cast) -> None:
    practice = proposed(cast)
    call_as(
        cast.actor("alice"),
        set_readers,
        practice,
        audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk]),
    )
    assert (draft_of(practice).is_proposed, visible_count(cast, "mona")) == (False, 0)

    other = proposed(cast)
    call_as(cast.actor("alice"), retire_practice, other, "There is a better one.")
    assert not draft_of(other).is_proposed


def test_a_next_version_says_something_else_and_everything_needed(cast: Cast) -> None:
    practice = make_shared(cast)
    with pytest.raises(DomainError, match="Nothing has changed"):
        call_as(cast.actor("alice"), propose_update, practice, note="The same.")
    edited(cast, practice, harms=[])
    with pytest.raises(DomainError, match="Still missing: “Kinds of harm”"):
        call_as(cast.actor("alice"), propose_update, practice, note="Less.")
