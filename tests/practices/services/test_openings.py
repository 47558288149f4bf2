"""A practice of named readers is opened to the community: what was read goes along, everything else stays behind."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from alliance.enums import Role
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Forbidden, WrongState
from practices.audiences import audience
from practices.enums import Label, OpeningState, PracticeState
from practices.models import (
    AccessLog,
    Opening,
    Post,
    Practice,
    SearchEntry,
    Version,
)
from practices.services.audiences import set_readers
from practices.services.openings import (
    open_opening_file,
    propose_opening,
    return_opening,
    share_opening,
    take_back_opening,
)
from practices.services.practices import edit_practice, recall_practice, retire_practice, update_practice
from tests.factories.practices import call_as
from tests.factories.relations import ReaderRelations
from tests.support.opened_practice import (
    EARLY,
    NEW,
    OpenedPractice,
    make_named_practice,
    make_opened_practice,
    sees,
    signatory_of,
)

pytestmark = pytest.mark.django_db

SEEN_WITH = ("version", "file", "use", "step", "result", "question", "answer", "translation", "change", "run",
             "reaction", "relation")  # fmt: skip


def test_what_nobody_has_read_stays_with_those_who_could_read_it(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    seen = {
        who: {name for name in SEEN_WITH if sees(opened, who, opened.parts[name]) == (True, True)}
        for who in EARLY | NEW
    }
    hidden = {
        who: {name for name in SEEN_WITH if sees(opened, who, opened.parts[name]) == (False, False)}
        for who in EARLY | NEW
    }

    assert seen == {who: set(SEEN_WITH) if who in EARLY else set() for who in EARLY | NEW}
    assert hidden == {who: set(SEEN_WITH) if who in NEW else set() for who in EARLY | NEW}
    assert {who for who in EARLY | NEW if sees(opened, who, opened.practice) == (True, True)} == EARLY | NEW


def test_what_was_read_goes_along(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    with acting_as(SYSTEM):
        latest = Version.objects.get(practice=opened.practice, number=3)
        practice = Practice.objects.get(pk=opened.practice.pk)
        entry = SearchEntry.objects.get(practice=practice)
    along = (latest, opened.parts["goes-file"], opened.parts["goes-test-set"], entry)

    assert {who for who in EARLY | NEW for part in along if sees(opened, who, part) != (True, True)} == set()
    assert [sees(opened, "public", part) for part in (practice, *along)] == [(False, False)] * 5
    assert (practice.label, practice.state_reason) == (Label.GREEN, "")
    assert [practice.reader_people, practice.reader_organisations, practice.reader_groups] == [[], [], []]
    assert entry.updated_at == practice.shared_at


def test_the_secretariat_reads_the_proposal_alone(
    relations: ReaderRelations,
) -> None:
    opened = make_named_practice(relations)
    parts = [opened.practice, *(part for name, part in opened.parts.items() if name != "offer")]

    assert [part for part in parts if sees(opened, "host", part) != (False, False)] == []
    assert sees(opened, "host", opened.opening) == (True, True)
    unrelated = {*relations.actors} - {"author", "colleague", "host", "host_named"}
    assert [who for who in unrelated if sees(opened, who, opened.opening) != (False, False)] == []
    file = opened.parts["goes-file"]
    row, _content = call_as(opened.manager, open_opening_file, opened.opening, str(file.key))
    assert row.pk == file.pk
    assert call_as(opened.manager, open_opening_file, opened.opening, str(opened.parts["file"].key)) is None
    with acting_as(SYSTEM):
        log = AccessLog.objects.filter(practice=opened.practice)
        assert list(log.values_list("person_id", "channel")) == [(opened.manager.person_id, "attachment")]


def test_after_the_decision_the_proposal_is_its_source_s(relations: ReaderRelations) -> None:
    opened = make_named_practice(relations)
    call_as(opened.manager, return_opening, opened.opening, "Say where it was tried.")

    assert sees(opened, "host", opened.opening) == (False, False)
    with acting_as(relations.actors["author"]):
        row = Opening.objects.get(pk=opened.opening.pk)
    assert (row.state, row.reason) == (OpeningState.RETURNED, "Say where it was tried.")
    assert sees(opened, "other", opened.practice) == (False, False)


# --- Who may, and when -----------------------------------------------------------------------


def test_a_signatory_proposes_and_a_manager_decides(relations: ReaderRelations) -> None:
    practice = make_named_practice(relations)
    call_as(practice.signatory, take_back_opening, practice.opening)
    editor, reviewer = relations.actors["author"], replace(practice.manager, roles=frozenset({Role.REVIEWER}))
    with pytest.raises(Forbidden):
        call_as(editor, propose_opening, practice.practice)
    opening = call_as(practice.signatory, propose_opening, practice.practice)
    with pytest.raises(WrongState, match="already waiting"):
        call_as(practice.signatory, propose_opening, practice.practice)
    for actor in (reviewer, practice.signatory, relations.actors["host_named"]):
        with pytest.raises(Forbidden):
            call_as(actor, share_opening, opening)
        with pytest.raises(Forbidden):
            call_as(actor, return_opening, opening, "No.")


@pytest.mark.parametrize("label", [Label.RED, Label.GREEN, Label.CLEAR])
def test_only_what_colleagues_read_by_name_is_proposed(relations: ReaderRelations, label: Label) -> None:
    author = replace(relations.actors["author"], roles=frozenset({Role.SIGNATORY}))
    with pytest.raises(Forbidden):
        call_as(author, propose_opening, relations.practice(label))


def test_a_draft_is_not_proposed(relations: ReaderRelations) -> None:
    practice = relations.practice(Label.AMBER, PracticeState.DRAFT)
    with pytest.raises(WrongState, match="Only a shared practice"):
        call_as(signatory_of(relations), propose_opening, practice)


def _next_version(opened: OpenedPractice) -> None:
    with acting_as(SYSTEM):
        draft = opened.practice.draft
    call_as(opened.signatory, edit_practice, opened.practice, draft.content | {"summary": "Else."},
            version=draft.version)  # fmt: skip
    call_as(opened.signatory, update_practice, opened.practice, note="More.")


def _other_readers(opened: OpenedPractice) -> None:
    organisations = opened.practice.reader_organisations[:1]
    call_as(
        opened.signatory, set_readers, opened.practice, audience(Label.AMBER, organisations=organisations)
    )


ENDINGS: dict[str, Callable[[OpenedPractice], object]] = {
    "a next version": _next_version,
    "other readers": _other_readers,
    "retired": lambda opened: call_as(opened.signatory, retire_practice, opened.practice, "Old."),
    "recalled": lambda opened: call_as(opened.signatory, recall_practice, opened.practice, "Wrong."),
    "taken back": lambda opened: call_as(opened.signatory, take_back_opening, opened.opening),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_change_ends_what_was_proposed(relations: ReaderRelations, ending: str) -> None:
    opened = make_named_practice(relations)
    ENDINGS[ending](opened)

    assert sees(opened, "host", opened.opening) == (False, False)
    with pytest.raises(WrongState):
        call_as(opened.manager, share_opening, opened.opening)
    assert sees(opened, "other", opened.practice) == (False, False)
    with acting_as(SYSTEM):
        state = Opening.objects.get(pk=opened.opening.pk).state
        assert state == (OpeningState.TAKEN_BACK if ending == "taken back" else OpeningState.ENDED)
        assert not Post.objects.filter(earlier_readers__isnull=False).exists()


@pytest.mark.parametrize("change", [{"language": "ru"}, {"author_people": []}, {"reader_groups": []}])
def test_what_is_not_what_was_read_is_not_opened(relations: ReaderRelations, change: dict[str, Any]) -> None:
    """Whatever way it was changed by: the record itself is compared."""
    opened = make_named_practice(relations)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=opened.practice.pk).update(**change)
    with pytest.raises(WrongState, match="has changed since it was proposed"):
        call_as(opened.manager, share_opening, opened.opening)

    with acting_as(SYSTEM):
        assert Practice.objects.get(pk=opened.practice.pk).label == Label.AMBER
        assert Opening.objects.get(pk=opened.opening.pk).state == OpeningState.PROPOSED
