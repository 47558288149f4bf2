"""Webhooks over the API: those who administer them read how they fare, and send messages again."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen, run
from typing import Any

import pytest
from django.test import Client

from portal.kernel import webhooks
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import publish
from portal.kernel.webhooks import EventKind, WebhookDelivery, event_kinds
from portal.kernel.webhooks.signing import headers_of, new_secret
from tests.factories import Cast
from tests.support.bearers import token_of
from tests.support.jobs import run_all_jobs
from tests.support.webhook_receiver import Receiver, webhook_receiver
from tests.support.webhooks import webhook_of

DOCS = Path(__file__).resolve().parents[2] / "docs/api"
LIST = "/api/v1/webhooks/"


@pytest.fixture
def receiver(db: None) -> Iterator[Receiver]:
    with webhook_receiver() as one:
        yield one


@pytest.fixture
def failed(cast: Cast, receiver: Receiver) -> WebhookDelivery:
    """A message that the receiver refused for good; it is well again."""
    with acting_as(cast.actor("sven")) as sven:
        webhooks.create_webhook(sven, name="A", address=receiver.address, kinds=("publication.created",))
    receiver.status = 410
    publish(SYSTEM, "notice", "a", {"a": 1}, title={"en": "A"}, languages=["en"])
    run_all_jobs()
    receiver.status = 200
    receiver.received.clear()
    with acting_as(cast.actor("sven")) as sven:
        webhooks.resume_webhook(sven, webhooks.Webhook.objects.get())
    row: WebhookDelivery = WebhookDelivery.objects.get()
    return row


def ask(client: Client, token: str, url: str, method: str = "get", body: Any = None) -> Any:
    options: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
    if method == "post":
        options |= {"data": json.dumps(body or {}), "content_type": "application/json"}
    return getattr(client, method)(url, **options)


def test_they_are_read_without_their_secrets(client: Client, cast: Cast, failed: WebhookDelivery) -> None:
    answer = ask(client, token_of(cast.sven), LIST)

    row = answer.json()["results"][0]
    assert (row["id"], row["name"], row["state"]) == (failed.webhook_id, "A", "active")
    assert "secret" not in answer.content.decode()


@pytest.mark.parametrize(
    ("chosen", "scope", "members"),
    [
        (None, "all", []),
        (["aurora"], "own", []),
        (["aurora", "beacon"], "members", ["aurora-video", "beacon-search"]),
    ],
)
def test_they_say_whose_events(
    client: Client, cast: Cast, receiver: Receiver, chosen: Any, scope: str, members: list[str]
) -> None:
    subjects = chosen and [getattr(cast, name).pk for name in chosen]
    webhook_of(cast, receiver.address, subjects=subjects)

    row = ask(client, token_of(cast.sven), LIST).json()["results"][0]

    assert (row["scope"], row["members"]) == (scope, members)


def test_others_of_the_organisation_read_none(client: Client, cast: Cast, failed: WebhookDelivery) -> None:
    token = token_of(cast.alice)

    assert ask(client, token, LIST).json()["results"] == []
    assert ask(client, token, f"{LIST}{failed.webhook_id}/messages/").status_code == 404


def test_a_program_sees_what_failed_and_sends_it_again(
    client: Client, cast: Cast, failed: WebhookDelivery, receiver: Receiver
) -> None:
    token = token_of(cast.sven)
    page = ask(client, token, f"{LIST}{failed.webhook_id}/messages/").json()["results"]
    assert [(row["message"], row["status"], row["fault"]) for row in page] == [
        (failed.message_id, 410, "status")
    ]

    answer = ask(
        client, token, f"{LIST}{failed.webhook_id}/replay/", "post", {"since": "2026-01-01T00:00:00Z"}
    )
    run_all_jobs()

    assert answer.json() == {"count": 1}
    assert [each.headers["webhook-id"] for each in receiver.received] == [failed.message_id]
    assert ask(client, token, f"{LIST}messages/{failed.message_id}/replay/", "post").status_code == 200
    assert ask(client, token, f"{LIST}messages/{failed.message_id}/replay/", "post").status_code == 409


def test_it_needs_its_scope(client: Client, cast: Cast, failed: WebhookDelivery) -> None:
    token = token_of(cast.sven, "read")

    answer = ask(client, token, f"{LIST}messages/{failed.message_id}/replay/", "post")

    assert answer.status_code == 403
    assert "webhooks:replay" in answer.json()["detail"]


# --- What the page of the docs says ---


def test_the_page_names_every_event() -> None:
    page = (DOCS / "webhooks.md").read_text(encoding="utf-8")

    kinds: list[EventKind] = event_kinds(for_host=True)
    assert [kind.name for kind in kinds if f"`{kind.name}`" not in page] == []


def test_the_receiver_of_the_docs_takes_what_is_genuine_alone() -> None:
    secret, old = new_secret(), new_secret()
    port = "18473"
    command = [sys.executable, str(DOCS / "receive_webhooks.py"), port]
    with Popen(command, env={"SECRET": f"{secret} {old}"}, stdout=PIPE, text=True) as program:
        body = '{"type":"webhook.test","data":{"webhook":1}}'
        statuses = [
            posted(port, body, headers_of("msg_a", now(), body.encode(), [secret])),
            posted(port, body, headers_of("msg_a", now(), body.encode(), [secret])),  # once more
            posted(port, body, headers_of("msg_b", now(), body.encode(), [new_secret(), old])),
            posted(port, body, headers_of("msg_c", now(), body.encode(), [new_secret()])),
            posted(port, body + " ", headers_of("msg_d", now(), body.encode(), [secret])),
            posted(port, body, headers_of("msg_e", now() - 400, body.encode(), [secret])),
        ]
        by_curl = by_curl_of_the_docs(port, secret)
        program.terminate()
        printed = program.stdout.read() if program.stdout else ""

    assert statuses == ["204", "204", "204", "400", "400", "400"]
    assert by_curl.startswith("HTTP/1.0 204")
    assert printed.splitlines() == [*['webhook.test {"webhook": 1}'] * 2, "webhook.test {}"]


def now() -> int:
    return int(time.time())


def posted(port: str, body: str, headers: dict[str, str]) -> str:
    """The status, by curl, which waits until the program listens."""
    arguments = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["curl", "-s", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "-o", "/dev/null"]
    address = f"http://127.0.0.1:{port}/hooks"
    written = run(
        [*command, "-w", "%{http_code}", *arguments, "-d", body, address], capture_output=True, text=True
    )
    return written.stdout


def by_curl_of_the_docs(port: str, secret: str) -> str:
    """The commands exactly as they stand on the page."""
    page = (DOCS / "webhooks.md").read_text(encoding="utf-8")
    commands = page.partition("    ID=msg_try")[2].partition("\n\n")[0]
    script = "ID=msg_try" + commands.replace("\n    ", "\n")
    variables = {
        "SECRET": secret,
        "URL": f"http://127.0.0.1:{port}/hooks",
        "PATH": "/usr/bin:/bin:/usr/local/bin",
    }
    return run(["bash", "-c", script], env=variables, capture_output=True, text=True).stdout
