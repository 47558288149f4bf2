"""Supporters, for the secretariat: the list, a file of new ones, a table of all."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import click

from alliance_client.client import Client
from alliance_client.commands.session import Session, common, pass_session
from alliance_client.decoding import to_json
from alliance_client.desk_models import Supporter, SupporterImport, SupporterRow
from alliance_client.errors import INTERRUPTED, OK, REFUSED, AllianceError, TookTooLong
from alliance_client.files import write_whole
from alliance_client.words import gettext as _
from alliance_client.words import say

_STATES = ("unconfirmed", "listed", "hidden", "ended")
_SHOWN = 20  # faulty rows in the terminal; --json has all
_FORMULA = tuple("=+-@\t\r")  # what a spreadsheet would reckon


def _narrowing(command: click.decorators.FC) -> click.decorators.FC:
    """Give the command the options by which the list is narrowed."""
    for option in (
        click.option("--state", default="", type=click.Choice(["", *_STATES]), help=_("In this state.")),
        click.option("--kind", default="", help=_("Of this kind, such as `school`.")),
        click.option("--region", default="", help=_("Of this region.")),
        click.option("--words", default="", help=_("With these words in name or place.")),
    ):
        command = option(command)
    return command


@click.group(help=_("Supporters of the charter, for managers of the secretariat."))
@common
def supporters() -> None:
    """The group of the commands about supporters."""


@supporters.command("list", help=_("Entries in every state, the newest first, without e-mail addresses."))
@_narrowing
@common
@pass_session
def list_supporters(session: Session, /, **narrowed: str) -> None:
    """List them."""
    with session.client() as client:
        rows = list(client.supporters(**_given(narrowed)))
    lines = [f"{row.id}  {row.state:<11}  {row.acceded_on}  {row.name}, {row.region}" for row in rows]
    session.show(rows, lines or [_("There are none.")])


@supporters.command(help=_("Save the list as a table (CSV), without e-mail addresses."))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help=_("Write over files that are there."))
@_narrowing
@common
@pass_session
def export(session: Session, /, file: Path, force: bool, **narrowed: str) -> None:
    """Write the table, whole or not at all."""
    with session.client() as client, session.progress() as progress:
        rows = []
        for row in client.supporters(**_given(narrowed)):
            rows.append(row)
            progress(say("{count} rows", count=len(rows)))
        write_whole(file, [_table(rows)], overwrite=force)
    session.show(
        {"file": str(file), "rows": len(rows)}, [say("{file}: {count} rows", file=file, count=len(rows))]
    )


def _given(narrowed: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in narrowed.items() if value}


def _table(rows: Iterable[Supporter]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    names = [field.name for field in fields(Supporter)]
    writer.writerow(names)
    for row in rows:
        content = to_json(row)
        writer.writerow([_cell(content[name]) for name in names])
    return buffer.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


@supporters.command(
    "import",
    help=_(
        "Bring supporters from a file (XLSX or CSV). Shows what would be imported, asks, and imports all of it or "
        "nothing. Each is asked by e-mail to confirm, unless you vouch for all of them."
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", "is_agreed", is_flag=True, help=_("Import without asking, if no row stays out."))
@click.option(
    "--partial",
    "is_partial",
    is_flag=True,
    help=_("With --yes: import the rest of a file with rows that stay out."),
)
@click.option(
    "--dry-run", "is_trial", is_flag=True, help=_("Show what would be imported, and import nothing.")
)
@click.option(
    "--vouch",
    "is_vouched",
    is_flag=True,
    help=_("You vouch in writing for each of them: public at once, without an e-mail."),
)
@common
@pass_session
@click.pass_context
def import_supporters(
    context: click.Context,
    session: Session,
    file: Path,
    is_agreed: bool,
    is_partial: bool,
    is_trial: bool,
    is_vouched: bool,
) -> None:
    """Send the file, show what the portal has read, and import what is agreed to."""
    imported: SupporterImport | None = None
    is_declined = is_left = False
    with session.client() as client:
        sent = client.send_supporters(file.name, file.read_bytes())
        try:
            checked = _awaited(session, client, sent, _("The file is being checked: {done} of {rows} rows"))
            faulty = [] if checked.refusal else list(client.supporter_rows(checked.id, "faulty"))
            if not session.as_json:
                session.show(None, _import_lines(checked, faulty))
            may_import = not is_trial and checked.importable and not checked.refusal
            if may_import and (not is_agreed or checked.is_whole or is_partial):
                question = say("Import {count} supporters?", count=checked.importable)
                is_declined = not (is_agreed or session.confirm(question, "--yes"))
                if not is_declined:
                    running = client.confirm_supporters(checked, is_public_at_once=is_vouched)
                    is_left = True
                    imported = _awaited(session, client, running, _("Being imported: {done} of {rows} rows"))
        except TookTooLong:  # checked on by the portal, for whoever decides about it on its page
            is_left = True
            raise
        finally:
            if not is_left:
                with suppress(AllianceError):
                    client.cancel_supporters(sent)
    is_done = imported is not None and imported.stage == "imported"
    count = checked.importable if is_done else 0
    message = say("Imported: {count} supporters.", count=count) if is_done else _("Nothing was imported.")
    session.show({"imported": count, "import": imported or checked, "faulty": faulty}, [message])
    if is_declined:
        context.exit(INTERRUPTED)
    is_good = checked.is_whole and (imported is None or is_done)
    context.exit(OK if is_good else REFUSED)


def _awaited(session: Session, client: Client, present: SupporterImport, words: str) -> SupporterImport:
    with session.progress() as progress:

        def show(state: SupporterImport) -> None:
            progress(words.format(done=state.rows_done, rows=state.rows_total))

        try:
            return client.wait_for_supporters(present, progress=show)
        except TookTooLong as error:
            # sent again, the file would be a second import
            raise TookTooLong(
                say(
                    "The portal is still at work on import {number}, which goes on. See on its page what becomes of "
                    "it; do not send the file again.",
                    number=present.id,
                )
            ) from error


def _import_lines(checked: SupporterImport, faulty: list[SupporterRow]) -> Iterator[str]:
    if checked.refusal:
        yield say("{file} cannot be taken: {reason}", file=checked.name, reason=checked.refusal)
        return
    counts = {name: checked.counts.get(name, 0) for name in ("new", "unclear", "known", "repeated", "faulty")}
    yield f"{checked.name}: " + say(
        "{new} new, {unclear} may be here already, {known} are here, {repeated} twice in the file, {faulty} faulty",
        **counts,
    )
    if checked.left_columns:
        yield say("Columns that were not recognised: {names}", names=", ".join(checked.left_columns))
    for row in faulty[:_SHOWN]:
        value = row.values.get(row.fault_column, "")
        yield say(
            "  row {row}, {column}: {fault}", row=row.number, column=row.fault_column, fault=row.fault
        ) + (f" (“{value}”)" if value else "")
    if len(faulty) > _SHOWN:
        yield "  " + say("and {count} more faulty rows: --json", count=len(faulty) - _SHOWN)
    if checked.undecided:
        yield say(
            "{count} rows stay out until somebody decides on the page what they are.", count=checked.undecided
        )


@supporters.command(
    "take-back", help=_("Remove every entry that an import has brought, by its number, for a week.")
)
@click.argument("number", type=click.IntRange(min=1))
@click.option("--yes", "is_agreed", is_flag=True, help=_("Without asking."))
@common
@pass_session
@click.pass_context
def take_back(context: click.Context, session: Session, number: int, is_agreed: bool) -> None:
    """Take an import back."""
    with session.client() as client:
        present = client.supporter_import(number)
        question = say("Remove what “{file}” has brought?", file=present.name)
        if not is_agreed and not session.confirm(question, "--yes"):
            context.exit(INTERRUPTED)
        taken = client.take_supporters_back(present)
    session.show(taken, [say("Taken back: {file}", file=taken.name)])
