"""Nothing in the library reveals what its reader may not see: list, count, facet, spelling, title, notice, panel."""

import pytest
from django.db import ProgrammingError, connection, transaction

from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.enums import Label
from practices.models import SavedSearch, SearchEntry, SearchWord
from practices.notify.searches import NOTICES
from practices.queries import library
from practices.queries.search import Search, candidates, find_practices, parse_search
from practices.services.searches import notify_saved_searches, save_search
from tests.factories.library import make_library_practice
from tests.factories.relations import ReaderRelations
from tests.practices.test_labels import RELATIONS, SHARED

pytestmark = pytest.mark.django_db
# ANYONE has no area
PEOPLE = [relation for relation in RELATIONS if relation not in ("suspended", "public")]


def readers(label: str) -> set[str]:
    return {
        relation
        for relation, mark in zip(RELATIONS, SHARED[label].replace(" ", ""), strict=True)
        if mark == "y"
    }


@pytest.mark.parametrize("label", Label.values)
def test_it_is_found_by_those_whom_its_label_lets_read_it(relations: ReaderRelations, label: str) -> None:
    practice = make_library_practice(relations, label, title="A xylophone", measures=["m"])

    finders = {
        channel: set()
        for channel in (
            "list",
            "words",
            "name",
            "facet",
            "count",
            "spelling",
            "transposed",
            "title",
            "stock",
            "entry",
            "function",
        )
    }
    for relation in RELATIONS:
        actor = relations.actors[relation]
        with acting_as(actor):
            for channel, is_open in results_by_channel(actor, practice.pk).items():
                finders[channel] |= {relation} if is_open else set()

    assert finders == dict.fromkeys(finders, readers(label))


def results_by_channel(actor: Actor, practice: int) -> dict[str, bool]:
    """Whether anything of the practice comes through each."""
    everything, by_word = find_practices(actor, Search()), find_practices(actor, Search(text="xylophones"))
    measured = parse_search({"measures": ["m"], "stage": ["proven"]})
    by_facet = find_practices(actor, measured)
    return {
        "list": practice in everything.ids,
        "words": practice in by_word.ids,
        "name": practice in find_practices(actor, Search(text="sextortion")).ids,  # of what it is filed under
        "facet": practice in by_facet.ids,
        "count": any(
            sum(counts.values()) for counts in (*everything.counts.values(), *by_facet.counts.values())
        ),
        "spelling": bool(find_practices(actor, Search(text="xylophobe")).respelt),
        "transposed": bool(find_practices(actor, Search(text="xylohpones")).respelt),
        "title": bool(library.matching_titles(actor, "xyl", 8)),
        "stock": library.library_counts(actor).total > 0,
        "entry": SearchEntry.objects.exists(),  # row-level security alone
        # the function of the owner alone, whose answer says too whether words are nowhere and whether there are more
        "function": any(
            practice in candidates(search, search.text, None)
            for search in (Search(), Search(text="xylophones"), measured)
        ),
    }


@pytest.mark.parametrize("label", Label.values)
def test_a_saved_search_notifies_those_alone_who_may_read_it(relations: ReaderRelations, label: str) -> None:
    for relation in PEOPLE:
        actor = relations.actors[relation]
        with acting_as(actor):
            save_search(actor, Search(text="xylophone"), name="Mine", notifies=True)
    practice = make_library_practice(relations, label, title="A xylophone")
    with acting_as(SYSTEM):
        notify_saved_searches(SYSTEM, practice)

    assert notified_relations(relations) == readers(label) & set(PEOPLE)


def notified_relations(relations: ReaderRelations) -> set[str]:
    """To whom the notice would go, by relation."""
    from portal.kernel.journal import Event

    event = Event.objects.filter(kind="search.match").latest("pk")
    (notice,) = NOTICES
    names = {(actor.person_id, actor.tenant_id): relation for relation, actor in relations.actors.items()}
    finders = set()
    for recipient in notice.recipients(event):
        with acting_as(recipient.actor):
            if notice.context(recipient.actor, event):
                finders.add(names[recipient.person_id, recipient.tenant_id])
    return finders


@pytest.mark.parametrize("label", Label.values)
def test_a_panel_shows_what_its_reader_may_see(relations: ReaderRelations, label: str) -> None:
    make_library_practice(relations, label, measures=["m"])

    finders = set()
    for relation in PEOPLE:
        actor = relations.actors[relation]
        with acting_as(actor):
            finders |= {relation} if library.practices_for_measures(actor, ["m"]) else set()

    assert finders == (readers(label) & set(PEOPLE)) - {"author", "colleague"}


def test_the_application_writes_no_entry_and_reads_no_word(relations: ReaderRelations) -> None:
    practice = make_library_practice(relations)

    with acting_as(relations.actors["author"]):
        assert SearchEntry.objects.filter(pk=practice.pk).update(label="clear") == 0
        assert not SearchWord.objects.exists()
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO practices_searchword VALUES ('canary')")


def test_a_saved_search_is_seen_by_its_person_alone(relations: ReaderRelations) -> None:
    actor = relations.actors["author"]
    with acting_as(actor):
        save_search(actor, Search(text="grooming"), name="Mine", notifies=True)

    for relation in RELATIONS:
        with acting_as(relations.actors[relation]):
            assert SavedSearch.objects.exists() is (relation == "author"), relation
