"""Signing and filing a report: what is missing first, then the statement, then a word of one's own."""

import hashlib
import sys

import click

from alliance_client.client import Client
from alliance_client.commands.reports import check_lines
from alliance_client.commands.session import Session, common, find_report, local, pass_session, state_name
from alliance_client.errors import CONFLICT, NOT_PERMITTED, REFUSED, AllianceError
from alliance_client.models import Action, Receipt, Token, WholeReport
from alliance_client.words import gettext as _
from alliance_client.words import plain, say

_SCOPE = "reports:submit"


class NotOpened(AllianceError):
    """The token, or its owner's roles, do not open signing; nothing was sent."""

    exit_code = NOT_PERMITTED


class NotNow(AllianceError):
    """The report cannot be signed now; nothing was sent."""

    exit_code = CONFLICT


@click.command(
    help=_(
        "Sign the statement of a report and file it, in your name. Says first what is missing; then shows the "
        "statement and asks you to type the short name of your organisation. REPORT is its cycle or number."
    )
)
@click.argument("report", required=False, default="")
@click.option(
    "--sign-as",
    metavar="NAME",
    help=_("The short name of your organisation, instead of typing it: you sign the statement as it stands."),
)
@click.option(
    "--ask-signatory", is_flag=True, help=_("Do not sign: pass the complete report to the signatories.")
)
@click.option("--message", default="", help=_("With --ask-signatory: what they should know."))
@common
@pass_session
@click.pass_context
def submit(
    context: click.Context,
    session: Session,
    report: str,
    sign_as: str | None,
    ask_signatory: bool,
    message: str,
) -> None:
    """Sign and file a report, or pass it to who may."""
    with session.client() as client:
        token = client.token()
        _require_scope(token)
        chosen = find_report(client, report)
        if not chosen.is_due:
            _show_filed(session, client, chosen.id, chosen.cycle)
            return
        result = client.check(chosen.id)
        if result.blocking:
            session.show(result, [*check_lines(chosen, result), _("Nothing was sent.")])
            context.exit(REFUSED)
        whole = client.report(chosen.id)
        if ask_signatory:
            _require_action(whole, "ask_for_sign_off")
            state = client.ask_for_sign_off(whole.id, message)
            session.show({"report": whole.id, "state": state}, [f"{whole.cycle}: {state_name(state)}"])
            return
        _require_action(whole, "submit")
        _agree(session, token, whole, sign_as)
        key = _key(client, whole, result.shown)
        receipt = client.submit(whole.id, whole.statement, result.shown, key=key)
    session.show({"report": chosen.id, "receipt": receipt}, [_receipt_line(chosen.cycle, receipt)])


def _require_scope(token: Token) -> None:
    if _SCOPE not in token.scopes:
        raise NotOpened(
            say(
                "This token does not open signing ({scope}). Nothing was sent. Make another token in the portal.",
                scope=_SCOPE,
            )
        )


def _require_action(report: WholeReport, name: str) -> Action:
    """The step, if the token's owner may take it now."""
    action = report.action(name)
    if action is None:
        raise NotOpened(
            say("You are not one of the signatories. Nothing was sent. Pass it to them: --ask-signatory")
            if name == "submit"
            else say("You cannot take this step. Nothing was sent.")
        )
    if action.blocked:
        raise NotNow(say("{reason} Nothing was sent.", reason=action.blocked))
    return action


def _agree(session: Session, token: Token, report: WholeReport, sign_as: str | None) -> None:
    """Show what is signed, and have the name of the organisation typed. Raises UsageError for another one."""
    organisation = local(token.organisation_name)
    if not session.as_json:
        names = {"person": token.person, "organisation": organisation, "cycle": local(report.cycle_title)}
        click.echo(plain(say("{person} signs for {organisation}, {cycle}:", **names)))
        click.echo(plain(f"\n    {report.statement}\n"))
    if sign_as is None:
        if session.as_json or not sys.stdin.isatty():
            raise click.UsageError(say("There is nobody to ask. Give {option}.", option="--sign-as"))
        sign_as = click.prompt(say("To sign, type: {name}", name=token.organisation), err=True)
    if sign_as.strip() != token.organisation:
        raise click.UsageError(say("That is not {name}. Nothing was sent.", name=token.organisation))


def _key(client: Client, report: WholeReport, shown: str) -> str:
    """The same for the same statement, report and submissions before: whatever breaks off, it is filed once."""
    count = sum(1 for _receipt in client.receipts(report.id))
    digest = hashlib.sha256(f"{report.statement}{shown}".encode()).hexdigest()[:16]
    return f"submit-{report.id}-{count}-{digest}"


def _show_filed(session: Session, client: Client, report: int, cycle: str) -> None:
    """The receipt of a report that is filed already: nothing is left to do."""
    receipt = next((each for each in client.receipts(report) if each.recalled_at is None), None)
    if receipt is None:
        raise NotNow(say("Nothing can be filed for {cycle} now.", cycle=cycle))
    line = _("Filed already.") + " " + _receipt_line(cycle, receipt)
    session.show({"report": report, "receipt": receipt}, [line])


def _receipt_line(cycle: str, receipt: Receipt) -> str:
    return say(
        "{cycle}: submission {number} of {at}, signed by {person}, SHA-256 {sha256}",
        cycle=cycle, number=receipt.number, at=f"{receipt.submitted_at:%Y-%m-%d %H:%M %Z}",
        person=receipt.signatory_name, sha256=receipt.sha256,
    )  # fmt: skip
