"""The mapping of a draft edited key by key, and what keeps the draft from being put in force."""

from typing import Any

import pytest

from alliance.charter_file import write_charter_file
from alliance.enums import CharterState
from alliance.models import Charter, Indicator
from alliance.queries.charter_problems import in_force_obstacle, undecided_keys
from alliance.queries.charter_text import charter_text
from alliance.services.charter_mapping import MappingDraft, edit_mapping
from alliance.services.charters import LoadOutcome, check_charter, load_charter, put_charter_in_force
from portal.kernel.access import acting_as
from portal.kernel.errors import Conflict, DomainError, Faults, Forbidden, WrongState
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_charter, read_charter, renamed

pytestmark = pytest.mark.django_db
REASON = {"en": "It counts something else.", "ru": "Считается другое."}


@pytest.fixture
def draft(cast: Cast) -> Charter:
    """Version 2, in which `time-to-removal` was renamed and nobody has said so."""
    return make_charter(
        version=2, state=CharterState.DRAFT, tree=renamed(("time-to-removal", "time-to-removing"))
    )


def edit(cast: Cast, charter: Charter, *rows: MappingDraft, name: str = "mona", **changes: Any) -> Charter:
    charter.refresh_from_db()
    with acting_as(cast.actor(name)) as actor:
        return edit_mapping(actor, charter, rows, **{"edited_at": charter.edited_at, **changes})


def stored(charter: Charter) -> list[tuple[str, str]]:
    return list(charter.mappings.order_by("pk").values_list("earlier_key", "key"))


def test_a_renamed_key_is_mapped_and_other_rows_stay(cast: Cast, draft: Charter) -> None:
    edit(cast, draft, MappingDraft("find", ("find", "answer")))
    before = Charter.objects.get(pk=draft.pk).sha256

    edited = edit(cast, draft, MappingDraft("time-to-removal", ("time-to-removing",)))

    assert stored(draft) == [
        ("find", "find"),
        ("find", "answer"),
        ("time-to-removal", "time-to-removing"),
    ]
    assert (edited.supersedes, edited.sha256 == before) == (1, False)


def test_an_undecided_row_is_saved_and_blocks_putting_in_force(cast: Cast, draft: Charter) -> None:
    edit(cast, draft, MappingDraft("time-to-removal", is_undecided=True))

    with acting_as(cast.actor("mona")) as mona:
        checked = check_charter(mona, draft)
        assert checked.check_result["problems"] == [{"kind": "undecided", "keys": ["time-to-removal"]}]
        with pytest.raises(DomainError, match="still to be decided: time-to-removal"):
            put_charter_in_force(mona, checked)


@pytest.mark.parametrize("reason", [{}, {"en": REASON["en"]}])
def test_a_break_needs_its_reason_in_both_languages(
    cast: Cast, draft: Charter, reason: dict[str, str]
) -> None:
    row = MappingDraft("time-to-removal", ("time-to-removing",), breaks=True, reason=reason)

    with pytest.raises(Faults) as refusal:
        edit(cast, draft, row)

    assert "reason_ru_0" in refusal.value.faults
    assert stored(draft) == []


def test_a_break_with_its_reasons_is_saved(cast: Cast, draft: Charter) -> None:
    edit(cast, draft, MappingDraft("time-to-removal", ("time-to-removing",), breaks=True, reason=REASON))

    assert draft.mappings.get().reason_ru == REASON["ru"]


@pytest.mark.parametrize("later", [("time-to-removing",), ()], ids=["continues", "ends"])
def test_a_reason_where_nothing_breaks_is_refused_at_its_field(
    cast: Cast, draft: Charter, later: tuple[str, ...]
) -> None:
    with pytest.raises(Faults) as refusal:
        edit(cast, draft, MappingDraft("time-to-removal", later, reason=REASON))

    assert list(refusal.value.faults) == ["reason_en_0", "reason_ru_0"]
    assert stored(draft) == []


def test_a_break_that_is_chosen_again_to_continue_is_one_no_more(cast: Cast, draft: Charter) -> None:
    edit(cast, draft, MappingDraft("time-to-removal", ("time-to-removing",), breaks=True, reason=REASON))

    edit(cast, draft, MappingDraft("time-to-removal", ("time-to-removing",)))

    assert draft.mappings.get().reason_en == ""


def test_a_series_that_breaks_by_itself_has_its_reason(cast: Cast, draft: Charter) -> None:
    Indicator.objects.filter(charter=draft, key="time-to-removing").update(unit="people")

    edit(cast, draft, MappingDraft("time-to-removal", ("time-to-removing",), reason=REASON))

    assert draft.mappings.get().reason_ru == REASON["ru"]


def test_an_undecided_row_keeps_the_reason_that_was_typed(cast: Cast, draft: Charter) -> None:
    edit(cast, draft, MappingDraft("time-to-removal", is_undecided=True, reason={"en": REASON["en"]}))

    row = draft.mappings.get()
    assert (row.key, row.reason_en, row.reason_ru) == ("", REASON["en"], "")
    edit(cast, draft, MappingDraft("find", ("find", "answer")))  # the other rows stay
    assert draft.mappings.get(earlier_key="time-to-removal").reason_en == REASON["en"]


def test_an_undecided_row_keeps_what_was_chosen(cast: Cast, draft: Charter) -> None:
    row = MappingDraft(
        "time-to-removal", ("time-to-removing", "moderators"), is_undecided=True, reason={"en": REASON["en"]}
    )
    edit(cast, draft, row)

    rows = list(draft.mappings.order_by("pk").values_list("earlier_key", "key", "reason_en"))
    assert rows == [
        ("time-to-removal", "", REASON["en"]),
        ("time-to-removal", "time-to-removing", ""),
        ("time-to-removal", "moderators", ""),
    ]
    assert undecided_keys(draft) == ["time-to-removal"]
    edit(cast, draft, MappingDraft("time-to-removal", ("time-to-removing",)))
    assert stored(draft) == [("time-to-removal", "time-to-removing")]


