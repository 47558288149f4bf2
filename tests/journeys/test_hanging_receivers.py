"""Many receivers of webhooks hang at once, and a real worker goes on with everything else."""

import time
from collections.abc import Iterator

import pytest

from portal.kernel import webhooks
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import publish
from portal.kernel.webhooks import Webhook, WebhookDelivery
from tests.factories import read_cast
from tests.support.background_programs import Worker
from tests.support.bearers import token_of
from tests.support.mail import MailServer, wait_until
from tests.support.webhook_receiver import webhook_receiver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HANGING = 12


@pytest.fixture
def worker_within(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker of one process that may reach receivers on this machine."""
    worker.kill()
    monkeypatch.setenv("OUTGOING_ALLOW_LOOPBACK", "1")
    worker.start()
    yield worker
    worker.kill()


def test_a_letter_and_a_receiver_that_is_well_do_not_wait_for_those_that_hang(
    worker_within: Worker, mail: MailServer
) -> None:
    cast = read_cast()
    kinds = ("publication.created",)
    with webhook_receiver() as hanging, webhook_receiver() as well:
        hanging.hangs = True
        for number in range(HANGING):
            with acting_as(cast.actor("sven" if number % 2 else "carol")) as actor:
                webhooks.create_webhook(actor, name="A", address=hanging.address, kinds=kinds)
        with acting_as(cast.actor("mona")) as mona:
            webhooks.create_webhook(mona, name="A", address=well.address, kinds=kinds)
        with acting_as(SYSTEM):
            publish(SYSTEM, "notice", "a", {"a": 1}, title={"en": "A"}, languages=["en"])
        wait_until(lambda: bool(hanging.received), what="the first receiver to hang", seconds=30)

        started = time.monotonic()
        token_of(cast.alice)  # of which she gets a letter
        mail.wait_for(cast.alice.email)
        letter_after = time.monotonic() - started
        wait_until(lambda: bool(well.received), what="the receiver that is well", seconds=90)

        with acting_as(SYSTEM):
            busy = Webhook.objects.exclude(busy_until=None).count()
            delivered = WebhookDelivery.objects.filter(state="delivered").count()
    assert letter_after < 15  # the one process ends its turn, of five seconds
    assert busy <= 2
    assert delivered <= 1
