"""Who is told of a recall, and what that names."""

from typing import Any

import pytest

from alliance.enums import Grant
from alliance.models import Membership
from portal.kernel.access import SYSTEM
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.enums import Label
from practices.models import Practice
from practices.queries.recalls import recalled
from practices.services.following import follow
from practices.services.openings import open_practice
from practices.services.practices import (
    recall_practice,
)
from tests.factories import Cast, make_cast
from tests.factories.practices import act, next_version
from tests.factories.talk import relabel
from tests.support.told import TITLE, practice_of, said_by, told, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    Membership.objects.filter(person=made.sven).update(grants=[Grant.SIGNATORY, Grant.EDITOR])
    return made


@pytest.mark.parametrize("label", [Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_a_recall_is_told_to_whoever_had_opened_it_and_names_nothing(
    cast: Cast, mailoutbox: list[Any], label: str
) -> None:
    practice = practice_of(cast, label)
    mailoutbox.clear()
    act(cast.actor("carol"), open_practice, practice, "page")
    signatory(cast, practice)
    act(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    assert told() == [
        ("Carol", f"[{Label(label).label}] A practice that you opened or use has been recalled")
    ]
    assert said_by(mailoutbox) == set()
    assert "/workspace/practices/recalled/" in mailoutbox[0].body
    with acting_as(cast.actor("carol")):
        (found,) = recalled(cast.actor("carol"))
    assert (found.label, found.opened_at is not None) == (Label(label).label, True)
    assert (found.title, found.reason) == (TITLE, "Canary reason.")  # on the portal, for who has read it


def signatory(cast: Cast, practice: Practice) -> None:
    """Sven becomes an author, so that he may recall what is RED."""
    with acting_as(SYSTEM):
        practice.author_people = [*practice.author_people, named(cast.sven.pk, cast.aurora.pk)]
        practice.save()


def test_whoever_uses_a_practice_is_told_of_its_recall_and_others_are_not(cast: Cast) -> None:
    practice = practice_of(cast)
    use(cast, practice)
    act(cast.actor("rita"), follow, practice)
    act(cast.actor("sven"), recall_practice, practice, "It fails.")

    assert [name for name, _line in told()] == ["Carol"]
    with acting_as(cast.actor("mona")):
        assert recalled(cast.actor("mona")) == []


def test_under_the_label_that_one_knew_it_by(cast: Cast) -> None:
    """What was GREEN when it was opened, and RED when it was recalled: the reason is for the few."""
    practice = practice_of(cast)
    act(cast.actor("carol"), open_practice, practice, "page")
    relabel(practice, Label.RED)
    signatory(cast, practice)
    act(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    assert told() == [("Carol", "[TLP:GREEN] A practice that you opened or use has been recalled")]
    with acting_as(cast.actor("carol")):
        (found,) = recalled(cast.actor("carol"))
    assert (found.title, found.reason) == (TITLE, "")


def test_a_recall_names_a_practice_as_its_reader_knew_it(cast: Cast) -> None:
    """The title of a version that came after they could read it no more is not told."""
    practice = practice_of(cast)
    act(cast.actor("carol"), open_practice, practice, "page")
    relabel(practice, Label.AMBER_STRICT)
    next_version(cast, practice, title="Canary of the few", note="Renamed.")
    act(cast.actor("sven"), recall_practice, practice, "Canary reason.")

    with acting_as(cast.actor("carol")):
        (found,) = recalled(cast.actor("carol"))
    assert (found.title, found.reason) == (TITLE, "")
