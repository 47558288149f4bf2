"""Taking a practice up: any state from any other, results in numbers or words, readers of its own."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from alliance.enums import Role
from alliance.models import Service
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Conflict, DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from practices.access import person_token
from practices.audiences import audience
from practices.enums import AdoptionState, Label
from practices.models import Adoption, AdoptionResult, AdoptionStep, LabelPolicy, Practice
from practices.queries.adoptions import proposed_readers
from practices.services.adoptions import (
    AdoptionResultInput,
    AdoptionStepInput,
    add_result,
    change_adoption,
    correct_result,
    record_adoption,
    set_adoption_readers,
    withdraw_result,
)
from practices.services.audiences import audience_of, set_readers
from practices.services.practices import retire_practice, share_practice_directly
from tests.factories import Cast, actor_of, make_person
from tests.factories.adoptions import DAY, make_adoption
from tests.factories.practices import call_as, make_draft, make_shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]
TRIAL, IN_USE, OVER = AdoptionState.TRIAL, AdoptionState.IN_USE, AdoptionState.DISCONTINUED


def red(cast: Cast) -> Practice:
    """RED, and named to Carol of Beacon; written by Sven, since only an author makes it so and signs it."""
    practice = make_draft(cast)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(
            author_people=[
                person_token(cast.alice.pk, cast.aurora.pk),
                person_token(cast.sven.pk, cast.aurora.pk),
            ]
        )
    readers = audience(Label.RED, people=[person_token(cast.carol.pk, cast.beacon.pk)])
    call_as(cast.actor("sven"), set_readers, practice, readers)
    shared_practice: Practice = call_as(cast.actor("sven"), share_practice_directly, practice)
    return shared_practice


def kinds() -> list[str]:
    rows = Event.objects.filter(kind__startswith="adoption.").order_by("pk")
    return list(rows.values_list("kind", flat=True))


def steps_of(adoption: Adoption) -> list[tuple[str, date, str]]:
    with acting_as(SYSTEM):
        rows = AdoptionStep.objects.filter(adoption=adoption).order_by("pk")
        return [(row.state, row.on, row.note) for row in rows]


def test_a_practice_is_taken_up_once_on_each_service_and_once_as_a_whole(cast: Cast) -> None:
    practice, carol, web = make_shared(cast), cast.actor("carol"), Service.objects.get(slug="beacon-web")
    make_adoption(carol, practice, service=web)
    make_adoption(carol, practice)
    for service in (web, None):
        with pytest.raises(DomainError, match="already been recorded"):
            make_adoption(carol, practice, service=service)

    assert kinds() == ["adoption.record"] * 2


def test_a_use_that_nobody_of_the_organisation_reads_any_more_is_recorded_anew(cast: Cast) -> None:
    practice, dana = make_shared(cast), actor_of(make_person("Dana", cast.beacon, Role.EDITOR))
    named = audience(Label.RED, people=[person_token(cast.carol.pk, cast.beacon.pk)])
    hidden = make_adoption(cast.actor("carol"), practice, readers=named, note="For me alone.")
    with pytest.raises(DomainError, match="Ask them to share it"):
        make_adoption(dana, practice)

    with acting_as(SYSTEM):
        cast.carol.memberships.update(ended_at=timezone.now())
    anew = make_adoption(dana, practice, state=IN_USE)

    # what is TLP:RED stays with whom it names
    assert call_as(dana, lambda actor: list(Adoption.objects.visible_to(actor))) == [anew]
    assert steps_of(hidden) == [(TRIAL, DAY, "For me alone.")]
    with pytest.raises(DomainError, match="already been recorded"):
        make_adoption(dana, practice)


def test_others_services_days_to_come_and_what_is_not_shared_are_refused(cast: Cast) -> None:
    practice, carol = make_shared(cast), cast.actor("carol")
    with pytest.raises(DomainError, match="service of your organisation"):
        make_adoption(carol, practice, service=Service.objects.get(slug="aurora-kids"))
    step = AdoptionStepInput(TRIAL, today() + timedelta(days=2))
    with pytest.raises(DomainError, match="not in the future"):
        call_as(carol, record_adoption, practice, None, step, audience(Label.GREEN))
    call_as(cast.actor("sven"), retire_practice, practice, "It has a flaw.")
    with pytest.raises(WrongState):
        make_adoption(carol, practice)
    with pytest.raises(WrongState):
        make_adoption(cast.actor("alice"), make_draft(cast))


def test_what_is_to_be_read_only_is_not_used_but_by_its_source(cast: Cast) -> None:
    practice = make_shared(cast, permitted_use="read")
    with pytest.raises(WrongState, match="read it and learn from it, but not use it"):
        make_adoption(cast.actor("carol"), practice)
    assert make_adoption(cast.actor("alice"), practice).organisation_id == cast.aurora.pk


@pytest.mark.parametrize("name", ["bob", "mona", "rita"])
def test_only_who_writes_records(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        make_adoption(cast.actor(name), make_shared(cast), readers=audience(Label.GREEN))


def test_the_source_records_its_own_use(cast: Cast) -> None:
    assert make_adoption(cast.actor("alice"), make_shared(cast)).organisation_id == cast.aurora.pk


def test_any_state_follows_any_other_and_the_history_keeps_them(cast: Cast) -> None:
    carol = cast.actor("carol")
    adoption = make_adoption(carol, make_shared(cast))
    for version, (state, days) in enumerate([(IN_USE, 10), (OVER, 20), (TRIAL, 30)], start=1):
        step = AdoptionStepInput(state, DAY + timedelta(days=days), f"Note {days}")
        adoption = call_as(carol, change_adoption, adoption, step, version=version)

    assert (adoption.state, adoption.since, adoption.version) == (TRIAL, DAY + timedelta(days=30), 4)
    assert [step[0] for step in steps_of(adoption)] == [TRIAL, IN_USE, OVER, TRIAL]
    assert kinds() == ["adoption.record", *["adoption.change"] * 3]


def test_a_note_alone_leaves_the_day_of_the_state(cast: Cast) -> None:
    carol = cast.actor("carol")
    adoption = make_adoption(carol, make_shared(cast))
    later = DAY + timedelta(days=9)
    with pytest.raises(DomainError, match="Enter a new state or a note"):
        call_as(carol, change_adoption, adoption, AdoptionStepInput(TRIAL, later), version=1)
    adoption = call_as(
        carol, change_adoption, adoption, AdoptionStepInput(TRIAL, later, "Two titles."), version=1
    )

    assert (adoption.since, steps_of(adoption)[-1]) == (DAY, (TRIAL, later, "Two titles."))


def test_two_who_change_it_at_once_lose_nothing_and_time_runs_forwards(cast: Cast) -> None:
    carol, adoption = cast.actor("carol"), make_adoption(cast.actor("carol"), make_shared(cast))
    call_as(carol, change_adoption, adoption, AdoptionStepInput(IN_USE, DAY), version=1)
    with pytest.raises(Conflict) as conflict:
        call_as(carol, change_adoption, adoption, AdoptionStepInput(OVER, DAY), version=1)
    assert conflict.value.stored.state == IN_USE
    with pytest.raises(DomainError, match="not before the last change"):
        call_as(carol, change_adoption, adoption, AdoptionStepInput(OVER, DAY - timedelta(days=1)), version=2)


@pytest.mark.parametrize("name", ["alice", "mona"])
def test_nobody_changes_anothers_use(cast: Cast, name: str) -> None:
    adoption = make_adoption(cast.actor("carol"), make_shared(cast))
    for service, arguments in (
        (change_adoption, {"step": AdoptionStepInput(IN_USE, DAY), "version": 1}),
        (add_result, {"result": AdoptionResultInput(note="Good.")}),
        (set_adoption_readers, {"readers": audience(Label.GREEN)}),
    ):
        with pytest.raises(Forbidden):
            call_as(cast.actor(name), service, adoption, **arguments)


@pytest.mark.parametrize(
    ("result", "refusal"),
    [
        (AdoptionResultInput(), "Enter the numbers before and after"),
        (AdoptionResultInput(what="Contact", before=Decimal(4)), "numbers before and after"),
        (AdoptionResultInput(before=Decimal(4), after=Decimal(2)), "Enter what was measured"),
        (
            AdoptionResultInput(note="x", starts_on=DAY, ends_on=DAY - timedelta(days=1)),
            "ends before it begins",
        ),
    ],
)
def test_half_a_result_is_refused(cast: Cast, result: AdoptionResultInput, refusal: str) -> None:
    adoption = make_adoption(cast.actor("carol"), make_shared(cast))
    with pytest.raises(DomainError, match=refusal):
        call_as(cast.actor("carol"), add_result, adoption, result)


@pytest.mark.parametrize(
    ("unit", "before", "after", "refusal"),
    [
        ("%", "101", "40", "a share from 0 to 100\N{NO-BREAK SPACE}%"),
        ("% of matches", "-1", "40", "a share from 0 to 100\N{NO-BREAK SPACE}%"),
        ("промилле", "1000.5", "40", "a share from 0 to 1,000\N{NO-BREAK SPACE}‰"),
        ("per 10,000 messages", "-2", "1", "“per 10,000 messages” cannot be less than zero"),
        ("часов", "-0.5", "1", "“часов” cannot be less than zero"),
    ],
)
def test_a_number_out_of_the_bounds_of_its_unit_is_refused(
    cast: Cast, unit: str, before: str, after: str, refusal: str
) -> None:
    carol = cast.actor("carol")
    adoption = make_adoption(carol, make_shared(cast))
    impossible = AdoptionResultInput("Contact", unit, Decimal(before), Decimal(after))
    possible = AdoptionResultInput("Contact", unit, Decimal(after), Decimal(0))
    for field, result in (
        ("before", impossible),
        ("after", replace(impossible, before=impossible.after, after=impossible.before)),
    ):
        with pytest.raises(DomainError, match=refusal) as refused:
            call_as(carol, add_result, adoption, result)
        assert refused.value.field == field

    added = call_as(carol, add_result, adoption, possible)
    with pytest.raises(DomainError, match=refusal):
        call_as(carol, correct_result, adoption, added, impossible, "Counted anew.")


@pytest.mark.parametrize(
    ("unit", "before"),
    [
        ("% points", "-3"),
        ("per 100 users", "150"),
        ("in 24 hours", "-3"),
        ("net, per 1,000", "-3"),
        ("", "-3"),
    ],
)
def test_a_unit_without_bounds_takes_any_number(cast: Cast, unit: str, before: str) -> None:
    adoption = make_adoption(cast.actor("carol"), make_shared(cast))
    result = AdoptionResultInput("Contact", unit, Decimal(before), Decimal(1))

    assert call_as(cast.actor("carol"), add_result, adoption, result).before == Decimal(before)


def test_a_use_counts_as_the_practice_itself_does(cast: Cast) -> None:
    effects = [{"what": "Reports beside those of last year", "unit": "%", "before": "100", "after": "140"}]
    adoption = make_adoption(cast.actor("carol"), make_shared(cast, effects=effects))
    result = AdoptionResultInput("reports beside those of last year", "%", Decimal(100), Decimal(120))

    assert call_as(cast.actor("carol"), add_result, adoption, result).after == 120
    with pytest.raises(DomainError, match="a share from 0"):
        call_as(cast.actor("carol"), add_result, adoption, replace(result, what="Other reports"))


@pytest.mark.parametrize("field", ["starts_on", "ends_on"])
def test_a_result_of_days_to_come_is_refused(cast: Cast, field: str) -> None:
    adoption = make_adoption(cast.actor("carol"), make_shared(cast))
    days = {field: today() + timedelta(days=1)}

    with pytest.raises(DomainError, match="not in the future") as refused:
        call_as(cast.actor("carol"), add_result, adoption, AdoptionResultInput(note="x", **days))

    assert refused.value.field == field
    call_as(cast.actor("carol"), add_result, adoption, AdoptionResultInput(note="x", **{field: today()}))


def test_a_result_that_is_withdrawn_stays_in_the_history_and_the_journal_has_no_words(cast: Cast) -> None:
    carol = cast.actor("carol")
    adoption = make_adoption(carol, make_shared(cast))
    adoption_result_input = AdoptionResultInput(
        "Unwanted contact", "per 10,000", Decimal("4.1"), Decimal("1.6"), note="Secret words"
    )
    result = call_as(carol, add_result, adoption, adoption_result_input)
    event = Event.objects.get(kind="adoption.result")
    assert (event.target_id, event.data) == (adoption.pk, {"result": result.pk})

    for reason in ("", " ", "x" * 2001):
        with pytest.raises(DomainError):
            call_as(carol, withdraw_result, adoption, result, reason)
    call_as(carol, withdraw_result, adoption, result, "Other secret words")
    event = Event.objects.get(kind="adoption.withdraw_result")
    assert (event.target_id, event.data) == (adoption.pk, {"result": result.pk})
    with acting_as(SYSTEM):
        assert Adoption.objects.get(pk=adoption.pk).current_results == []
        assert Adoption.objects.get(pk=adoption.pk).earlier_results == [result]
    with pytest.raises(WrongState, match="already been corrected"):
        call_as(carol, withdraw_result, adoption, result, "Again")


def test_what_was_measured_is_changed_and_removed_by_nobody(cast: Cast) -> None:
    carol = cast.actor("carol")
    adoption = make_adoption(carol, make_shared(cast))
    result = call_as(carol, add_result, adoption, AdoptionResultInput(note="Fewer reports."))
    with acting_as(carol):
        rows = AdoptionResult.objects.filter(pk=result.pk)
        with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
            rows.update(note="Many more.")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            rows.delete()


def proposed(cast: Cast, practice: Practice) -> Any:
    return call_as(cast.actor("carol"), proposed_readers, practice)


def test_the_readers_proposed_are_the_community_the_source_or_the_authors(cast: Cast) -> None:
    assert proposed(cast, make_shared(cast, Label.GREEN)) == audience(Label.GREEN)
    strict = audience(Label.AMBER_STRICT, organisations=[cast.aurora.pk])
    assert proposed(cast, make_shared(cast, Label.AMBER)) == strict
    people = [person_token(cast.alice.pk, cast.aurora.pk), person_token(cast.sven.pk, cast.aurora.pk)]
    assert proposed(cast, red(cast)) == audience(
        Label.RED, people=[*people, person_token(cast.carol.pk, cast.beacon.pk)]
    )


def test_colleagues_who_may_not_know_of_a_practice_do_not_learn_of_it_by_its_use(cast: Cast) -> None:
    practice, carol = red(cast), cast.actor("carol")
    colleague = make_person("Beth", cast.beacon, Role.EDITOR)
    for label in (Label.GREEN, Label.AMBER_STRICT):
        with pytest.raises(DomainError, match="has to be TLP:RED"):
            make_adoption(carol, practice, readers=audience(label, organisations=[cast.aurora.pk]))
    adoption = make_adoption(carol, practice)
    with pytest.raises(DomainError, match="has to be TLP:RED"):
        call_as(carol, set_adoption_readers, adoption, audience(Label.GREEN))

    with acting_as(actor_of(colleague)):
        assert not Adoption.objects.exists()


def test_a_use_that_a_colleague_keeps_from_one_is_refused_in_words(cast: Cast) -> None:
    practice, colleague = make_shared(cast), make_person("Beth", cast.beacon, Role.EDITOR)
    people = [person_token(cast.carol.pk, cast.beacon.pk)]
    make_adoption(cast.actor("carol"), practice, readers=audience(Label.RED, people=people))

    with pytest.raises(DomainError, match="for fewer readers"):
        make_adoption(actor_of(colleague), practice)


def test_a_use_is_for_everybody_only_where_its_practice_is(cast: Cast) -> None:
    practice, carol, everybody = make_shared(cast, Label.GREEN), cast.actor("carol"), audience(Label.CLEAR)
    with pytest.raises(DomainError, match="only where its practice is"):
        make_adoption(carol, practice, readers=everybody)
    adoption = make_adoption(carol, practice)
    with pytest.raises(DomainError, match="only where its practice is"):
        call_as(carol, set_adoption_readers, adoption, everybody)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(label=Label.CLEAR)
    assert call_as(carol, set_adoption_readers, adoption, everybody).label == Label.CLEAR


def test_its_readers_are_its_own_to_choose(cast: Cast) -> None:
    carol, adoption = cast.actor("carol"), make_adoption(cast.actor("carol"), make_shared(cast))
    strict = audience(Label.AMBER_STRICT, organisations=[cast.aurora.pk])
    adoption = call_as(carol, set_adoption_readers, adoption, strict)
    assert audience_of(adoption) == strict

    with pytest.raises(DomainError, match="Name at least one reader"):
        call_as(carol, set_adoption_readers, adoption, audience(Label.AMBER))
    with acting_as(SYSTEM):
        LabelPolicy.objects.create(organisation=cast.beacon, labels=[Label.AMBER_STRICT])
    with pytest.raises(DomainError, match="does not use TLP:GREEN"):
        call_as(carol, set_adoption_readers, adoption, audience(Label.GREEN))
