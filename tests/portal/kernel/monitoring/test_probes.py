"""How far a replica is behind, by what its server says of itself."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connections

from portal.kernel.access import owner_alias
from portal.kernel.database import REPLICA
from portal.kernel.monitoring import probes, replica_delay

HOURS = 3600.0
# A server that has replayed all that it has received, the last of it two hours ago.
_SAYS = """
CREATE SCHEMA standby;
CREATE FUNCTION standby.pg_is_in_recovery() RETURNS boolean LANGUAGE sql RETURN true;
CREATE FUNCTION standby.pg_last_wal_receive_lsn() RETURNS pg_lsn LANGUAGE sql RETURN '0/3000000'::pg_lsn;
CREATE FUNCTION standby.pg_last_wal_replay_lsn() RETURNS pg_lsn LANGUAGE sql RETURN '0/3000000'::pg_lsn;
CREATE FUNCTION standby.pg_last_xact_replay_timestamp() RETURNS timestamptz LANGUAGE sql
  RETURN now() - interval '2 hours';
CREATE VIEW standby.pg_stat_wal_receiver AS SELECT 1 AS pid WHERE {is_receiving};
GRANT USAGE ON SCHEMA standby TO PUBLIC;
GRANT SELECT ON standby.pg_stat_wal_receiver TO PUBLIC;
"""


@pytest.fixture
def standby(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    owner = psycopg2.connect(**_parameters(owner_alias()))
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute(_SAYS.format(is_receiving=request.param))
        parameters = _parameters("default") | {"options": "-c search_path=standby,pg_catalog"}
        replica = SimpleNamespace(get_connection_params=lambda: parameters)
        monkeypatch.setattr(probes, "connections", {REPLICA: replica})
        monkeypatch.setitem(settings.DATABASES, REPLICA, settings.DATABASES["default"])
        yield
        cursor.execute("DROP SCHEMA standby CASCADE")
    owner.close()


def _parameters(alias: str) -> dict[str, Any]:
    """How the database of the test is reached, without what Django alone understands."""
    given: dict[str, Any] = connections[alias].get_connection_params()
    return {
        name: value for name, value in given.items() if name in ("dbname", "user", "password", "host", "port")
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("standby", "delay"),
    [("true", 0), ("false", 2 * HOURS)],
    indirect=["standby"],
    ids=["follows", "cut off"],
)
@pytest.mark.usefixtures("standby")
def test_a_replica_that_is_cut_off_is_behind_however_little_it_has_received(delay: float) -> None:
    assert replica_delay(5) == pytest.approx(delay, abs=60)
