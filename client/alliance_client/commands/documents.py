"""Documents: those of reports, the bytes that were filed, and those of the public record; each by its digest."""

from pathlib import Path

import click

from alliance_client.client import Client
from alliance_client.commands.session import Session, common, find_report, pass_session
from alliance_client.errors import AllianceError
from alliance_client.files import plain_name
from alliance_client.models import Document
from alliance_client.words import chosen_language, say
from alliance_client.words import gettext as _


def _folder(command: click.decorators.FC) -> click.decorators.FC:
    """Give the command the options of saving a file."""
    command = click.option("--force", is_flag=True, help=_("Write over files that are there."))(command)
    return click.option(
        "--to", "folder", default=".", type=click.Path(file_okay=False, path_type=Path), help=_("The folder.")
    )(command)


@click.group(
    help=_("Documents of reports and of the public record. What is saved is compared with its digest.")
)
@common
def documents() -> None:
    """The group of the commands about documents."""


@documents.command("list", help=_("The documents of reports that you have asked for, newest first."))
@common
@pass_session
def list_documents(session: Session) -> None:
    """List them."""
    with session.client() as client:
        rows = list(client.documents())
    lines = [f"{row.key}  {row.state:<8}  {row.title} ({row.language})" for row in rows]
    session.show(rows, lines or [_("There are none.")])


@documents.command(
    help=_(
        "Have a document of a report made, and save it. NAME is `pdf`, `xlsx` or `json`; with `working.` before it as "
        "it is being written, with `filed.` as it was submitted; `form.xlsx` is the form."
    )
)
@click.argument("name")
@click.argument("report", required=False, default="")
@_folder
@common
@pass_session
def make(session: Session, name: str, report: str, folder: Path, force: bool) -> None:
    """Have one built, wait, save it."""
    with session.client() as client:
        chosen = find_report(client, report)
        document = client.request_document(chosen.id, name, chosen_language())
        _save(session, client, document, folder, force=force)


@documents.command(help=_("Save a document by its key, as `alliance documents list` shows it."))
@click.argument("key")
@_folder
@common
@pass_session
def fetch(session: Session, key: str, folder: Path, force: bool) -> None:
    """Wait for one, and save it."""
    with session.client() as client:
        _save(session, client, client.document(key), folder, force=force)


def _save(session: Session, client: Client, document: Document, folder: Path, *, force: bool) -> None:
    with session.progress() as progress:

        def show(present: Document) -> None:
            progress(f"{present.title}: {present.progress} %")

        document = client.wait_for_document(document, progress=show)
        path = client.fetch_document(
            document,
            folder,
            overwrite=force,
            progress=lambda size: progress(f"{document.file_name}: {size} / {document.size}"),
        )
    session.show({"file": str(path), "sha256": document.sha256}, [f"{path}  SHA-256 {document.sha256}"])


@documents.command(
    help=_("Save the exact bytes of a report’s last submission: those of the digest on its receipt.")
)
@click.argument("report", required=False, default="")
@_folder
@common
@pass_session
def filed(session: Session, report: str, folder: Path, force: bool) -> None:
    """Save what was filed."""
    with session.client() as client:
        chosen = find_report(client, report)
        receipt = next(client.receipts(chosen.id), None)
        if receipt is None:
            raise AllianceError(say("Nothing was filed for {cycle} yet.", cycle=chosen.cycle))
        name = plain_name(f"{chosen.organisation}-{chosen.cycle}-{receipt.number}.json", "filed.json")
        path = client.fetch_submission(chosen.id, receipt, folder / name, overwrite=force)
    session.show({"file": str(path), "sha256": receipt.sha256}, [f"{path}  SHA-256 {receipt.sha256}"])


@documents.command(help=_("Save the exact bytes of a publication, by its number in the public record."))
@click.argument("number", type=click.IntRange(min=1))
@_folder
@common
@pass_session
def published(session: Session, number: int, folder: Path, force: bool) -> None:
    """Save what was published."""
    with session.client() as client:
        publication = client.publication(number)
        path = client.fetch_publication(publication, folder / f"publication-{number}.json", overwrite=force)
    session.show({"file": str(path), "sha256": publication.sha256}, [f"{path}  SHA-256 {publication.sha256}"])
