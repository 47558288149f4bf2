"""The commands. They are imported once the language is chosen, since their help is written then."""

import click

from alliance_client.commands import (
    documents,
    follow,
    pull,
    push,
    reports,
    sign_in,
    submit,
    supporters,
    webhooks,
)
from alliance_client.commands.completion import completion
from alliance_client.commands.session import common
from alliance_client.version import __version__
from alliance_client.words import gettext as _


@click.group(
    help=_("File reports with an Alliance Portal, and follow its public record."),
    epilog=_(
        "Exit codes: 0 done; 1 unexpected; 2 usage; 3 sign in; 4 not permitted; 5 not found; 6 conflict or not now; "
        "7 refused or incomplete; 8 unavailable; 9 damaged; 10 versions do not fit."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    __version__, prog_name="alliance", message="%(prog)s %(version)s", help=_("Show the version.")
)
@common
def alliance() -> None:
    """The group of all commands."""


for command in (
    sign_in.login, sign_in.logout, sign_in.whoami,
    reports.due, pull.pull, push.push, reports.check, submit.submit,
    documents.documents, follow.follow, supporters.supporters, webhooks.webhooks, completion,
):  # fmt: skip
    alliance.add_command(command)
