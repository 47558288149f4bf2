"""Going back to an earlier wording of a field of a practice: it is written anew; later ones stay in the history."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError
from practices.content import clean_content
from practices.fields import Field
from practices.models import Draft, Practice
from practices.queries.field_history import newest_number, versions_of
from practices.services.practices import lock_for_writing, save_content


@transaction.atomic
def restore_field(actor: Actor, practice: Practice, field: Field, number: int, *, newest: int) -> Draft:
    """Write an earlier value of a field as the newest; `newest` is the number of the version that the actor has read.

    Raises Forbidden, WrongState, Conflict where a colleague has changed the field since, Faults, and DomainError for a
    version that is no longer kept.
    """
    draft = lock_for_writing(actor, practice)
    row = versions_of(actor, practice, field).filter(pk=number).first()
    if row is None:
        raise DomainError(_("This version is no longer kept."))
    if newest_number(actor, practice, field) != newest:
        message = _("This was saved elsewhere while you were editing it.")
        raise Conflict(message, stored=draft, sent=row.value)
    return save_content(actor, draft, clean_content({**draft.content, field.key: row.value}))
