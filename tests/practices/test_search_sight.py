"""No door of the library gives away what its reader may not see: list, count, facet, spelling, title, notice, panel."""

import pytest
from django.db import ProgrammingError, connection, transaction

from portal.kernel.access import SYSTEM, Actor
from portal.kernel.row_security import acting_as
from practices.enums import Label
from practices.models import Entry, SavedSearch, Word
from practices.notify.searches import NOTICES
from practices.queries import library
from practices.queries.search import Search, find, read
from practices.services.searches import announce, save_search
from tests.factories.circle import Circle, make_circle
from tests.factories.shelf import put
from tests.practices.test_labels import RELATIONS, SHARED

pytestmark = pytest.mark.django_db
# whoever acts as nobody has no desk
PEOPLE = [relation for relation in RELATIONS if relation not in ("suspended", "public")]


@pytest.fixture
def circle() -> Circle:
    return make_circle()


def readers(label: str) -> set[str]:
    return {one for one, mark in zip(RELATIONS, SHARED[label].replace(" ", ""), strict=True) if mark == "y"}


@pytest.mark.parametrize("label", Label.values)
def test_it_is_found_by_those_whom_its_label_lets_read_it(circle: Circle, label: str) -> None:
    practice = put(circle, label, title="A xylophone", measures=["m"])

    found = {
        door: set() for door in ("list", "words", "facet", "count", "spelling", "title", "stock", "entry")
    }
    for relation in RELATIONS:
        actor = circle.actors[relation]
        with acting_as(actor):
            for door, is_open in doors(actor, practice.pk).items():
                found[door] |= {relation} if is_open else set()

    assert found == dict.fromkeys(found, readers(label))


def doors(actor: Actor, practice: int) -> dict[str, bool]:
    """Whether anything of the practice comes through each."""
    everything, by_word = find(actor, Search()), find(actor, Search(text="xylophones"))
    by_facet = find(actor, read({"measures": ["m"], "stage": ["proven"]}))
    return {
        "list": practice in everything.ids,
        "words": practice in by_word.ids,
        "facet": practice in by_facet.ids,
        "count": any(
            sum(counts.values()) for counts in (*everything.counts.values(), *by_facet.counts.values())
        ),
        "spelling": bool(find(actor, Search(text="xylophobe")).instead),
        "title": bool(library.titles(actor, "xyl", 8)),
        "stock": library.stock(actor).total > 0,
        "entry": Entry.objects.exists(),  # the second wall alone
    }


@pytest.mark.parametrize("label", Label.values)
def test_a_saved_search_tells_those_alone_who_may_read_it(circle: Circle, label: str) -> None:
    for relation in PEOPLE:
        actor = circle.actors[relation]
        with acting_as(actor):
            save_search(actor, Search(text="xylophone"), name="Mine", notifies=True)
    practice = put(circle, label, title="A xylophone")
    with acting_as(SYSTEM):
        announce(SYSTEM, practice)

    assert told(circle) == readers(label) & set(PEOPLE)


def told(circle: Circle) -> set[str]:
    """To whom the notice would go, by relation."""
    from portal.kernel.models import Event

    event = Event.objects.filter(kind="search.match").latest("pk")
    (notice,) = NOTICES
    names = {(actor.person_id, actor.tenant_id): relation for relation, actor in circle.actors.items()}
    found = set()
    for recipient in notice.who(event):
        with acting_as(recipient.actor):
            if notice.context(recipient.actor, event):
                found.add(names[recipient.person_id, recipient.tenant_id])
    return found


@pytest.mark.parametrize("label", Label.values)
def test_a_panel_shows_what_its_reader_may_see(circle: Circle, label: str) -> None:
    put(circle, label, measures=["m"])

    found = set()
    for relation in PEOPLE:
        actor = circle.actors[relation]
        with acting_as(actor):
            found |= {relation} if library.serving(actor, ["m"]) else set()

    assert found == (readers(label) & set(PEOPLE)) - {"author", "colleague"}


def test_the_application_writes_no_entry_and_reads_no_word(circle: Circle) -> None:
    practice = put(circle)

    with acting_as(circle.actors["author"]):
        assert Entry.objects.filter(pk=practice.pk).update(label="clear") == 0
        assert not Word.objects.exists()
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO practices_word VALUES ('canary')")


def test_a_saved_search_is_seen_by_its_person_alone(circle: Circle) -> None:
    actor = circle.actors["author"]
    with acting_as(actor):
        save_search(actor, Search(text="grooming"), name="Mine", notifies=True)

    for relation in RELATIONS:
        with acting_as(circle.actors[relation]):
            assert SavedSearch.objects.exists() is (relation == "author"), relation
