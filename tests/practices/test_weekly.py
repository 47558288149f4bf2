"""The letter of the week: what is new for one's services and harms, in one letter that says what labels let it."""

from datetime import date, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Ownership, Service
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import NoticePreference, Pace
from portal.kernel.notices.periodic import enqueue_weekly_letters
from practices.audiences import audience
from practices.enums import OPEN_LABELS, Label, PracticeState
from practices.models import AdoptionResult, AdoptionStep, Practice, Request, SavedSearch
from practices.notify.weekly import week_sections
from practices.queries import weekly
from practices.queries.interests import interests_of
from practices.queries.service_kinds import kinds_in
from practices.queries.weekly import week_before
from practices.services.audiences import set_readers
from practices.services.discussion import write_post
from practices.services.following import follow
from practices.services.practices import recall_practice
from tests.factories import Cast, actor_of, make_organisation, make_person
from tests.factories.practices import call_as, make_shared
from tests.factories.relations import make_working_group
from tests.support.calendar import Calendar
from tests.support.canaries import leaks
from tests.support.jobs import run_all_jobs
from tests.support.label_matrix import HOSTS, SIGNED_IN_RELATIONS, LabelMatrix, labels_readable_by
from tests.support.notifications import TITLE, adopt_practice, make_shared_practice

THURSDAY = date(2040, 3, 1)  # of a week to come: the cast was there before it
MONDAY = THURSDAY + timedelta(days=4)


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch, db: None) -> Calendar:
    return Calendar(monkeypatch, THURSDAY)


def come_monday(calendar: Calendar, day: date = MONDAY) -> None:
    """Beat comes round twice."""
    calendar.set(day, time(12))
    for _round in range(2):
        enqueue_weekly_letters()
    run_all_jobs()


def to(letters: list[Any], person: Any) -> list[Any]:
    return [letter for letter in letters if letter.to == [person.email]]


@pytest.mark.django_db
def test_one_letter_on_monday_names_what_is_open_and_announces_the_rest(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any], client: Client
) -> None:
    make_shared_practice(cast, Label.GREEN)
    named = make_shared_practice(cast, Label.AMBER_STRICT)
    mailoutbox.clear()
    come_monday(calendar)

    (letter,) = to(mailoutbox, cast.carol)
    assert letter.subject == "[TLP:AMBER+STRICT] Practices this week: 2 new"
    for text in (letter.body, unescape(letter.alternatives[0][0])):
        assert text.count(TITLE) == 1
        assert "A record, not named here" in text
        assert f"/workspace/practices/{named.key}/" in text
        assert "[TLP:GREEN]" in text
    lines = letter.body.splitlines()
    assert lines[0].startswith("TLP:AMBER+STRICT")
    assert "TLP:AMBER+STRICT" in letter.body.partition("-- ")[2]
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # what has happened at one's own organisation is no news for it
    assert to(mailoutbox, cast.alice) == []

    # a mail program's look at the address turns nothing off, its post does
    address = letter.extra_headers["List-Unsubscribe"].partition(">")[0]
    path = "/" + address.partition("://")[2].partition("/")[2]
    assert "<button" in client.get(path).text
    assert not NoticePreference.objects.filter(person=cast.carol, group="week").exists()
    client.post(path, {"List-Unsubscribe": "One-Click"})
    assert NoticePreference.objects.get(person=cast.carol, group="week").pace == Pace.OFF

    # behind the sign-in both are named, and of an alert also what ends today
    client.force_login(cast.carol)
    assert unescape(client.get("/workspace/practices/week/").text).count(TITLE) == 2
    call_as(cast.actor("carol"), follow, named)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=named.pk).update(expires_on=MONDAY)
    assert unescape(client.get("/workspace/practices/week/").text).count(TITLE) == 3


@pytest.mark.django_db
def test_an_empty_week_sends_nothing_and_rights_are_asked_again_at_sending(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any]
) -> None:
    practice = make_shared_practice(cast, Label.GREEN)
    mailoutbox.clear()
    calendar.set(MONDAY, time(12))
    enqueue_weekly_letters()
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=PracticeState.RECALLED)
    run_all_jobs()
    assert to(mailoutbox, cast.carol) == []

    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=PracticeState.SHARED)
    come_monday(calendar, MONDAY + timedelta(days=7))
    assert to(mailoutbox, cast.carol) == []


def save_search(cast: Cast, **query: list[str]) -> None:
    SavedSearch.objects.create(
        person=cast.carol, organisation=cast.beacon, name="Mine", query=query, notifies=False
    )


