"""A draft pledge's history with the way back, and what becomes of it when two people have saved."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.models import Charter, Pledge, PledgeHistory
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.pages import signed_in, words_of
from tests.support.pledge_pages import FORM, changed, drafted

pytestmark = pytest.mark.django_db


def history(client: Client, pledge: Pledge) -> Any:
    return client.get(f"/workspace/pledges/{pledge.pk}/history/")


def numbers() -> list[int]:
    with acting_as(SYSTEM):
        return list(PledgeHistory.objects.order_by("pk").values_list("pk", flat=True))


def go_back(client: Client, pledge: Pledge, number: int, version: int) -> Any:
    data = {"number": number, "version": version}
    return client.post(f"/workspace/pledges/{pledge.pk}/history/", data, follow=True)


def test_each_save_stands_with_its_writer_and_what_it_changed(
    cast: Cast, alice: Client, sven: Client
) -> None:
    pledge = drafted(cast, "We will find more.")
    target = {"target-0-text": "Half of it", "target-0-due_on": "2027-01-01"}
    changed(sven, pledge, "We will find most.", **target)

    page = history(alice, pledge)

    assert [change.writer.name for change in page.context["changes"]] == ["Sven", "Alice"]
    assert "Half of it · by 1 January 2027" in words_of(page)
    assert '<del><span class="hidden">Removed: </span>more</del>' in page.content.decode()
    assert [len(change.changes) for change in page.context["changes"]] == [2, 3]


def test_two_saves_of_one_person_at_once_are_two_versions(cast: Cast, alice: Client) -> None:
    pledge = drafted(cast)
    changed(alice, pledge, "We will find most.")

    assert [change.number for change in history(alice, pledge).context["changes"]] == numbers()[::-1]


def test_an_earlier_version_is_written_again_as_the_newest_with_all_its_parts(
    cast: Cast, alice: Client, sven: Client
) -> None:
    pledge = drafted(cast)
    service = cast.aurora.ownerships.first().service
    target = {
        "target-0-text": "Half of it",
        "target-0-indicator_key": "found-proactively",
        "target-0-value": "5",
    }
    changed(alice, pledge, "With a target.", services=[service.pk], **target)
    changed(sven, pledge, "Without.", version="2")

    go_back(alice, pledge, numbers()[1], 3)

    pledge.refresh_from_db()
    assert (pledge.text, pledge.version) == ("With a target.", 4)
    assert [(row.text, row.value) for row in pledge.targets.all()] == [("Half of it", 5)]
    assert list(pledge.services.all()) == [service]


def test_a_service_that_was_sold_since_is_left_out_of_an_earlier_version(cast: Cast, alice: Client) -> None:
    pledge = drafted(cast)
    sold, own = (row.service for row in cast.aurora.ownerships.order_by("pk")[:2])
    changed(alice, pledge, "For both.", services=[sold.pk, own.pk])
    changed(alice, pledge, "For neither.", version="2")
    cast.aurora.ownerships.filter(service=sold).update(ends_on=today() - timedelta(days=1))

    go_back(alice, pledge, numbers()[1], 3)

    pledge.refresh_from_db()
    assert (pledge.text, list(pledge.services.all())) == ("For both.", [own])


def test_a_colleagues_newer_pledge_is_not_written_over(cast: Cast, alice: Client, sven: Client) -> None:
    pledge = drafted(cast)
    changed(sven, pledge, "Sven’s words")

    answer = go_back(alice, pledge, numbers()[0], 1)

    assert "Someone else has changed this since" in words_of(answer)
    assert Pledge.objects.get().text == "Sven’s words"


def test_a_version_of_another_pledge_is_no_longer_kept(cast: Cast, alice: Client) -> None:
    pledge = drafted(cast)

    assert "no longer kept" in words_of(go_back(alice, pledge, numbers()[0] + 1000, 1))


def test_a_reader_reads_the_history_and_goes_back_to_nothing(cast: Cast, charter: Charter) -> None:
    pledge, bob = drafted(cast), signed_in(cast.bob)

    page = history(bob, pledge)
    refused = bob.post(f"/workspace/pledges/{pledge.pk}/history/", {"number": numbers()[0], "version": 1})

    assert (page.status_code, "Back to this version" in page.content.decode()) == (200, False)
    assert refused.status_code == 403


# --- Two people ---------------------------------------------------------------------------------


def test_a_merge_has_both_changes_in_place(cast: Cast, alice: Client, sven: Client) -> None:
    pledge = drafted(cast, "We search with two tools. People look at each hit.")
    service = cast.aurora.ownerships.first().service
    changed(sven, pledge, "We search with three tools. People look at each hit.", services=[service.pk])
    target = {"target-0-text": "Half of it"}
    mine = {"text": "We search with two tools. Trained people look at each hit.", **target}

    conflict = changed(alice, pledge, mine["text"], **target)
    posted = {**FORM, **mine, "version": "2", "started_from": "1", "conflict": "pledge"}
    page = alice.post(f"/workspace/pledges/{pledge.pk}/edit/", {**posted, "resolve": "join"})

    assert conflict.context["conflict"]["started_from"] == 1
    assert "Sven" in words_of(conflict)
    form, targets = page.context["form"], page.context["targets"]
    assert form["text"].value() == "We search with three tools. Trained people look at each hit."
    assert (form["services"].value(), form["version"].value()) == ([service.pk], 2)
    assert targets[0]["text"].value() == "Half of it"
    assert (page.status_code, Pledge.objects.get().version) == (409, 2)


def test_a_passage_that_both_changed_is_shown_from_both_sides(
    cast: Cast, alice: Client, sven: Client
) -> None:
    pledge = drafted(cast, "We search at night.")
    changed(sven, pledge, "We search by day.")

    posted = {**FORM, "text": "We search by hand.", "version": "2", "started_from": "1", "resolve": "join"}
    page = alice.post(f"/workspace/pledges/{pledge.pk}/edit/", posted)

    (overlap,) = page.context["overlaps"]
    assert (overlap.theirs, overlap.mine) == ("by day", "by hand")
    assert page.context["form"]["text"].value() == "We search by day by hand."


def test_a_conflict_that_nobody_has_settled_stays_one(cast: Cast, alice: Client, sven: Client) -> None:
    pledge = drafted(cast)
    changed(sven, pledge, "Sven’s words")

    again = changed(alice, pledge, "Alice’s words", version="2", started_from="1", conflict="pledge")

    assert again.status_code == 409
    assert Pledge.objects.get().text == "Sven’s words"


def test_a_conflict_about_a_target_alone_names_it(cast: Cast, alice: Client, sven: Client) -> None:
    pledge = drafted(cast)
    changed(sven, pledge, "We will find more.", **{"target-0-text": "All of it"})

    page = words_of(changed(alice, pledge, "We will find more.", **{"target-0-text": "Half of it"}))

    assert "Targets: All of it" in page
    assert "Targets: Half of it" in page
