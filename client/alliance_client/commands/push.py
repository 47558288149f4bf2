"""Bringing a filled-in form or a table of figures: show what would change, ask, save."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from alliance_client.client import Client
from alliance_client.commands.session import Session, common, find_report, pass_session
from alliance_client.errors import CONFLICT, INTERRUPTED, OK, REFUSED, AllianceError, TookTooLong
from alliance_client.models import Difference, Report, Upload
from alliance_client.words import gettext as _
from alliance_client.words import say

_ADDRESS = re.compile(r"(?:(?P<sheet>.+)!)?(?P<column>[A-Z]+)(?P<row>[0-9]+)")
_ALSO = ("conflicts", "warnings", "hidden")
_LONGEST = 60  # characters of a text in a line


@click.command(
    help=_(
        "Bring answers from a file: the form of the report (XLSX), or figures (CSV). Shows what would change, asks, "
        "and saves all of it or nothing. An empty cell never empties an answer."
    )
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("report", required=False, default="")
@click.option("--yes", "is_agreed", is_flag=True, help=_("Save without asking, if everything can be saved."))
@click.option(
    "--partial", "is_partial", is_flag=True, help=_("With --yes: save the rest of a file that has faults.")
)
@click.option("--dry-run", "is_trial", is_flag=True, help=_("Show what would change, and save nothing."))
@click.option(
    "--also",
    "also",
    multiple=True,
    type=click.Choice(_ALSO),
    help=_(
        "Also save what is left out otherwise: over what somebody else has changed since (`conflicts`), what needs a "
        "note (`warnings`), rows that are hidden in the file (`hidden`)."
    ),
)
@common
@pass_session
@click.pass_context
def push(
    context: click.Context,
    session: Session,
    file: Path,
    report: str,
    is_agreed: bool,
    is_partial: bool,
    is_trial: bool,
    also: tuple[str, ...],
) -> None:
    """Send the file, show what the portal has read, and save what is agreed to."""
    saved: Upload | None = None
    is_declined = is_left = False
    with session.client() as client:
        chosen = find_report(client, report)
        sent = client.upload(chosen.id, file.name, file.read_bytes())
        try:
            upload = _with_choices(client, _read(session, client, sent), also)
            if not session.as_json:
                session.show(None, _upload_lines(chosen, upload))
            is_whole = not upload.left and not upload.of_kind("refused")
            is_to_save = bool(upload.taken) and not is_trial and (not is_agreed or is_whole or is_partial)
            if is_to_save:
                is_declined = not (is_agreed or _is_confirmed(session, upload))
                saved = None if is_declined else client.save_upload(upload)
        except TookTooLong:  # read on by the portal, for whoever sends it again
            is_left = True
            raise
        finally:
            # one that waited there already is for somebody else to decide
            if saved is None and sent.is_new and not is_left:
                with suppress(AllianceError):
                    client.cancel_upload(sent)
    count = saved.saved_count if saved else 0
    message = say("Saved: {count} answers.", count=count) if saved else _("Nothing was saved.")
    session.show({"report": chosen.id, "saved": count, "upload": upload}, [message])
    context.exit(INTERRUPTED if is_declined else _exit_code(upload))


def _read(session: Session, client: Client, sent: Upload) -> Upload:
    with session.progress() as progress:

        def show(present: Upload) -> None:
            progress(say("The file is being read: {done} of {rows} rows", done=present.rows_done,
                         rows=present.rows_total))  # fmt: skip

        return client.wait_for_upload(sent, progress=show)


def _with_choices(client: Client, upload: Upload, also: tuple[str, ...]) -> Upload:
    """The file after what `--also` names is taken too."""
    if not also:
        return upload
    choices = {row.number: "take" for row in upload.left if _group_of(row) in also}
    return client.choose(upload, choices) if choices else upload


def _group_of(row: Difference) -> str:
    """Why it is left out, by the word for `--also`."""
    if row.kind == "conflict":
        return "conflicts"
    return "hidden" if row.hidden else "warnings"


def _is_confirmed(session: Session, upload: Upload) -> bool:
    rest = len(upload.left) + len(upload.of_kind("refused"))
    question = say("Save {count} answers?", count=len(upload.taken))
    if rest:
        question = say("Save {count} answers, and leave {rest} out?", count=len(upload.taken), rest=rest)
    return session.confirm(question, "--yes")


def _exit_code(upload: Upload) -> int:
    """Whether all of the file is in the report, or would be."""
    if upload.state == "failed" or upload.of_kind("refused"):
        return REFUSED
    if upload.left:
        return CONFLICT if any(row.kind == "conflict" for row in upload.left) else REFUSED
    return OK


# --- Showing ---------------------------------------------------------------------------------


def _upload_lines(report: Report, upload: Upload) -> Iterator[str]:
    if upload.refusal:
        yield say("{file} cannot be taken: {reason}", file=upload.name, reason=upload.refusal)
        return
    values = {"changes": len(upload.differences), "same": upload.unchanged, "empty": upload.left_empty}
    yield f"{upload.name} → {report.cycle}: " + say(
        "{changes} differ, {same} are the same, {empty} empty", **values
    )
    yield from upload.remarks
    for row in upload.differences:
        yield from _lines(row)


def _lines(row: Difference) -> Iterator[str]:
    kinds = {
        "conflict": _("conflict"), "refused": _("refused"), "changed": _("changed"), "new": _("new"),
    }  # fmt: skip
    head = f"  {kinds.get(row.kind, row.kind)}, {place_of(row.address)}: {row.where}"
    changes = ", ".join(
        f"{change.field} {_short(change.before)} → {_short(change.after)}" for change in row.changes
    )
    yield f"{head}: {changes}" if changes else head
    for cell in row.refusals:
        named = f", {cell.field} “{_short(cell.text)}”" if cell.field else ""
        yield f"    {place_of(cell.address)}{named}: {cell.reason}"
    for warning in row.warnings:
        yield f"    {warning}"
    if row.kind != "refused" and row.choice == "leave":
        yield "    " + say("Left out, unless you add --also {group}.", group=_group_of(row))


def place_of(address: str) -> str:
    """A cell as somebody looks for it: `Sheet!D5` is “Sheet”, row 5, column D."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return address or "–"
    place = say("row {row}, column {column}", row=match["row"], column=match["column"])
    return f"“{match['sheet']}”, {place}" if match["sheet"] else place


def _short(text: str | None) -> str:
    if not text:
        return "–"
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
