"""What programs are notified of practices: by label, to whom, and never a title, a text or a name."""

import json
from collections.abc import Iterator

import pytest

from alliance.models import Membership
from portal.kernel import webhooks
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.webhooks import Webhook, WebhookDelivery
from practices.enums import Label
from practices.notify.webhook_kinds import KINDS
from practices.services.access_log import log_access
from practices.services.changes import CHANGES
from practices.services.practices import recall_practice
from tests.factories import Cast
from tests.factories.practices import call_as
from tests.practices.test_recall_notices import signatory
from tests.support.jobs import run_all_jobs
from tests.support.notifications import TITLE, make_shared_practice
from tests.support.webhook_receiver import Receiver, webhook_receiver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]
NAMES = [kind.name for kind in KINDS]


@pytest.fixture
def receivers(cast: Cast) -> Iterator[dict[str, Receiver]]:
    """Aurora's, whose practices they are; Beacon's; the secretariat's."""
    with acting_as(SYSTEM):
        Membership.objects.filter(person=cast.sven).update(roles=["editor", "signatory", "administrator"])
    with webhook_receiver() as aurora, webhook_receiver() as beacon, webhook_receiver() as host:
        receivers = {"sven": aurora, "carol": beacon, "mona": host}
        for name, receiver in receivers.items():
            with acting_as(cast.actor(name)) as actor:
                webhooks.create_webhook(actor, name="A", address=receiver.address, kinds=NAMES)
        yield receivers


def types(receiver: Receiver) -> list[str]:
    return [json.loads(each.body)["type"] for each in receiver.received]


@pytest.mark.parametrize(
    ("label", "notified"),
    [
        (Label.CLEAR, {"sven", "carol", "mona"}),
        (Label.GREEN, {"sven", "carol", "mona"}),
        (Label.AMBER, {"sven", "carol"}),  # it names Carol's organisation
        (Label.AMBER_STRICT, {"sven", "carol"}),
        (Label.RED, set()),  # it names people
    ],
)
def test_a_new_practice_is_said_to_organisations_that_may_read_it(
    cast: Cast, receivers: dict[str, Receiver], label: str, notified: set[str]
) -> None:
    make_shared_practice(cast, label)
    run_all_jobs()

    assert {name for name, receiver in receivers.items() if receiver.received} == notified
    for receiver in receivers.values():
        assert all(kind.startswith("practice.") for kind in types(receiver))


def test_a_webhook_is_notified_of_practices_of_its_sources(
    cast: Cast, receivers: dict[str, Receiver]
) -> None:
    """Aurora's own and the secretariat's of Aurora, and not Beacon's of Beacon."""
    with acting_as(SYSTEM):
        for person, source in ((cast.sven, cast.aurora), (cast.carol, cast.beacon), (cast.mona, cast.aurora)):
            Webhook.objects.filter(created_by=person).update(subjects=[source.pk])
    make_shared_practice(cast, Label.GREEN)
    run_all_jobs()

    assert {name for name, receiver in receivers.items() if receiver.received} == {"sven", "mona"}


@pytest.mark.parametrize("label", list(Label))
def test_no_message_says_more_than_that_it_happened(
    cast: Cast, receivers: dict[str, Receiver], label: str
) -> None:
    practice = make_shared_practice(cast, label)
    call_as(cast.actor("carol"), log_access, practice, "page")
    signatory(cast, practice)
    call_as(cast.actor("sven"), recall_practice, practice, "Canary reason.")
    run_all_jobs()

    texts = [each.body.decode() for receiver in receivers.values() for each in receiver.received]
    for word in (TITLE, "Canary", "Alice", "Sven", "Aurora"):
        assert not any(word in text for text in texts)
    for text in texts:
        assert set(json.loads(text)["data"]) <= {"practice", "label", "state", "url"}


@pytest.mark.parametrize(
    ("label", "notified"),
    [(Label.GREEN, {"sven", "carol"}), (Label.AMBER, {"sven", "carol"}), (Label.RED, set())],
)
def test_a_recall_is_said_to_those_whose_people_had_opened_it(
    cast: Cast, receivers: dict[str, Receiver], label: str, notified: set[str]
) -> None:
    practice = make_shared_practice(cast, label)
    run_all_jobs()
    call_as(cast.actor("carol"), log_access, practice, "page")
    signatory(cast, practice)
    for receiver in receivers.values():
        receiver.received.clear()
    call_as(cast.actor("sven"), recall_practice, practice, "Canary reason.")
    run_all_jobs()

    recalls = {name for name, receiver in receivers.items() if "practice.recalled" in types(receiver)}
    assert recalls == notified


def test_what_is_narrowed_before_it_is_sent_is_not_sent(cast: Cast, receivers: dict[str, Receiver]) -> None:
    receivers["carol"].status = 500
    practice = make_shared_practice(cast, Label.GREEN)
    run_all_jobs()
    receivers["carol"].received.clear()
    practice.label, practice.reader_organisations = Label.AMBER_STRICT, []
    practice.save()
    past = practice.created_at
    webhooks.Webhook.objects.update(retry_at=past, wake_at=None)
    WebhookDelivery.objects.filter(state="pending").update(next_at=past)
    with acting_as(cast.actor("carol")) as carol:
        row = webhooks.Webhook.objects.get(tenant_id=cast.beacon.pk)
        webhooks.send_test(carol, row)
    run_all_jobs()

    assert types(receivers["carol"]) == ["webhook.test"]
    dropped = WebhookDelivery.objects.filter(webhook=row).exclude(kind="webhook.test")
    assert set(dropped.values_list("state", flat=True)) == {"dropped"}


def test_feed_and_webhooks_name_the_same() -> None:
    assert {(entry, kind.name) for kind in KINDS for entry in kind.entries} == set(CHANGES.items())
