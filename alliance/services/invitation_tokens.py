"""The token of an invitation: derived when the mail is sent, never stored; the row has its digest alone."""

from alliance.models import Invitation
from alliance.services import letter_tokens as tokens

_SALT = "alliance.invitation"


def new_invitation_token(invitation: Invitation) -> str:
    """The token for an invitation as it is now; another address or another sending makes another token."""
    return tokens.new_token(_SALT, _token_facts(invitation))


def invitation_token_of(invitation: Invitation) -> str | None:
    """The token whose digest the row holds, found again; None when no key of ours made it."""
    return tokens.find_token(_SALT, _token_facts(invitation), invitation.token_sha256)


def sending_of(invitation: Invitation) -> str:
    """Which time it was sent: by this a letter knows whether a later one has replaced it."""
    return f"{invitation.sent_at.timestamp():.6f}"


def _token_facts(invitation: Invitation) -> str:
    return f"{invitation.organisation_id}:{invitation.email}:{sending_of(invitation)}"