def test_what_is_only_proposed_asks_no_reason_of_another_key(cast: Cast, draft: Charter) -> None:
    """Two keys became one where both are decided; what is proposed of the other one is not that."""
    other = Indicator.objects.filter(charter=draft, type="figure").exclude(key="time-to-removing").first()
    assert other is not None
    edit(cast, draft, MappingDraft("time-to-removal", (other.key,), is_undecided=True))

    edit(cast, draft, MappingDraft(other.key, (other.key, "time-to-removing"), is_undecided=True))
    edit(cast, draft, MappingDraft(other.key, (other.key,)))

    assert stored(draft) == [("time-to-removal", ""), ("time-to-removal", other.key)]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_edited_mapping_comes_back_from_its_own_export(cast: Cast, draft: Charter, language: str) -> None:
    Charter.objects.filter(pk=draft.pk).update(summary_en="A summary.", summary_ru="Краткое описание.")
    reason = {language: "Counted\r\n\tanew."}
    chosen = ("time-to-removing", "moderators")
    edit(cast, draft, MappingDraft("time-to-removal", chosen, is_undecided=True, reason=reason))
    text = charter_text(Charter.objects.get(pk=draft.pk))

    with acting_as(cast.actor("mona")) as mona:
        loaded = load_charter(mona, write_charter_file(text))

    assert loaded.outcome == LoadOutcome.UNCHANGED
    assert getattr(text.mapping[0].reason, language) == "Counted anew."
    assert charter_text(loaded.charter) == text


def test_a_reason_with_characters_that_nobody_sees_is_refused(cast: Cast, draft: Charter) -> None:
    with pytest.raises(DomainError, match="invisible character"):
        edit(
            cast,
            draft,
            MappingDraft("time-to-removal", is_undecided=True, reason={"en": "Counted\u200b anew."}),
        )


def test_a_series_that_ends_does_not_break(cast: Cast, draft: Charter) -> None:
    with pytest.raises(Faults) as refusal:
        edit(cast, draft, MappingDraft("time-to-removal", (), breaks=True, reason=REASON))

    assert list(refusal.value.faults) == ["later_0"]


@pytest.mark.parametrize(
    "row",
    [
        MappingDraft("find", ("time-to-removing",)),
        MappingDraft("nowhere", ("find",)),
        MappingDraft("find", ("nowhere",)),
        MappingDraft("find", ()),
    ],
    ids=["another level", "an unknown key", "into an unknown key", "an end of what stays"],
)
def test_an_invalid_mapping_is_refused_at_its_field(cast: Cast, draft: Charter, row: MappingDraft) -> None:
    with pytest.raises(Faults) as refusal:
        edit(cast, draft, row)

    assert list(refusal.value.faults) == ["later_0"]


def test_two_people_cannot_overwrite_each_other(cast: Cast, draft: Charter) -> None:
    draft.refresh_from_db()
    begun = draft.edited_at
    edit(cast, draft, MappingDraft("time-to-removal", is_undecided=True))

    with pytest.raises(Conflict):
        edit(cast, draft, MappingDraft("time-to-removal", ("time-to-removing",)), edited_at=begun)


def test_only_managers_edit_and_only_drafts(cast: Cast, draft: Charter) -> None:
    with pytest.raises(Forbidden):
        edit(cast, draft, MappingDraft("find", ("find", "answer")), name="rita")
    with pytest.raises(WrongState):
        edit(cast, read_charter(), MappingDraft("find", ("answer",)))


def test_a_dry_run_older_than_the_last_change_blocks(cast: Cast, draft: Charter) -> None:
    with acting_as(cast.actor("mona")) as mona:
        assert "Start the dry run first" in in_force_obstacle(Charter.objects.get(pk=draft.pk))
        check_charter(mona, draft)
        assert in_force_obstacle(Charter.objects.get(pk=draft.pk)) == ""
    edit(cast, draft, MappingDraft("time-to-removal", ("time-to-removing",)))

    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError, match="changed after the last dry run"):
            put_charter_in_force(mona, Charter.objects.get(pk=draft.pk))
        put_charter_in_force(mona, check_charter(mona, draft))


def test_a_dry_run_publishes_nothing_and_counts_what_would_be(cast: Cast, draft: Charter) -> None:
    with acting_as(cast.actor("mona")) as mona:
        before = Publication.objects.count()

        checked = check_charter(mona, draft)

        circumstances = checked.check_result.pop("circumstances")
        assert circumstances.keys() == {"objections", "signatures", "pledges", "people"}
        assert checked.check_result == {
            "problems": [],
            "following": 0,
            "returning": 0,
            "staying": 0,
            "publications": 1,
            "letters": [],
            "announcement": [],
        }
        assert Publication.objects.count() == before
        assert Charter.objects.get(pk=draft.pk).state == CharterState.DRAFT
        assert read_charter().state == CharterState.IN_FORCE


def test_a_break_without_a_reason_is_found_by_the_dry_run(cast: Cast, draft: Charter) -> None:
    figure = (
        Indicator.objects.filter(charter=read_charter(), type="figure").exclude(key="time-to-removal").first()
    )
    assert figure is not None
    Indicator.objects.filter(charter=draft, key=figure.key).update(unit="people")

    with acting_as(cast.actor("mona")) as mona:
        assert check_charter(mona, draft).check_result["problems"] == [
            {"kind": "unexplained", "keys": [figure.key]}
        ]
