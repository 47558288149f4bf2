"""Harms, measures and languages are keys that somebody knows: in the form, in files, and before anything is shared."""

import pytest

from alliance.enums import CharterState
from alliance.models import Charter
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Faults
from practices.content import group_digest
from practices.fields import FieldGroup
from practices.models import Draft, Practice
from practices.services.practices import draft_practice, edit_group, edit_practice, submit_practice
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_draft
from tests.support.practice_imports import file_of, prepared, reports

pytestmark = pytest.mark.django_db
NONSENSE = [
    ("harms", "groming", "“groming” is not in any charter in force. Did you mean “grooming”?"),
    (
        "measures",
        "xyzzy",
        "“xyzzy” is not in any charter in force. Use one of: search, speed, reply, complaints.",
    ),
    ("languages", "qq", "“qq” is not a known code of a language."),
]


def stored(practice: Practice) -> Draft:
    with acting_as(SYSTEM):
        return Draft.objects.select_related("practice").get(practice=practice)


def carry(practice: Practice, **changes: list[str]) -> None:
    """As a charter that is not in force any more left it behind."""
    with acting_as(SYSTEM):
        Draft.objects.filter(practice=practice).update(content={**stored(practice).content, **changes})


@pytest.mark.parametrize(("field", "key", "message"), NONSENSE)
def test_no_working_copy_names_what_nobody_knows(cast: Cast, field: str, key: str, message: str) -> None:
    practice = make_draft(cast)
    raw = {**CONTENT, field: [key]}

    for service, arguments, named in (
        (draft_practice, (raw,), {"language": "en"}),
        (edit_practice, (practice, raw), {"version": 1}),
    ):
        with pytest.raises(Faults) as refusal:
            call_as(cast.actor("alice"), service, *arguments, **named)
        assert refusal.value.faults[field].startswith(message)
    assert stored(practice).content == CONTENT
    with acting_as(SYSTEM):
        assert Practice.objects.count() == 1


def test_a_group_that_is_saved_names_what_somebody_knows(cast: Cast) -> None:
    practice = make_draft(cast)

    seen = group_digest(CONTENT, FieldGroup.LINKS)
    with pytest.raises(Faults):
        call_as(
            cast.actor("alice"),
            edit_group,
            practice,
            FieldGroup.LINKS,
            {"measures": ["xyzzy"]},
            expected_digest=seen,
        )
    call_as(
        cast.actor("alice"),
        edit_group,
        practice,
        FieldGroup.LINKS,
        {"measures": ["reply"]},
        expected_digest=seen,
    )

    assert stored(practice).content["measures"] == ["reply"]


@pytest.mark.parametrize(("field", "key", "message"), NONSENSE)
def test_a_file_is_refused_with_the_line(cast: Cast, field: str, key: str, message: str) -> None:
    text = file_of(**{field: [key]})
    line = next(number for number, words in enumerate(text.split("\n"), 1) if words.startswith(f"{field}:"))

    (report,) = reports(prepared(cast, wrong=text))

    (fault,) = report["faults"]
    assert (report["becomes"], fault["line"], fault["field"]) == ("refused", line, field)
    assert fault["message"].startswith(message)


def test_a_key_of_an_older_charter_stays_where_it_is_and_goes_nowhere_else(cast: Cast) -> None:
    practice, other = make_draft(cast), make_draft(cast, title="Another one")
    carry(practice, harms=["of-old"], measures=["of-old"])
    content = {**stored(practice).content, "title": "Said anew"}

    call_as(cast.actor("alice"), edit_practice, practice, content, version=1)
    with pytest.raises(Faults):
        call_as(cast.actor("alice"), edit_practice, other, content, version=1)

    assert stored(practice).content["harms"] == ["of-old"]
    own = file_of(handling={"key": str(practice.key)}, harms=["of-old"])
    assert reports(prepared(cast, own=own))[0]["becomes"] == "edit"


def test_only_unknown_harms_are_not_handed_on(cast: Cast) -> None:
    practice = make_draft(cast)
    carry(practice, harms=["nonsense"])

    with pytest.raises(DomainError, match="None of the chosen harms is in a charter"):
        call_as(cast.actor("alice"), submit_practice, practice)


def test_a_harm_of_a_charter_that_was_replaced_is_handed_on(cast: Cast) -> None:
    practice = make_draft(cast)
    Charter.objects.update(state=CharterState.SUPERSEDED)

    assert call_as(cast.actor("alice"), submit_practice, practice).state == "in_moderation"
