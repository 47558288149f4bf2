"""Who is notified of a recall, and what that names."""

from typing import Any

import pytest

from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from practices.access import person_token
from practices.enums import Label
from practices.models import Practice
from practices.queries.recalls import recalled_practices
from practices.services.access_log import log_access
from practices.services.adoptions import AdoptionStepInput, change_adoption
from practices.services.following import follow
from practices.services.practices import (
    recall_practice,
)
from tests.factories import Cast
from tests.factories.adoptions import DAY, make_adoption
from tests.factories.discussion import set_label_directly
from tests.factories.practices import call_as, make_next_version
from tests.support.notifications import (
    TITLE,
    adopt_practice,
    inbox_lines,
    inbox_lines_of,
    make_shared_practice,
    secrets_in_letters,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]


@pytest.mark.parametrize("label", [Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_a_recall_notifies_those_who_had_opened_it_and_names_nothing(
    cast: Cast, mailoutbox: list[Any], label: str
) -> None:
    practice = make_shared_practice(cast, label)
    mailoutbox.clear()
    call_as(cast.actor("carol"), log_access, practice, "page")
    signatory(cast, practice)
    call_as(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    assert inbox_lines() == [
        ("Carol", f"[{Label(label).label}] A practice that you opened or use has been recalled")
    ]
    assert secrets_in_letters(mailoutbox) == set()
    assert "/workspace/practices/recalled/" in mailoutbox[0].body
    with acting_as(cast.actor("carol")):
        (recalled_practice,) = recalled_practices(cast.actor("carol"))
    assert (recalled_practice.label, recalled_practice.opened_at is not None) == (Label(label).label, True)
    assert recalled_practice.recalled_at is not None  # though the entry of the journal is not Carol's to read
    assert (recalled_practice.title, recalled_practice.reason) == (
        TITLE,
        "Canary reason.",
    )  # on the portal, for who has read it


def signatory(cast: Cast, practice: Practice) -> None:
    """Sven becomes an author, so that he may recall what is RED."""
    with acting_as(SYSTEM):
        practice.author_people = [*practice.author_people, person_token(cast.sven.pk, cast.aurora.pk)]
        practice.save()


def test_users_of_a_practice_are_notified_of_its_recall_and_others_are_not(cast: Cast) -> None:
    practice = make_shared_practice(cast)
    adopt_practice(cast, practice)
    call_as(cast.actor("rita"), follow, practice)
    call_as(cast.actor("sven"), recall_practice, practice, "It fails.")

    assert [name for name, _line in inbox_lines()] == ["Carol"]
    with acting_as(cast.actor("mona")):
        assert recalled_practices(cast.actor("mona")) == []


def test_under_the_label_that_one_knew_it_by(cast: Cast) -> None:
    """What was GREEN when it was opened, and RED when it was recalled: the reason is for the few."""
    practice = make_shared_practice(cast)
    call_as(cast.actor("carol"), log_access, practice, "page")
    set_label_directly(practice, Label.RED)
    signatory(cast, practice)
    call_as(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    assert inbox_lines() == [("Carol", "[TLP:GREEN] A practice that you opened or use has been recalled")]
    with acting_as(cast.actor("carol")):
        (recalled_practice,) = recalled_practices(cast.actor("carol"))
    assert (recalled_practice.title, recalled_practice.reason) == (TITLE, "")


def test_a_recall_names_a_practice_as_its_reader_knew_it(cast: Cast) -> None:
    """The title of a version that came after they could read it no more is not named."""
    practice = make_shared_practice(cast)
    call_as(cast.actor("carol"), log_access, practice, "page")
    set_label_directly(practice, Label.AMBER_STRICT)
    make_next_version(cast, practice, title="Canary of the few", note="Renamed.")
    call_as(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    with acting_as(cast.actor("carol")):
        (recalled_practice,) = recalled_practices(cast.actor("carol"))
    assert (recalled_practice.title, recalled_practice.reason) == (TITLE, "")


def test_a_use_that_went_on_without_access_is_named_as_it_was_known_when_it_was_recorded(cast: Cast) -> None:
    """By the title and the label of that day, in both letters: what came later its organisation could not read."""
    practice = make_shared_practice(cast, Label.AMBER)
    use = make_adoption(cast.actor("carol"), practice)
    set_label_directly(practice, Label.RED)
    journal.record(cast.actor("alice"), "practice.narrow", practice, label=Label.RED)
    make_next_version(cast, practice, title="Canary of the few", note="Renamed.")
    step = AdoptionStepInput("in_use", DAY, "It goes on.")
    call_as(cast.actor("carol"), change_adoption, use, step, version=1)
    signatory(cast, practice)
    call_as(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    assert {line.partition("] ")[0] for _name, line in inbox_lines_of("Carol")} == {"[TLP:AMBER"}
    with acting_as(cast.actor("carol")):
        (recalled_practice,) = recalled_practices(cast.actor("carol"))
    assert (recalled_practice.title, recalled_practice.label, recalled_practice.reason) == (
        TITLE,
        "TLP:AMBER",
        "",
    )
