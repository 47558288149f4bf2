"""The journal as an auditor reads it: filtered, in words, page by page, and as a file."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.enums import Role
from alliance.models import Measure, Membership, Organisation, Person, Question, Report
from alliance.services.corrections import draft_correction, propose_correction
from alliance.services.erasure import erase_person
from alliance.services.evidence import add_link
from alliance.services.factors import reset_factors
from alliance.services.handover import end_membership_with_handover, hand_over_membership
from alliance.services.people import set_roles
from alliance.services.tokens import create_token, revoke_token
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, ActorKind, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, make_service, read_charter
from tests.support.corrections import FIGURE, LIVE, figures
from tests.support.pages import queries_of, signed_in
from tests.support.published_reports import make_published_report
from tests.support.query_log import own_queries
from tests.support.second_factors import add_app
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
URL = "/secretariat/journal/"


def of(person: Person) -> Membership:
    return Membership.objects.get(person=person, ended_at=None)


def kinds(client: Client, query: str = "") -> list[str]:
    return [line.event.kind for line in client.get(URL + query).context["page"].rows]


def test_how_far_a_working_copy_has_come_is_not_in_the_journal_until_it_is_submitted(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    report = make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("alice")) as alice:
        add_link(
            alice, report, Measure.objects.get(key="search"), "https://aurora.example/", "Numbers", "public"
        )
    story = f"/secretariat/reports/{report.pk}/story/"

    before = kinds(mona, f"?report={report.pk}"), "Evidence added" in mona.get(story).text
    make_submission(report)

    assert before == ([], False)
    assert kinds(mona, f"?report={report.pk}") == ["evidence.add"]
    assert "Evidence added" in mona.get(story).text


def test_a_draft_of_a_correction_is_not_in_the_journal_until_it_is_proposed(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    with acting_as(cast.actor("sven")) as sven:
        draft = draft_correction(sven, Report.objects.get(), FIGURE(LIVE, "349"))
    before = kinds(mona, "?group=correction")
    with acting_as(cast.actor("sven")) as sven:
        propose_correction(sven, draft)

    assert before == []
    assert kinds(mona, "?group=correction") == ["correction.propose", "correction.draft"]


def test_each_filter_narrows_and_all_of_them_together(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    journal.record(cast.actor("sven"), "organisation.change", cast.aurora)
    journal.record(cast.actor("carol"), "organisation.change", cast.beacon)
    journal.record(SYSTEM, "cycle.open", cast.aurora)
    old = journal.record(cast.actor("sven"), "membership.end", cast.aurora)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()

    assert kinds(mona, "?group=organisation") == ["organisation.change"] * 2
    assert kinds(mona, "?person=sve") == ["membership.end", "organisation.change"]
    assert kinds(mona, f"?organisation_number={cast.beacon.pk}") == ["organisation.change"]
    assert kinds(mona, f"?target=alliance.organisation:{cast.beacon.pk}") == ["organisation.change"]
    assert kinds(mona, f"?until={yesterday}") == []
    everything = f"?since={yesterday}&group=membership&person=Sven&organisation_number={cast.aurora.pk}"
    assert kinds(mona, everything) == [old.kind]


def test_organisations_match_by_name_and_a_link_by_its_number(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    number = f"?concerned_number={cast.aurora.pk}"
    Organisation.objects.filter(pk=cast.beacon.pk).update(name_en=f"School No. {cast.aurora.pk}")
    cast.beacon.refresh_from_db()
    for actor, organisation in (("sven", cast.aurora), ("carol", cast.beacon)):
        journal.record(cast.actor(actor), "organisation.change", organisation)

    def concerned(query: str) -> list[int]:
        return [line.event.target_id for line in mona.get(URL + query).context["page"].rows]

    assert concerned("?concerned=AURORA") == concerned(number) == [cast.aurora.pk]
    assert concerned(f"?concerned={cast.aurora.pk}") == [cast.beacon.pk]  # a typed number is part of a name
    assert concerned("?organisation=beac&concerned=beacon-search") == [cast.beacon.pk]
    assert concerned("?concerned=nobody") == concerned("?concerned_number=999999") == []
    by_number, both = mona.get(URL + number), mona.get(f"{URL}?concerned=e")
    assert f'value="{cast.aurora.name}"' in by_number.text
    assert f'<a href="?concerned_number={cast.beacon.pk}">{cast.beacon.name}</a>' in both.text
    assert f'<a href="?concerned_number={cast.beacon.pk}">' not in by_number.text


def test_the_page_suggests_few_organisations_and_never_sends_thousands(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mona, suggestion = signed_in(cast.mona), f'<option value="{cast.aurora.name}">'
    few = mona.get(URL).text
    monkeypatch.setattr("alliance.web.forms.organisation_search.MOST_SUGGESTED", 1)
    many = mona.get(URL).text

    assert few.count(suggestion) == len(("acting for", "concerning"))
    assert 'list="concerned-names"' in few
    assert suggestion not in many
    assert "concerned-names" not in many


@pytest.mark.parametrize(
    "query",
    [
        "?organisation_number=999999",
        "?organisation_number=x",
        "?since=yesterday",
        "?group=nothing",
        "?target=x",
        "?before=x",
        "?target=a:9e9",
    ],
)
def test_a_strange_question_is_answered_in_words(cast: Cast, query: str) -> None:
    assert signed_in(cast.mona).get(URL + query).status_code in (200, 422)


def test_a_line_says_what_happened_in_the_readers_language_and_leads_there(cast: Cast) -> None:
    journal.record(cast.actor("sven"), "organisation.change", cast.aurora)
    Person.objects.filter(pk=cast.mona.pk).update(language="ru")

    page = signed_in(Person.objects.get(pk=cast.mona.pk)).get(URL + "?group=organisation")

    assert "Сведения об\xa0организации изменены" in page.text
    assert f'href="/secretariat/members/{cast.aurora.pk}/"' in page.text


def test_the_file_speaks_the_readers_language(cast: Cast) -> None:
    journal.record(SYSTEM, "token.create", cast.aurora, scopes=["read", "reports:write"])
    Person.objects.filter(pk=cast.mona.pk).update(language="ru")

    answer: Any = signed_in(Person.objects.get(pk=cast.mona.pk)).post(f"{URL}export/csv/", {"group": "token"})
    header, line = b"".join(answer.streaming_content).decode().splitlines()

    assert header.removeprefix("\ufeff").split(",")[:2] == ["Номер", "Когда"]
    assert header.split(",")[7] == "Объект"  # not the verb of an objection
    assert ",Портал," in line
    assert line.endswith('"Разрешения: read, reports:write"')


def test_pages_follow_each_other_without_a_gap(cast: Cast) -> None:
    add_events(cast, 120)
    mona, event_ids, query = signed_in(cast.mona), [], ""
    while True:
        page = mona.get(URL + query).context["page"]
        event_ids += [line.event.pk for line in page.rows]
        if not page.next_before:
            break
        query = f"?before={page.next_before}"

    assert event_ids == list(Event.objects.order_by("-pk").values_list("pk", flat=True))


def test_of_a_person_stands_what_they_did_and_what_was_done_to_them(cast: Cast) -> None:
    """Memberships, rights, factors, tokens, work handed over, erasure: by name, by number, each half, as a file."""
    bob, sven = of(cast.bob), cast.actor("sven")
    with acting_as(sven):
        set_roles(sven, bob, [Role.EDITOR])
    token = create_token(cast.actor("bob"), name="CI", scopes=["read"], days=30)[0]
    revoke_token(sven, token)
    add_app(cast.bob)
    with acting_as(cast.actor("mona")) as manager:
        reset_factors(manager, cast.bob, reason="Lost.")
    with acting_as(sven):
        hand_over_membership(sven, of(cast.alice), cast.bob)
        end_membership_with_handover(sven, of(cast.bob))
    with acting_as(cast.actor("mona")) as manager:
        erase_person(manager, cast.bob, reason="Asked for it.")
    mona = signed_in(cast.mona)
    done = ["person.erase", "membership.end", "membership.hand_over", "person.reset_factors", "token.revoke",
            "membership.grant"]  # fmt: skip

    everything = kinds(mona, f"?who={cast.bob.pk}")
    assert everything == [*done[:5], "token.create", done[5]]
    assert kinds(mona, f"?who={cast.bob.pk}&part=done") == done
    assert kinds(mona, f"?who={cast.bob.pk}&part=did") == ["token.create"]
    assert kinds(mona, "?person=erased&part=done&group=membership") == [
        "membership.end", "membership.hand_over", "membership.grant",
    ]  # fmt: skip
    assert kinds(mona, "?who=999999") == []
    rows = [json.loads(row) for row in export_text(mona, "jsonl", who=str(cast.bob.pk)).splitlines()]
    assert [row["kind"] for row in rows] == everything
    assert {row["subject"] for row in rows} == {cast.bob.pk, cast.alice.pk, None}


def test_the_page_names_whom_it_was_done_to_and_leads_to_their_entries(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as sven:
        hand_over_membership(sven, of(cast.alice), cast.bob)
    page = signed_in(cast.mona).get(f"{URL}?person=ali")
    assert f'To whom: <a href="?who={cast.alice.pk}">Alice</a>' in page.text
    assert f'<a href="?who={cast.sven.pk}">Sven</a>' in page.text
    assert "Who takes over: Bob" in page.text


def add_events(cast: Cast, count: int) -> None:
    Event.objects.bulk_create(
        Event(
            kind="organisation.change" if number % 10 else "cycle.remind", actor_kind="person", person_id=cast.sven.pk,
            tenant_id=cast.aurora.pk, target_type="alliance.organisation", target_id=cast.aurora.pk,
        )
        for number in range(count)
    )  # fmt: skip


@pytest.mark.parametrize("query", ["", "?group=cycle", "?person=Sven", "?who=2", "?before=2000"])
def test_the_page_costs_as_much_with_many_lines_as_with_few(cast: Cast, query: str) -> None:
    mona = signed_in(cast.mona)
    add_events(cast, 60)
    few = queries(mona, query)
    add_events(cast, 3000)

    assert queries(mona, query) <= few


def queries(client: Client, query: str) -> int:
    client.get(URL + query)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(URL + query).status_code == 200
    return len(own_queries(captured))


def targets_of(cast: Cast) -> list[tuple[str, int]]:
    """One row of each of several kinds that a member's entries are about."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report)
    with acting_as(SYSTEM):
        question = Question.objects.create(
            report=report, organisation=cast.aurora, text="A gap?", language="en", asked_by=cast.rita
        )
        membership = Membership.objects.filter(organisation=cast.aurora)[0]
    service = make_service(cast.aurora, "clips")
    rows = (cast.aurora, report, report.cycle, report.cycle.charter, question, membership, service)
    return [(row._meta.label_lower, row.pk) for row in rows]