@pytest.mark.django_db
def test_practices_for_other_harms_are_left_out_but_never_what_names_the_reader(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any], client: Client
) -> None:
    """What Beacon does is about bullying; what is new is about grooming."""
    beacon = {"asked_by": cast.carol, "organisation": cast.beacon, "title": "How?", "label": Label.GREEN}
    with acting_as(SYSTEM):
        Request.objects.create(**beacon, harms=["bullying"], service_kinds=["game"])
    make_shared_practice(cast, Label.GREEN)
    mailoutbox.clear()
    come_monday(calendar)
    assert to(mailoutbox, cast.carol) == []

    # the organisation is named, by its source or by a change of its readers
    named = make_shared_practice(cast, Label.AMBER)
    client.force_login(cast.carol)
    page = unescape(client.get("/workspace/practices/week/").text)
    assert page.count(TITLE) == 1
    assert f"/workspace/practices/{named.key}/" in page
    assert "Bullying" in page
    assert "Games" in page
    mailoutbox.clear()
    come_monday(calendar, MONDAY + timedelta(days=7))
    (letter,) = to(mailoutbox, cast.carol)
    assert letter.subject == "[TLP:AMBER] Practices this week: 1 new"
    # what somebody looks for adds to that
    save_search(cast, harms=["grooming"])
    assert call_as(cast.actor("carol"), interests_of).harms == {"bullying", "grooming"}


@pytest.mark.django_db
def test_a_saved_search_ends_no_letters(cast: Cast, calendar: Calendar, mailoutbox: list[Any]) -> None:
    """Nor does one measured result of a game end those for the organisation's messenger."""
    make_shared_practice(cast, Label.GREEN)
    save_search(cast, harms=["bullying"], service_kinds=["game"])
    mailoutbox.clear()
    come_monday(calendar)

    assert len(to(mailoutbox, cast.carol)) == 1


@pytest.mark.django_db
def test_kinds_that_were_measured_are_added_to_the_others_and_registered_ones_too(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast, Label.GREEN, service_kinds=["messenger"])
    use = adopt_practice(cast, practice)
    with acting_as(SYSTEM):
        AdoptionResult.objects.create(
            adoption=use, what="Messages", unit="per day", before="2", after="1",
            service_kind="game", added_by=cast.carol,
        )  # fmt: skip
        service = Service.objects.create(slug="s", name="S", sort="A video hosting and a forum")
        Ownership.objects.create(service=service, organisation=cast.beacon, starts_on="2026-01-01")
    interests = call_as(cast.actor("carol"), interests_of)

    assert interests.service_kinds == {"messenger", "game", "video_hosting", "forum"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Game with chat", {"game"}),
        ("Игра с чатом", {"game"}),
        ("Форумы и комментарии", {"forum"}),
        ("Social media", {"social_network"}),
        ("Protection of devices", {"security"}),
        ("Messages and channels", {"messenger"}),
        ("A shop", set()),
    ],
)
def test_a_registered_service_is_known_by_its_words(text: str, kinds: set[str]) -> None:
    assert kinds_in([text])[text] == kinds


def week_lines(cast: Cast, who: str, *, leaving: bool = True) -> list[str]:
    """What the lines of one's week say of their records."""
    with acting_as(actor := cast.actor(who)):
        week = week_before(actor, today() + timedelta(days=1))
        sections = week_sections(actor, week, leaving=leaving)
    return [line.about for section in sections for line in section.lines]


@pytest.mark.django_db
def test_a_new_practice_says_whom_it_serves_and_how_well_it_is_proven(cast: Cast) -> None:
    with acting_as(SYSTEM):
        service = Service.objects.create(slug="s", name="Beacon Chess", sort="A game")
        Ownership.objects.create(service=service, organisation=cast.beacon, starts_on="2026-01-01")
    make_shared(cast, service_kinds=["game", "messenger"], grade="likely", grade_reason="Two halves.")

    (line,) = week_lines(cast, "carol")
    assert line == f"{cast.aurora.name}. New. Grooming. Serves Beacon Chess. Evidence: likely."


@pytest.mark.django_db
@pytest.mark.parametrize(("label", "named"), [(Label.GREEN, True), (Label.AMBER, False)])
def test_a_request_names_the_practice_by_which_one_may_answer(cast: Cast, label: str, named: bool) -> None:
    make_shared(cast, label)
    with acting_as(SYSTEM):
        Request.objects.create(
            asked_by=cast.carol, organisation=cast.beacon, title="How?", label=Label.GREEN,
            harms=["grooming"], service_kinds=["game"],
        )  # fmt: skip
    own = "Your organisation wrote “Slow the first message”."

    (line,) = week_lines(cast, "alice")
    assert line == f"{cast.beacon.name} asks. Grooming; Games." + f" {own}" * named
    assert own in week_lines(cast, "alice", leaving=False)[0]


@pytest.mark.django_db
def test_a_use_says_what_it_measured_and_an_open_question_since_when(cast: Cast) -> None:
    practice = make_shared(cast)
    use = adopt_practice(cast, practice)
    with acting_as(SYSTEM):
        for state, on in (("trial", "2026-01-01"), ("in_use", "2026-02-01")):
            AdoptionStep.objects.create(adoption=use, state=state, on=on, recorded_by=cast.carol)
        use.state = "in_use"
        use.save()
        AdoptionResult.objects.create(
            adoption=use, what="Insults", unit="per day", before="50", after="31", added_by=cast.carol
        )
    call_as(cast.actor("carol"), write_post, practice, "How long?")

    question, line = week_lines(cast, "alice")
    assert "asks about your practice. No answer since" in question
    assert line == f"{cast.beacon.name}: in use. Before: on trial. Insults: −38\u00a0%."


