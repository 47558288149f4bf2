"""“Does it still work?”: when it is asked, what answers it, and when it ends."""

from datetime import date, timedelta
from typing import Any

import pytest

from alliance.models import Service
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from practices import tasks
from practices.enums import Label, PracticeState
from practices.models import Adoption, Practice, Version
from practices.notify.weekly import week_sections
from practices.queries.still_works import due_questions, next_question
from practices.queries.weekly import week_before
from practices.services.adoptions import AdoptionStepInput, change_adoption
from practices.services.practices import recall_practice, retire_practice
from practices.services.still_works import confirm_use, postpone_question
from tests.factories import Cast
from tests.factories.discussion import set_label_directly
from tests.factories.practices import call_as, make_next_version
from tests.practices.test_results import add_measurement, measured, share_with_effect
from tests.support.calendar import Calendar
from tests.support.jobs import run_all_jobs
from tests.support.notifications import inbox_lines_of
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return Calendar(monkeypatch, date(2026, 6, 10))


def ask(cast: Cast) -> list[str]:
    for _round in range(2):
        tasks.enqueue_still_works_task()
        run_all_jobs()
    return [line for _name, line in inbox_lines_of(cast.carol.name) if "still work" in line]


@pytest.mark.usefixtures("sven_edits")
def test_a_year_after_a_result_its_organisation_is_asked_once_and_may_answer_without_measuring(
    cast: Cast, calendar: Calendar
) -> None:
    practice = share_with_effect(cast)
    use = measured(cast, "carol", practice, "beacon-web", "3")
    assert ask(cast) == []
    calendar.pass_days(364)
    assert len(ask(cast)) == 1
    use.refresh_from_db()
    assert use.asked_because == "age"

    call_as(cast.actor("carol"), postpone_question, use)
    calendar.pass_days(80)
    assert len(ask(cast)) == 1
    calendar.pass_days(20)
    assert len(ask(cast)) == 2
    call_as(cast.actor("carol"), confirm_use, use)
    with pytest.raises(WrongState):
        call_as(cast.actor("carol"), confirm_use, use)
    calendar.pass_days(300)
    assert len(ask(cast)) == 2
    with acting_as(SYSTEM):
        fresh = Adoption.objects.get(pk=use.pk)
        assert fresh.confirmed_on is not None
        assert next_question(fresh) == fresh.confirmed_on + timedelta(days=365)
        assert list(due_questions()) == []
    calendar.pass_days(65)
    assert len(ask(cast)) == 3
    # any news of it is an answer, and asks again a year later
    step = AdoptionStepInput(fresh.state, calendar.today, "It goes on.")
    call_as(cast.actor("carol"), change_adoption, fresh, step, version=fresh.version)
    with acting_as(SYSTEM):
        assert list(due_questions()) == []
        assert next_question(Adoption.objects.get(pk=use.pk)) == calendar.today + timedelta(days=365)


@pytest.mark.usefixtures("sven_edits")
@pytest.mark.parametrize(("end", "who"), [(retire_practice, "alice"), (recall_practice, "sven")])
def test_questions_about_a_practice_end_with_it(cast: Cast, calendar: Calendar, end: Any, who: str) -> None:
    practice = share_with_effect(cast)
    use = measured(cast, "carol", practice, "beacon-web", "3")
    calendar.pass_days(370)
    assert len(ask(cast)) == 1
    client = signed_in(cast.carol)
    pages = ("/workspace/practices/week/", f"/workspace/practices/adoptions/{use.key}/")
    assert all("Does it still work?" in words_of(client.get(page)) for page in pages)

    call_as(cast.actor(who), end, practice, "Replaced by another one.")

    assert not any("Does it still work?" in words_of(client.get(page)) for page in pages)
    with pytest.raises(WrongState):
        call_as(cast.actor("carol"), confirm_use, use)
    assert len(ask(cast)) == 1


