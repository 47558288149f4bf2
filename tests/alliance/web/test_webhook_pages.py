"""The pages about webhooks, without a script: made, shown once, tried, paused, sent again, deleted."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from alliance.models import Organisation
from portal.kernel import webhooks
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import publish
from portal.kernel.webhooks import Webhook, WebhookDelivery
from tests.factories import Cast, make_organisation
from tests.support.jobs import run_all_jobs
from tests.support.pages import new_secret_form, outlast_confirmation, signed_in, words_of
from tests.support.webhook_receiver import Receiver, webhook_receiver

pytestmark = pytest.mark.django_db
PAGES = "/workspace/webhooks/"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as one:
        yield one


@pytest.fixture
def sven(cast: Cast) -> Client:
    return signed_in(cast.sven)


def make(sven: Client, receiver: Receiver, **changes: Any) -> Any:
    facts = {"name": "Our desk", "address": receiver.address, "kinds": ["publication.created"]}
    return sven.post(f"{PAGES}create/", {**facts, **changes})


def the_webhook() -> Webhook:
    with acting_as(SYSTEM):
        row: Webhook = Webhook.objects.get()
    return row


def secret_on(answer: Any) -> str:
    match = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode())
    assert match
    return match[0]


def test_it_is_made_tried_and_its_message_is_listed(sven: Client, receiver: Receiver) -> None:
    secret = secret_on(make(sven, receiver))
    page = f"{PAGES}{the_webhook().pk}/"

    answer = sven.post(f"{page}test/", follow=True)
    run_all_jobs()
    listed = words_of(sven.get(page))

    assert "A test message is on its way" in words_of(answer)
    assert receiver.received[0].verified(secret)["type"] == "webhook.test"
    assert "webhook.test" in listed
    assert "Delivered" in listed
    assert "whsec_" not in sven.get(page).content.decode()
    assert "Our desk" in words_of(sven.get(PAGES))


def test_a_fault_of_the_form_is_named_and_nothing_is_made(sven: Client, receiver: Receiver) -> None:
    answer = make(sven, receiver, address="http://example.org/", kinds=[])

    assert answer.status_code == 422
    with acting_as(SYSTEM):
        assert not Webhook.objects.exists()


def test_a_new_secret_is_shown_once(sven: Client, receiver: Receiver) -> None:
    first = secret_on(make(sven, receiver))
    page = f"{PAGES}{the_webhook().pk}/"

    second = secret_on(sven.post(f"{page}rotate/"))

    assert first != second
    assert "The one before counts until" in words_of(sven.get(page))


def test_an_older_form_brings_no_replaced_secret_back(sven: Client, receiver: Receiver) -> None:
    make(sven, receiver)
    page = f"{PAGES}{the_webhook().pk}/rotate/"
    older, newer = (new_secret_form(sven.get(page)) for _ in range(2))
    secrets = {secret_on(sven.post(page, older)) for _ in range(2)}
    with acting_as(SYSTEM):
        stored = the_webhook().secret

    refused = [sven.post(page, form) for form in (newer, {**older, "replaces": newer["replaces"][::-1]})]

    assert len(secrets) == 1
    assert [answer.status_code for answer in refused] == [422, 422]
    assert "It has been replaced since this page was opened" in words_of(refused[0])
    assert the_webhook().secret == stored


def test_one_that_was_switched_off_says_why_and_what_it_missed(sven: Client, receiver: Receiver) -> None:
    make(sven, receiver)
    page = f"{PAGES}{the_webhook().pk}/"
    receiver.status = 410
    with acting_as(SYSTEM):
        publish(SYSTEM, "notice", "a", {"a": 1}, title={"en": "A"}, languages=["en"])
    run_all_jobs()
    off = words_of(sven.get(page))

    sven.post(f"{page}resume/")
    receiver.status = 204
    failed = words_of(sven.get(page, {"state": "failed"}))
    again = sven.post(f"{page}replay/", {"hours": "24"}, follow=True)
    run_all_jobs()

    assert "nothing is received there any more (410)" in off
    assert "Not delivered" in failed
    assert "1 message is sent again" in words_of(again)
    with acting_as(SYSTEM):
        assert WebhookDelivery.objects.get().state == "delivered"
        message = WebhookDelivery.objects.get().pk
    sven.post(f"{PAGES}messages/{message}/replay/")
    run_all_jobs()
    assert len(receiver.received) == 3


def test_it_is_changed_paused_and_deleted(sven: Client, receiver: Receiver) -> None:
    make(sven, receiver)
    page = f"{PAGES}{the_webhook().pk}/"

    sven.post(f"{page}edit/", {"name": "New", "address": receiver.address, "kinds": ["cycle.opened"]})
    assert (the_webhook().name, the_webhook().kinds) == ("New", ["cycle.opened"])
    sven.post(f"{page}pause/")
    assert the_webhook().state == "paused"
    assert sven.post(f"{page}test/", follow=True).status_code == 200  # says that it is paused
    sven.post(f"{page}end/")
    assert the_webhook().state == "ended"
    assert sven.get(page).status_code == 404


def test_it_is_notified_of_chosen_members(cast: Cast, sven: Client, receiver: Receiver) -> None:
    make(sven, receiver, scope="members", members=f"{cast.beacon.name}\nAURORA-video\n")
    page = f"{PAGES}{the_webhook().pk}/"

    assert the_webhook().subjects == sorted([cast.aurora.pk, cast.beacon.pk])
    assert f"Whose events {cast.aurora.name} {cast.beacon.name}" in words_of(sven.get(page))
    edit = sven.get(f"{page}edit/").text
    assert f"aurora-video\n{cast.beacon.slug}" in edit

    facts = {"name": "Our desk", "address": receiver.address, "kinds": ["cycle.opened"]}
    sven.post(f"{page}edit/", facts)  # from a page of the version before
    assert the_webhook().subjects == sorted([cast.aurora.pk, cast.beacon.pk])
    sven.post(f"{page}edit/", {**facts, "scope": "own", "members": "whoever"})
    assert the_webhook().subjects == [cast.aurora.pk]
    assert "Whose events Only of your own organisation" in words_of(sven.get(page))
    sven.post(f"{page}edit/", {**facts, "scope": "all"})
    assert the_webhook().subjects is None


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ("", "Name one at least, and no more than 100."),
        ("Beacon Search\nNobody", "No member is called so: Nobody."),
        ("Twin", "Several members are called so: Twin."),
    ],
)
def test_members_that_are_not_found_are_named(
    cast: Cast, sven: Client, receiver: Receiver, members: str, fault: str
) -> None:
    for slug in ("twin-one", "twin-two"):
        twin = make_organisation(slug)
        Organisation.objects.filter(pk=twin.pk).update(name_en="Twin")

    answer = make(sven, receiver, scope="members", members=members)

    assert answer.status_code == 422
    assert fault in words_of(answer)
    with acting_as(SYSTEM):
        assert not Webhook.objects.exists()


def test_the_secretariat_has_no_events_of_its_own(cast: Cast, receiver: Receiver) -> None:
    mona = signed_in(cast.mona)

    assert 'value="own"' not in mona.get("/secretariat/webhooks/create/").text
    facts = {"name": "A", "address": receiver.address, "kinds": ["report.submitted"], "scope": "own"}
    assert mona.post("/secretariat/webhooks/create/", facts).status_code == 422


def test_it_asks_again_who_it_is(cast: Cast) -> None:
    client = signed_in(cast.sven)
    outlast_confirmation(client)

    assert "/accounts/" in client.get(f"{PAGES}create/").headers["Location"]


def test_a_thief_leaves_no_listener_behind(cast: Cast, sven: Client, receiver: Receiver) -> None:
    """An account that is frozen takes what it has made along."""
    make(sven, receiver)
    with acting_as(SYSTEM):
        assert webhooks.pause_webhooks_made_by(cast.sven.pk) == 1
    assert the_webhook().state == "paused"