@pytest.mark.django_db
def test_more_than_a_letter_shows_are_counted(
    cast: Cast,
    calendar: Calendar,
    mailoutbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
) -> None:
    monkeypatch.setattr(weekly, "MOST", 2)
    for _number in range(3):
        make_shared_practice(cast, Label.GREEN)
    mailoutbox.clear()
    come_monday(calendar)
    client.force_login(cast.carol)

    (letter,) = to(mailoutbox, cast.carol)
    assert letter.subject == "[TLP:GREEN] Practices this week: 3 new"
    assert "New for your services and harms (3)" in letter.body
    assert "And 1 more on the portal." in letter.body
    # what it leaves out is on its page: that of its week, which is over while it is read
    here = f"/workspace/practices/week/?until={MONDAY}"
    assert f"{here}#week-new" in letter.body
    page = unescape(client.get(here).text)
    assert "The seven days before" in page
    assert page.count(TITLE) == 3
    assert "And 1 more" not in page
    for wrong in ("0001-01-01", "9999-12-31", "x"):
        assert "The last seven days, for what" in client.get(f"/workspace/practices/week/?until={wrong}").text


@pytest.mark.django_db
def test_uses_reach_the_source_and_what_is_named_says_only_that_there_is_one(
    cast: Cast, calendar: Calendar, mailoutbox: list[Any]
) -> None:
    use = adopt_practice(cast, make_shared_practice(cast, Label.GREEN), Label.AMBER)
    with acting_as(SYSTEM):
        AdoptionStep.objects.create(adoption=use, state="trial", on=THURSDAY, recorded_by=cast.carol)
    mailoutbox.clear()
    come_monday(calendar)

    (letter,) = to(mailoutbox, cast.alice)
    assert letter.subject == "[TLP:AMBER] Practices this week: 1 use"
    assert TITLE not in letter.body
    assert "Beacon" not in letter.body
    # who uses it has to do with its harms
    assert [letter.subject for letter in to(mailoutbox, cast.carol)] == [
        "[TLP:GREEN] Practices this week: 1 new"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("end", [None, recall_practice])
def test_a_question_is_shown_as_long_as_it_can_be_answered(cast: Cast, end: Any) -> None:
    practice = make_shared_practice(cast, Label.GREEN)
    call_as(cast.actor("carol"), write_post, practice, "How long?")
    if end:
        call_as(cast.actor("sven"), end, practice, "It fails.")
    week = call_as(cast.actor("alice"), week_before, today() + timedelta(days=1))

    assert len(week.questions) == (0 if end else 1)


@pytest.mark.slow
@pytest.mark.xdist_group("matrix")
@pytest.mark.usefixtures("matrix_rollback")
def test_the_week_names_to_nobody_what_they_may_not_read(matrix: LabelMatrix) -> None:
    """The page to each relation, and what a letter would say to them."""
    for who in SIGNED_IN_RELATIONS:
        actor = matrix.relations.actors[who]
        if who in HOSTS:
            continue
        page = matrix.ask(who, matrix.url(who, "practice-week"))
        assert {name.partition("-")[0] for name in leaks(page.text)} <= set(labels_readable_by(who)), who
        with acting_as(actor):
            week = week_before(actor, today())
            letter = str(week_sections(actor, week, leaving=True))
        assert {name.partition("-")[0] for name in leaks(letter)} <= set(OPEN_LABELS) & set(
            labels_readable_by(who)
        ), who


@pytest.mark.django_db
@pytest.mark.usefixtures("sven_edits")
def test_what_comes_to_name_an_organisation_is_new_to_it_and_to_nobody_else(
    cast: Cast, calendar: Calendar
) -> None:
    """Nor to those of a group that comes to read it, who could read it before."""
    practice, fjord = make_shared_practice(cast, Label.AMBER), make_organisation("fjord")
    group = make_working_group("Grooming", cast.aurora, (cast.carol, cast.beacon))
    theo = actor_of(make_person("Theo", fjord, Role.EDITOR))
    calendar.set(MONDAY, time(12))
    both = audience(Label.AMBER, organisations=[cast.beacon.pk, fjord.pk], groups=[group.pk])
    call_as(cast.actor("sven"), set_readers, practice, both)

    lines = []
    for actor in (theo, cast.actor("carol")):
        with acting_as(actor):
            week = week_before(actor, MONDAY + timedelta(days=7))
            lines.append(
                [line.about for each in week_sections(actor, week, leaving=False) for line in each.lines]
            )
    assert lines == [[f"{cast.aurora.name}. New. Grooming. Evidence: untested."], []]
