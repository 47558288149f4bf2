"""Django's backend for PostgreSQL; a connection that cannot be made begins the outage, and none is tried in it."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, utils
from django.db.backends.postgresql import base
from psycopg2 import OperationalError

from portal.kernel.database.outage import Outage, outage, replica_outage
from portal.kernel.database.waiting import ReplicaConnection, choose_reachable


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

    def _commit(self) -> None:
        """Commit. Raises OperationalError where the primary alone has it, though a standby should have it too.

        PostgreSQL ends its wait for a synchronous standby with `statement_timeout`, says so in a warning, and answers
        with success. Whoever is told of it would lose it with the primary: it is not acknowledged. The warning has no
        code of its own; `check --deploy` says when the server words it in another language.
        """
        if notices := getattr(self.connection, "notices", None):
            notices.clear()  # of statements before, each committed by itself
        super()._commit()  # type: ignore[misc]  # of all backends, and unknown to the stubs
        if any(
            "synchronous replication" in notice for notice in getattr(self.connection, "notices", None) or ()
        ):
            raise utils.OperationalError("written on the primary alone: no standby has confirmed it")

    def get_connection_params(self) -> dict[str, Any]:
        parameters: dict[str, Any] = super().get_connection_params()
        if self._is_replica:
            parameters["connection_factory"] = ReplicaConnection
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, unless the database is known to be away."""
        self._outage.check()
        try:
            return super().get_new_connection(dict(choose_reachable(conn_params)))
        except OperationalError:
            self._outage.begin()
            raise