def add_entries(cast: Cast, targets: Sequence[tuple[str, int]], times: int) -> None:
    Event.objects.bulk_create(
        Event(
            kind="organisation.change", actor_kind="person", person_id=cast.sven.pk, tenant_id=cast.aurora.pk,
            target_type=target_type, target_id=pk, target_tenant_id=cast.aurora.pk,
        )
        for _each in range(times)
        for target_type, pk in targets
    )  # fmt: skip


def test_queries_grow_with_the_kinds_of_targets_and_not_with_their_entries(cast: Cast) -> None:
    mona, targets = signed_in(cast.mona), targets_of(cast)
    pages = (URL, f"{URL}?concerned_number={cast.aurora.pk}", f"/secretariat/members/{cast.aurora.pk}/")
    add_entries(cast, targets[:1], times=60)
    of_one_kind = [queries_of(mona, page) for page in pages]
    add_entries(cast, targets, times=1)
    few = [queries_of(mona, page) for page in pages]

    add_entries(cast, targets, times=9)

    assert [queries_of(mona, page) for page in pages] == few
    # one for the rows of each further kind
    for one, several in zip(of_one_kind, few, strict=True):
        assert one < several <= one + len(targets) - 1


def export_text(client: Client, kind: str, **parameters: str) -> str:
    answer = client.post(f"{URL}export/{kind}/", parameters)
    return b"".join(answer.streaming_content).decode()


