"""Taking the form of a report and its figures away."""

from pathlib import Path

import click

from alliance_client.commands.session import Session, common, find_report, pass_session
from alliance_client.files import make_place, plain_name, write_whole
from alliance_client.models import Document
from alliance_client.tables import table_to_fill_in
from alliance_client.words import LANGUAGES, chosen_language, say
from alliance_client.words import gettext as _

_NONE = "none"


@click.command(
    help=_(
        "Save the form of a report (XLSX) and its figures (CSV), to be filled in. REPORT is its cycle or number; "
        "without it, the report that is due."
    )
)
@click.argument("report", required=False, default="")
@click.option(
    "--to", "folder", default=".", type=click.Path(file_okay=False, path_type=Path), help=_("The folder.")
)
@click.option(
    "--form",
    "form_language",
    type=click.Choice([*LANGUAGES, "both", _NONE]),
    help=_("The language of the form; `none` for no form."),
)
@click.option("--figures/--no-figures", default=True, help=_("Whether to save the table of figures."))
@click.option("--parts", is_flag=True, help=_("With a row in the table for each part of a figure."))
@click.option("--force", is_flag=True, help=_("Write over files that are there."))
@common
@pass_session
def pull(
    session: Session,
    report: str,
    folder: Path,
    form_language: str | None,
    figures: bool,
    parts: bool,
    force: bool,
) -> None:
    """Fetch the form and the table of figures."""
    form_language = form_language or chosen_language()
    files: list[Path] = []
    with session.client() as client:
        chosen = find_report(client, report)
        if figures:
            whole, stored = client.report(chosen.id), client.figures_csv(chosen.id)
            table = table_to_fill_in(stored, whole, parts=parts)
            path = folder / plain_name(f"{chosen.organisation}-{chosen.cycle}-figures.csv", "figures.csv")
            make_place(path, overwrite=force)
        if form_language != _NONE:
            document = client.request_document(chosen.id, f"form-{form_language}.xlsx", chosen_language())
            with session.progress() as progress:

                def show(present: Document) -> None:
                    progress(say("The form is being made: {percent} %", percent=present.progress))

                document = client.wait_for_document(document, progress=show)
            files.append(client.fetch_document(document, folder, overwrite=force))
        # last: where the form was not made or was refused, nothing is there, and the same command goes on
        if figures:
            files.insert(0, write_whole(path, [table.encode()], overwrite=force))
    session.show({"report": chosen.id, "files": [str(path) for path in files]}, map(str, files))
