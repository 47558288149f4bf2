"""Django's backend for PostgreSQL; a connection that cannot be made begins the outage, and none is tried in it."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg2 import OperationalError

from portal.kernel.database.outage import outage


class DatabaseWrapper(base.DatabaseWrapper):
    """Of PostgreSQL."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, unless the database is known to be away."""
        outage.check()
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            outage.begin()
            raise
