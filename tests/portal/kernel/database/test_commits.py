"""What a synchronous standby has not confirmed is no success, though PostgreSQL calls it one."""

import pytest
from django.db import OperationalError, connection, transaction

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.idempotency import FormToken

# what PostgreSQL 17 and 18 say when `statement_timeout` ends the wait at a COMMIT
_WARNING = (
    "DO $$ BEGIN RAISE WARNING 'canceling wait for synchronous replication due to user request' USING DETAIL ="
    " 'The transaction has already committed locally, but might not have been replicated to the standby.'; END $$"
)


def _write_while_no_standby_answers() -> None:
    with acting_as(SYSTEM), connection.cursor() as cursor:
        FormToken.objects.create()
        cursor.execute(_WARNING)


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_no_standby_has_confirmed_is_not_acknowledged() -> None:
    with pytest.raises(OperationalError, match="no standby has confirmed"):
        _write_while_no_standby_answers()
    with acting_as(SYSTEM):
        assert FormToken.objects.count() == 1  # it is there; nobody was told so

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE WARNING 'of something else'; END $$")