def test_the_file_holds_every_line_that_was_asked_for_and_no_formula(cast: Cast) -> None:
    cast.aurora.name_en = "=1+1"
    cast.aurora.save()
    add_events(cast, 1200)
    mona = signed_in(cast.mona)

    rows = export_text(mona, "csv", group="organisation").splitlines()

    assert len(rows) == 1 + 1080
    assert rows[1].split(",")[2:6] == [
        "organisation.change",
        "Organisation details changed",
        "Sven",
        "'=1+1",
    ]


def test_the_lines_of_the_other_file_are_objects_with_numbers(cast: Cast) -> None:
    journal.record(cast.actor("sven"), "organisation.change", cast.aurora, four_eyes=True)

    (line,) = [
        json.loads(row)
        for row in export_text(signed_in(cast.mona), "jsonl", group="organisation").splitlines()
    ]

    assert (line["kind"], line["person"], line["target_number"]) == (
        "organisation.change",
        cast.sven.pk,
        cast.aurora.pk,
    )
    assert line["details"] == "Four-eyes rule: Yes"


def test_no_match_of_a_part_of_a_name_is_left_out_of_page_and_file(cast: Cast) -> None:
    """Of more organisations, or people, than any list on the page holds."""
    schools = Organisation.objects.bulk_create(
        Organisation(kind="member", slug=f"school-{n}", name_en=f"School {n:04}", name_ru=f"Школа {n:04}")
        for n in range(1100)
    )
    pupils = Person.objects.bulk_create(
        Person(name=f"Pupil {n:04}", email=f"pupil-{n}@school.example") for n in range(1100)
    )
    journal.record(cast.actor("mona"), "organisation.change", schools[-1])
    journal.record(Actor(ActorKind.PERSON, pupils[-1].pk), "token.create", cast.aurora)
    mona = signed_in(cast.mona)

    for query, kind in (
        ({"concerned": "school"}, "organisation.change"),
        ({"person": "pupil"}, "token.create"),
    ):
        assert kinds(mona, f"?{urlencode(query)}") == [kind]
        assert [json.loads(row)["kind"] for row in export_text(mona, "jsonl", **query).splitlines()] == [kind]
        assert len(export_text(mona, "csv", **query).splitlines()) == 2
    assert mona.get(f"{URL}?concerned=school").text.count('<a href="?concerned_number=') == 20


def test_that_it_was_taken_is_journalled(cast: Cast) -> None:
    export_text(signed_in(cast.rita), "csv")

    assert Event.objects.get(kind="journal.export").person_id == cast.rita.pk
