"""Downloading the journal as a file, which is an act and journalled itself."""

from django.db import transaction

from alliance.models import Organisation
from portal.kernel import journal
from portal.kernel.access import Actor, require, tenant_of


@transaction.atomic
def record_journal_export(actor: Actor, kind: str) -> None:
    """Journal that the actor takes the journal away. Raises Forbidden."""
    require(actor, "journal.read")
    journal.record(actor, "journal.export", Organisation(pk=tenant_of(actor)), format=kind)
