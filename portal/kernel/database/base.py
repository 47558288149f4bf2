"""Django's backend for PostgreSQL; a connection that cannot be made begins the outage, and none is tried in it."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg2 import OperationalError

from portal.kernel.database.outage import Outage, outage, replica_outage
from portal.kernel.database.waiting import ReplicaConnection


class DatabaseWrapper(base.DatabaseWrapper):
    """Of PostgreSQL: the primary, or with `IS_REPLICA` in its settings a replica, which is away by itself.

    A replica goes by the name of the primary: it takes its place (see `replica`), and nobody asks for it by name.
    """

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        self._is_replica = bool(settings_dict.get("IS_REPLICA"))
        super().__init__(settings_dict, DEFAULT_DB_ALIAS if self._is_replica else alias)

    @property
    def _outage(self) -> Outage:
        return replica_outage if self._is_replica else outage

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        if self._is_replica:
            parameters["connection_factory"] = ReplicaConnection
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, unless the database is known to be away."""
        self._outage.check()
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            self._outage.begin()
            raise
