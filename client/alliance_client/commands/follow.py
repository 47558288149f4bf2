"""Following what becomes public."""

import json
from pathlib import Path

import click

from alliance_client.commands.session import Session, common, pass_session
from alliance_client.decoding import to_json
from alliance_client.files import write_whole
from alliance_client.models import Change
from alliance_client.transport import Patience
from alliance_client.words import gettext as _
from alliance_client.words import plain

# a portal that is away for a while ends nothing that runs for weeks
_LONG = Patience(attempts=10_000, seconds=24 * 3600.0)


@click.command(
    help=_(
        "Show what becomes public, a line for each, until you stop it. It begins with what comes next; `--since 0` "
        "begins with the first. With --json, each line is JSON."
    )
)
@click.option(
    "--since", default="", metavar="CURSOR", help=_("Begin after this place, as it was shown last.")
)
@click.option(
    "--state",
    "state_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Keep the place in this file, and go on from it the next time."),
)
@click.option("--once", is_flag=True, help=_("Show what there is, and end."))
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    default=60.0,
    show_default=True,
    help=_("Ask again after seconds."),
)
@common
@pass_session
def follow(session: Session, since: str, state_path: Path | None, once: bool, every: float) -> None:
    """Show changes as they come; the place is kept after they are shown, so that none is missed."""
    with session.client(patience=None if once else _LONG) as client:
        for page in client.follow(since or _stored_place(state_path), every=every):
            for change in page.rows:
                _show(session, change)
            if state_path is not None:
                write_whole(state_path, [f"{page.cursor}\n".encode()], overwrite=True)
            if once and not page.has_more:
                return


def _stored_place(path: Path | None) -> str:
    return path.read_text(encoding="utf-8").strip() if path is not None and path.exists() else ""


def _show(session: Session, change: Change) -> None:
    if session.as_json:
        click.echo(json.dumps(to_json(change), ensure_ascii=False))
    else:
        click.echo(
            plain(f"{change.cursor}  {change.at:%Y-%m-%d %H:%M}  {change.kind}: {change.title}  {change.url}")
        )
