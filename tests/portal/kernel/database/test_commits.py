"""What a synchronous standby has not confirmed is no success, though PostgreSQL calls it one."""

import pytest
from django.db import OperationalError, connection, transaction

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.idempotency import FormToken

# what PostgreSQL 17 and 18 say when `statement_timeout` ends the wait at a COMMIT
_WARN = (
    "BEGIN RAISE WARNING 'canceling wait for synchronous replication due to user request' USING DETAIL ="
    " 'The transaction has already committed locally, but might not have been replicated to the standby.'; "
)
_WARN_AT_COMMIT = f"""
CREATE TEMPORARY TABLE commits ON COMMIT DROP AS SELECT;
CREATE OR REPLACE FUNCTION pg_temp.warn() RETURNS trigger LANGUAGE plpgsql AS $$ {_WARN} RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER warn AFTER INSERT ON commits DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION pg_temp.warn();
INSERT INTO commits DEFAULT VALUES
"""


def _write_while_no_standby_answers() -> None:
    with acting_as(SYSTEM), connection.cursor() as cursor:
        FormToken.objects.create()
        cursor.execute(_WARN_AT_COMMIT)


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_no_standby_has_confirmed_is_not_acknowledged() -> None:
    with pytest.raises(OperationalError, match="no standby has confirmed"):
        _write_while_no_standby_answers()
    with acting_as(SYSTEM):
        assert FormToken.objects.count() == 1  # it is there; nobody was told so

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE WARNING 'of something else'; END $$")


@pytest.mark.django_db(transaction=True)
def test_a_warning_left_by_a_statement_before_fails_no_commit() -> None:
    """A statement outside transactions is committed by itself, and nobody reads its warnings."""
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ {_WARN} END $$")

    with acting_as(SYSTEM):
        FormToken.objects.create()
        assert FormToken.objects.count() == 1
