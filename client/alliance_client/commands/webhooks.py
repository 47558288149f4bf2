"""Webhooks: how they fare, what was sent, sending again. They are made, and their secrets changed, by people alone."""

from datetime import UTC, datetime

import click

from alliance_client.client import Client
from alliance_client.commands.session import Session, common, pass_session
from alliance_client.desk_models import Webhook
from alliance_client.words import gettext as _
from alliance_client.words import say


@click.group(
    help=_(
        "Webhooks of your organisation, for those who administer them. They are made, tried and given new secrets on "
        "the portal’s pages alone: no program gives itself access."
    )
)
@common
def webhooks() -> None:
    """The group of the commands about webhooks."""


def _find(client: Client, name: str) -> Webhook:
    """The webhook of this number or name."""
    rows = list(client.webhooks())
    chosen = [row for row in rows if name in (str(row.id), row.name)]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(f"{row.name} ({row.id})" for row in rows) or "–"
    raise click.UsageError(say("Say which webhook, by its name or number: {names}", names=names))


@webhooks.command("list", help=_("All of them, with their state, and since when they fail."))
@common
@pass_session
def list_webhooks(session: Session) -> None:
    """List them."""
    with session.client() as client:
        rows = list(client.webhooks())
    lines = [
        f"{row.id}  {row.state:<7}  {row.name}  {row.address}"
        + (
            f"  {say('fails since {at}', at=f'{row.failing_since:%Y-%m-%d %H:%M}')}"
            if row.failing_since
            else ""
        )
        for row in rows
    ]
    session.show(rows, lines or [_("There are none.")])


@webhooks.command(
    help=_("What was sent to a webhook in the last 30 days, latest first. WEBHOOK is its name or number.")
)
@click.argument("webhook")
@click.option("--failed", "is_failed", is_flag=True, help=_("What has not arrived alone."))
@common
@pass_session
def messages(session: Session, webhook: str, is_failed: bool) -> None:
    """List its messages."""
    with session.client() as client:
        every = client.webhook_messages(_find(client, webhook).id)
        rows = [row for row in every if not is_failed or row.state == "failed"]
    lines = [
        f"{row.message}  {row.created_at:%Y-%m-%d %H:%M}  {row.state:<9}  {row.type}"
        + (f"  {row.status or row.fault}" if row.state == "failed" else "")
        for row in rows
    ]
    session.show(rows, lines or [_("There are none.")])


@webhooks.command(
    help=_(
        "Send again under the same numbers: one message by its number, or with --since all that have not arrived at a "
        "webhook since then. TARGET is the message, or with --since the webhook."
    )
)
@click.argument("target")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help=_("A day or moment in UTC, such as 2026-09-01 or 2026-09-01T12:30."),
)
@common
@pass_session
def replay(session: Session, target: str, since: datetime | None) -> None:
    """Have messages sent again."""
    with session.client() as client:
        if since is None:
            sent = client.replay_message(target)
            session.show(sent, [say("Sent again: {message}", message=sent.message)])
            return
        count = client.replay_since(_find(client, target).id, since.replace(tzinfo=UTC))
    session.show({"count": count}, [say("Sent again: {count} messages", count=count)])
