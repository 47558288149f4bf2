"""Signing in and out, and who one is."""

import sys

import click

from alliance_client.client import KNOWN_VERSION
from alliance_client.commands.session import Session, common, local, pass_session
from alliance_client.config import SignIn, forget_sign_in, save_sign_in
from alliance_client.decoding import to_json
from alliance_client.transport import origin_of
from alliance_client.version import __version__
from alliance_client.words import gettext as _
from alliance_client.words import say


@click.command(
    help=_(
        "Sign in to a portal with a token: make one in your workspace, under “API access”. The token is asked for, "
        "or read from standard input; never give it as an argument, where other programs could read it."
    )
)
@click.argument("address", required=False, default="")
@common
@pass_session
def login(session: Session, address: str) -> None:
    """Ask for address and token, try them, and keep them."""
    is_asked = sys.stdin.isatty()
    if not address and not is_asked:
        raise click.UsageError(say("Give the address of the portal, such as https://portal.example."))
    try:
        origin = origin_of(address or click.prompt(_("Address of the portal"), err=True))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    token = click.prompt(_("Token"), hide_input=True, err=True) if is_asked else sys.stdin.readline()
    sign_in = SignIn(origin, token.strip())
    if not sign_in.token:
        raise click.UsageError(say("No token was given."))
    with session.client(sign_in) as client:
        owner = client.token()
    path = save_sign_in(session.profile, sign_in)
    line = say(
        "Signed in to {origin} as {person}, {organisation}. Kept in {path}, for you alone.",
        origin=origin,
        person=owner.person,
        organisation=local(owner.organisation_name),
        path=path,
    )
    session.show({"origin": origin, **to_json(owner)}, [line])


@click.command(help=_("Forget the token on this computer. It holds until you revoke it in the portal."))
@common
@pass_session
def logout(session: Session) -> None:
    """Remove what `login` has kept."""
    is_forgotten = forget_sign_in(session.profile)
    line = _("Forgotten here. The token itself holds until you revoke it in the portal, under “API access”.")
    session.show({"forgotten": is_forgotten}, [line if is_forgotten else _("You were not signed in.")])


@click.command(help=_("Whose token is used, what it opens, and the versions of portal and client."))
@common
@pass_session
def whoami(session: Session) -> None:
    """Show the token's owner and scopes."""
    with session.client() as client:
        token, version, note = client.token(), client.portal_version(), client.version_note()
        origin, last_day = client.transport.origin, client.last_day(token.expires_at)
    lines = [
        f"{token.person}, {local(token.organisation_name)} ({token.organisation})",
        say("Token “{name}”, until {day}: {scopes}", name=token.name, day=last_day,
            scopes=", ".join(token.scopes)),
        say("{origin}, API {portal}; client {client}, for API {known}",
            origin=origin, portal=version, client=__version__, known=KNOWN_VERSION),
        *filter(None, [note]),
    ]  # fmt: skip
    content = {"origin": origin, "api": version, "client": __version__, "known_api": KNOWN_VERSION}
    session.show({**to_json(token), **content}, lines)
