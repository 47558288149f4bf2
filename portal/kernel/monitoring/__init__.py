"""Signs of life of the portal's processes, and questions to its servers that are answered in time or not at all.

Pages and metrics that show the answers are in `portal`.
"""

from portal.kernel.database import NoAnswer
from portal.kernel.monitoring.backup_history import (
    LastRuns,
    backups_since,
    first_noted_backup,
    last_backup_runs,
    note_backup_run,
    noting_backup_run,
)
from portal.kernel.monitoring.code_migrations import code_migrations
from portal.kernel.monitoring.heartbeats import (
    LAST_SEEN_SQL,
    is_unresponsive,
    last_backup,
    note_alive,
    note_answer,
    note_question,
    note_started,
    question_interval,
    worker_queue,
    workers_to_ask,
)
from portal.kernel.monitoring.limits import LIMITS, MOST_CONNECTIONS, MOST_DISK
from portal.kernel.monitoring.models import (
    BackupOutcome,
    BackupRun,
    BackupRunKind,
    Heartbeat,
    ProcessKind,
    Restoration,
)
from portal.kernel.monitoring.probes import (
    PatientProbe,
    StorageState,
    ask_database,
    broker_answers,
    broker_client,
    cache_answers,
    replica_delay,
    scanner_answers,
    storage_state,
)
from portal.kernel.monitoring.viewers import may_monitor
from portal.kernel.monitoring.watchdog import note_running, watch

__all__ = [
    "LAST_SEEN_SQL",
    "LIMITS",
    "MOST_CONNECTIONS",
    "MOST_DISK",
    "BackupOutcome",
    "BackupRun",
    "BackupRunKind",
    "Heartbeat",
    "LastRuns",
    "NoAnswer",
    "PatientProbe",
    "ProcessKind",
    "Restoration",
    "StorageState",
    "ask_database",
    "backups_since",
    "broker_answers",
    "broker_client",
    "cache_answers",
    "code_migrations",
    "first_noted_backup",
    "is_unresponsive",
    "last_backup",
    "last_backup_runs",
    "may_monitor",
    "note_alive",
    "note_answer",
    "note_backup_run",
    "note_question",
    "note_running",
    "note_started",
    "noting_backup_run",
    "question_interval",
    "replica_delay",
    "scanner_answers",
    "storage_state",
    "watch",
    "worker_queue",
    "workers_to_ask",
]