@pytest.mark.usefixtures("sven_edits")
@pytest.mark.parametrize("state", [PracticeState.RETIRED, PracticeState.RECALLED])
def test_questions_that_were_open_when_a_practice_ended_before_the_upgrade_end_too(
    cast: Cast, calendar: Calendar, state: str
) -> None:
    practice, other = share_with_effect(cast), share_with_effect(cast)
    use = measured(cast, "carol", practice, "beacon-web", "3")
    other_use = measured(cast, "carol", other, "beacon-web", "3")
    calendar.pass_days(370)
    assert len(ask(cast)) == 2
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=state)  # as 0.1.0 ended it

    tasks.enqueue_still_works_task()

    with acting_as(SYSTEM):
        asked = dict(
            Adoption.objects.filter(pk__in=[use.pk, other_use.pk]).values_list("pk", "asked_because")
        )
    assert asked == {use.pk: "", other_use.pk: "age"}
    client = signed_in(cast.carol)
    assert "Does it still work?" not in words_of(client.get(f"/workspace/practices/adoptions/{use.key}/"))


@pytest.mark.usefixtures("sven_edits")
@pytest.mark.parametrize(("days", "is_empty"), [(1, False), (20, True)])
def test_a_question_of_the_week_is_news_however_many_wait_longer(
    cast: Cast, calendar: Calendar, days: int, is_empty: bool
) -> None:
    uses = [measured(cast, "carol", share_with_effect(cast), "beacon-web", "3") for _use in range(2)]
    calendar.pass_days(100)
    with acting_as(SYSTEM):
        for use, waited in zip(uses, (30, days), strict=True):
            day = calendar.today - timedelta(days=waited)
            Adoption.objects.filter(pk=use.pk).update(asked_on=day, asked_because="age")
    actor = cast.actor("carol")

    with acting_as(actor):
        week = week_before(actor, calendar.today, most=1)

    assert ([row.pk for row in week.asked], week.asked.total) == ([uses[0].pk], 2)
    assert week.is_empty == is_empty


@pytest.mark.usefixtures("sven_edits")
def test_a_version_that_changes_the_method_asks_those_who_measured_before_it(
    cast: Cast, calendar: Calendar
) -> None:
    practice = share_with_effect(cast)
    use = measured(cast, "carol", practice, "beacon-web", "3")
    calendar.pass_days(5)
    with acting_as(SYSTEM):
        last = Version.objects.filter(practice=practice).first()
        assert last is not None
        for number, change in ((3, {"ways_round": "Another way."}), (4, {"triggers": "Something else."})):
            Version.objects.create(
                practice=practice, number=number, content={**last.content, **change}, sha256="0" * 64,
                written_by=cast.alice, shared_at=clock.now(),
            )  # fmt: skip
            assert [(row.adoption_id, row.cause) for row in due_questions()] == (
                [] if number == 3 else [(use.pk, "version")]
            )
    calendar.pass_days(timedelta(days=1).days)
    add_measurement(cast, "carol", use, "2")
    with acting_as(SYSTEM):
        assert list(due_questions()) == []


@pytest.mark.usefixtures("sven_edits")
def test_a_former_reader_is_told_nothing_of_later_versions(cast: Cast, calendar: Calendar) -> None:
    """Narrowed, then changed: they are not asked; and where they were asked before, nothing says why."""
    practice, cause = share_with_effect(cast), "A new version changed the method."
    use = measured(cast, "carol", practice, "beacon-web", "3")
    calendar.pass_days(5)
    set_label_directly(practice, Label.AMBER_STRICT)
    make_next_version(cast, practice, triggers="Something else.")
    with acting_as(SYSTEM):
        assert list(due_questions()) == []
        Adoption.objects.filter(pk=use.pk).update(asked_on=calendar.today, asked_because="version")
    client = signed_in(cast.carol)
    for url in ("/workspace/practices/week/", f"/workspace/practices/adoptions/{use.key}/"):
        words = words_of(client.get(url))
        assert ("Does it still work?" in words, cause in words) == (True, False)
    actor = cast.actor("carol")
    with acting_as(actor):
        sections = week_sections(actor, week_before(actor, calendar.today), leaving=True)
    assert [line.about for section in sections for line in section.lines] == [
        Service.objects.get(slug="beacon-web").name
    ]

    set_label_directly(practice, Label.AMBER_STRICT, reader_organisations=[cast.beacon.pk])
    assert cause in words_of(client.get("/workspace/practices/week/"))
    with acting_as(SYSTEM):
        Adoption.objects.filter(pk=use.pk).update(asked_on=None, asked_because="")
        assert [row.cause for row in due_questions()] == ["version"]
