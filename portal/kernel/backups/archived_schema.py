"""The schema of the day on which the backup was taken, made by the migrations of that day."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from portal.kernel.backups.manifest import BackupError, Manifest


def refuse_unknown(connection: BaseDatabaseWrapper, manifest: Manifest) -> None:
    """Refuse an archive of a portal that knows migrations which this one does not."""
    known = set(MigrationExecutor(connection).loader.graph.nodes)
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known]
    if unknown:
        raise BackupError(
            f"The archive was taken by portal {manifest.portal}, with migrations that are unknown here "
            f"({', '.join(unknown[:3])}). Restore it with the code of that version, or a newer one."
        )


def migrate_to(connection: BaseDatabaseWrapper, manifest: Manifest) -> None:
    """Migrate the empty database to the migrations of the backup, inside the caller's transaction."""
    refuse_unknown(connection, manifest)
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.node_map
    followed = {
        earlier.key
        for key in manifest.migrations
        for earlier in nodes[key].parents
        if earlier.key[0] == key[0]
    }
    last = [key for key in manifest.migrations if key not in followed]
    executor.migrate(last)
