"""Who is notified of which event, and what the recipient may read of it; letters to people by themselves.

The jobs of the letters are registered when this package is imported.
"""

from alliance.notify import (
    account_letters,
    allocation,
    applications,
    charters,
    corrections,
    cycles,
    delegations,
    documents,
    files,
    findings,
    identity_providers,
    invitations,
    letters,
    mediation,
    member_letters,
    mergers,
    notice_groups,
    people,
    pledges,
    public_questions,
    reminders,
    report_uploads,
    reports,
    services,
    site,
    stalled,
    subscriptions,
    supporter_imports,
    supporters,
    tokens,
    webhook_kinds,
    webhooks,
)
from portal.kernel import notices
from portal.kernel.webhooks import register_kinds

__all__ = [
    "account_letters",
    "letters",
    "register_notices",
    "register_webhook_kinds",
    "site",
    "subscriptions",
    "supporters",
]


def register_notices() -> None:
    """Hand all notices to the kernel; called once, when the app is ready."""
    notices.register_groups(*notice_groups.NOTICE_GROUPS, notice_groups.SECURITY_GROUP)
    notices.register(
        *cycles.NOTICES,
        *reports.NOTICES,
        *report_uploads.NOTICES,
        *allocation.NOTICES,
        *corrections.NOTICES,
        *reminders.NOTICES,
        *findings.NOTICES,
        *delegations.NOTICES,
        *public_questions.NOTICES,
        *mediation.NOTICES,
        *member_letters.NOTICES,
        *stalled.NOTICES,
        *pledges.NOTICES,
        *charters.NOTICES,
        *documents.NOTICES,
        *files.NOTICES,
        *people.NOTICES,
        *invitations.NOTICES,
        *tokens.NOTICES,
        *webhooks.NOTICES,
        *applications.NOTICES,
        *services.NOTICES,
        *mergers.NOTICES,
        *identity_providers.NOTICES,
        *supporter_imports.NOTICES,
    )


def register_webhook_kinds() -> None:
    """Hand the events of which programs are notified to the kernel; called once, when the app is ready."""
    register_kinds(*webhook_kinds.KINDS)
