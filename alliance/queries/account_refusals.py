"""Why an account is not closed, frozen or opened again any more: that it is done already, by whom and when."""

from django.utils.translation import gettext as _

from alliance.models import Person
from alliance.queries.last_steps import done_refusal
from portal.kernel.access import Actor
from portal.kernel.journal import last_entry_about


def closing_refusal(actor: Actor, person: Person) -> str:
    """Why it is neither closed nor frozen; empty while it is open. Two queries at most."""
    kinds = ("person.close", "person.freeze", "person.erase")
    return "" if person.is_active else done_refusal(actor, last_entry_about(person, *kinds))


def reopening_refusal(actor: Actor, person: Person) -> str:
    """Why it is not reopened; empty while it is closed, and its person not erased. Two queries at most."""
    if person.erased_at is not None:
        return _("This person was erased: that cannot be undone.")
    if person.is_frozen:
        return _("This account is frozen: unfreeze it.")
    kinds = ("person.reopen", "person.thaw")
    return done_refusal(actor, last_entry_about(person, *kinds)) if person.is_active else ""


def thawing_refusal(actor: Actor, person: Person) -> str:
    """Why it is not unfrozen; empty while it is frozen. Two queries at most."""
    return "" if person.is_frozen else done_refusal(actor, last_entry_about(person, "person.thaw"))
