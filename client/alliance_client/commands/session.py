"""What every command has: its options, the client, and how it shows things."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from alliance_client.client import Client
from alliance_client.config import DEFAULT_PROFILE, SignIn, read_sign_in
from alliance_client.decoding import to_json
from alliance_client.models import Report, Texts, in_language
from alliance_client.transport import Patience, Wait
from alliance_client.words import LANGUAGES, chosen_language, plain, say
from alliance_client.words import gettext as _

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Session:
    """One run of the command line."""

    as_json: bool = False
    profile: str = DEFAULT_PROFILE

    def client(self, sign_in: SignIn | None = None, patience: Patience | None = None) -> Client:
        """The client of the chosen sign-in, which says when it waits."""
        sign_in = sign_in or read_sign_in(self.profile)
        try:
            return Client(
                sign_in.origin,
                sign_in.token,
                language=chosen_language(),
                patience=patience,
                on_wait=_show_wait,
                on_notice=lambda notice: click.echo(plain(notice), err=True),
            )
        except ValueError as error:
            raise click.UsageError(str(error)) from error

    def show(self, content: Any, lines: Iterable[str]) -> None:
        """The content as JSON where that is asked for, else the lines."""
        if self.as_json:
            click.echo(json.dumps(to_json(content), ensure_ascii=False, indent=2))
            return
        for line in lines:
            click.echo(plain(line))

    @contextmanager
    def progress(self) -> Iterator[Callable[[str], None]]:
        """A line that is written over, where somebody looks at it; nothing of it stays."""
        is_shown = sys.stderr.isatty() and not self.as_json

        def update(text: str) -> None:
            if is_shown:
                click.echo(f"\r\x1b[K{plain(text)}", nl=False, err=True)

        try:
            yield update
        finally:
            update("")

    def confirm(self, question: str, instead: str) -> bool:
        """What somebody answers; where nobody can be asked, a refusal that names the option to give instead."""
        if self.as_json or not sys.stdin.isatty():
            raise click.UsageError(say("There is nobody to ask. Give {option}.", option=instead))
        return click.confirm(question, err=True)


def _show_wait(wait: Wait) -> None:
    reason, seconds = plain(wait.reason), round(wait.seconds) or 1
    click.echo(say("{reason} Trying again in {seconds} s.", reason=reason, seconds=seconds), err=True)


pass_session = click.make_pass_decorator(Session, ensure=True)


def common(command: F) -> F:
    """Give the command the options that all have."""
    for option in (
        click.option(
            "--profile",
            metavar="NAME",
            expose_value=False,
            callback=_remember,
            help=_("Which sign-in to use."),
        ),
        click.option(
            "--lang", type=click.Choice(LANGUAGES), expose_value=False, help=_("The language of messages.")
        ),
        click.option(
            "--json", "as_json", is_flag=True, expose_value=False, callback=_remember, help=_("Write JSON.")
        ),
    ):
        command = option(command)
    return command


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value and parameter.name:
        setattr(context.ensure_object(Session), parameter.name, value)


# --- Reports by name -------------------------------------------------------------------------


def find_report(client: Client, name: str) -> Report:
    """The report of this number or cycle; without a name the only one that is due, else the only one at all."""
    reports = list(client.reports())
    if name:
        chosen = [report for report in reports if name in (str(report.id), report.cycle)]
    else:
        chosen = [report for report in reports if report.is_due] or reports
    if len(chosen) == 1:
        return chosen[0]
    if not reports:
        raise click.UsageError(say("Your organisation has no reports."))
    names = ", ".join(f"{report.cycle} ({report.id})" for report in chosen or reports)
    raise click.UsageError(say("Say which report, by its cycle or number: {names}", names=names))


def local(texts: Texts) -> str:
    """The text in the chosen language."""
    return in_language(texts, chosen_language())


def state_name(state: str) -> str:
    """A state in words; one that this client does not know as it is."""
    names = {
        "draft": _("draft"),
        "awaiting_sign_off": _("awaiting sign-off"),
        "submitted": _("submitted"),
        "in_review": _("in review"),
        "changes_requested": _("changes requested"),
        "concluded": _("review concluded"),
        "published": _("published"),
        "exempt": _("exempt"),
        "not_filed": _("not filed"),
    }
    return names.get(state, state)
