"""The running portal on one page: what needs a person, what runs, waits, failed; files, backups, mail, versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from alliance.queries.files import MAX_DAMAGE_ROWS, damage_rows, last_scrubs
from alliance.queries.operations import RETURNED_TERM, failing_webhook_rows, letters_of_last_week
from alliance.web.secretariat import operation_concerns
from alliance.web.secretariat.backup_history import last_nights
from alliance.web.secretariat.failed_jobs import failed_job_rows
from portal.kernel.backups import open_restoration
from portal.kernel.files import SCRUB_EVERY, open_damages
from portal.kernel.jobs import JobState
from portal.kernel.mail import delayed_letters
from portal.kernel.monitoring import LIMITS, BackupOutcome, last_backup, last_backup_runs
from portal.kernel.operations import (
    KindCount,
    ProgramState,
    data_disk,
    database_facts,
    failed_jobs,
    oldest_wait,
    program_states,
    versions,
    work_by_kind,
)
from portal.kernel.publishing import ChainCheck, last_chain_check, stale_copies
from portal.kernel.web import ActorRequest, permissions, requires

REFRESH_SECONDS = 30
_FAILED_SHOWN = 5
PROGRAM_NAMES = {
    "web": gettext_lazy("Web server"),
    "worker": gettext_lazy("Workers"),
    "sweeper": gettext_lazy("Sweeper"),
    "beat": gettext_lazy("Schedule"),
    "database": gettext_lazy("Database"),
    "replica": gettext_lazy("Replica of the database"),
    "broker": gettext_lazy("Broker"),
    "cache": gettext_lazy("Cache"),
    "storage": gettext_lazy("Storage of files"),
    "scanner": gettext_lazy("Virus scanner"),
}
PROGRAM_TASKS = {
    "web": gettext_lazy("pages and the API"),
    "worker": gettext_lazy("letters, documents and other jobs"),
    "sweeper": gettext_lazy("wakes the workers"),
    "beat": gettext_lazy("what is due at a time"),
    "replica": gettext_lazy("public pages and exports"),
    "broker": gettext_lazy("hints for the workers"),
    "cache": gettext_lazy("counts and what is reckoned once"),
    "scanner": gettext_lazy("uploads"),
}
_GROUPS = (
    (gettext_lazy("Letters"), ("send_", "remind", "note_overdue", "route_event", "route_part")),
    (gettext_lazy("Documents and open data"), ("build_", "prepare_")),
    (gettext_lazy("Search"), ("refresh_",)),
    (gettext_lazy("Imports"), ("apply_", "check_supporters", "import_", "read_report", "discard_import")),
    (gettext_lazy("Files"), ("scan_", "erase_file", "discard_file", "discard_folder", "scrub_")),
    (gettext_lazy("Public pages"), ("purge_cdn", "touch_public", "check_chain")),
)
_WEBHOOKS = ("send_webhook", "route_webhooks")


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """Work of several kinds in one line."""

    label: str
    waiting: int
    running: int
    failed: int
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class AgeOf:
    """How old something is that must not grow old: the moment, its limit, and whether it can be known now.

    `begun_at`: when the first of its kind began, which has until the limit to come to its end.
    """

    label: str
    at: datetime | None
    limit: timedelta
    is_known: bool = True
    begun_at: datetime | None = None

    @property
    def age(self) -> timedelta | None:
        return None if self.at is None else timezone.now() - self.at

    @property
    def is_over(self) -> bool:
        since = self.at or self.begun_at
        return since is None or timezone.now() - since > self.limit


@require_safe
@requires("operations.read")
def operations(request: ActorRequest) -> HttpResponse:
    """Operations: what needs a person, then programs, background work, files, backups, webhooks, mail, versions.

    With `?still=1` it does not look again by itself.
    """
    return render(request, "alliance/secretariat/operations.html", _context(request))


@require_safe
@requires("operations.read")
def operations_state(request: ActorRequest) -> HttpResponse:
    """What the page of operations shows, as it is now: for the page that looks again by itself."""
    return render(request, "alliance/secretariat/_operations.html", _context(request))


def _context(request: ActorRequest) -> Mapping[str, Any]:
    programs, kinds, chain_check = program_states(), work_by_kind(), last_chain_check()
    damages = damage_rows(request.actor)
    facts: dict[str, Any] = {
        "programs": programs,
        "kinds": kinds,
        "oldest_wait": oldest_wait(),
        "restoration": open_restoration(),
        "damages": damages,
        "damage_count": len(damages) if len(damages) < MAX_DAMAGE_ROWS else open_damages().count(),
        "chain_check": chain_check,
        "database": database_facts(),
        "failing_webhooks": failing_webhook_rows(request.actor),
        "copies_stale_for": stale_copies() if settings.CDN_PURGE_URL else None,
        "delayed_letters": delayed_letters(),
        "disk": data_disk(),
        **_ages(programs, chain_check),
    }
    concerns = operation_concerns.find_concerns(facts)
    return {
        **facts,
        "concerns": concerns,
        "all_known": all(program.runs for program in programs.values()),
        "program_rows": [_program_row(program) for program in programs.values()],
        "groups": _groups(kinds),
        "failed_rows": failed_job_rows(
            request.actor, failed_jobs().filter(state=JobState.DEAD)[:_FAILED_SHOWN]
        ),
        "failed_count": sum(count.failed for count in kinds.values()),
        "on_hold_count": sum(count.on_hold for count in kinds.values()),
        "more_damages": facts["damage_count"] - len(damages),
        "letters_waiting": sum(
            count.due for kind, count in kinds.items() if kind.startswith("send_") and kind not in _WEBHOOKS
        ),
        "letters": letters_of_last_week(request.actor),
        "returned_days": RETURNED_TERM.days,
        "versions": versions(),
        "now": timezone.now(),
        "refresh_seconds": REFRESH_SECONDS,
        "nights": last_nights(),
        "is_still": bool(request.GET.get("still")),
        "has_cdn": bool(settings.CDN_PURGE_URL),
        "nav": "secretariat:journal",
        **permissions(request.actor, may_retry="job.retry", may_repair="file.repair",
                      may_write="member_letter.send"),
    }  # fmt: skip


def _ages(programs: Mapping[str, ProgramState], chain: ChainCheck | None) -> Mapping[str, Any]:
    """What must not grow old. What workers look at is not known where they do not run."""
    under_way, last = last_scrubs()
    workers_run = programs["worker"].runs
    return {
        "scrub_under_way": under_way,
        "last_scrub": last,
        "next_scrub_at": last and last.started_at + SCRUB_EVERY,
        "scrub_age": AgeOf(
            _("All stored files read"),
            last.finished_at if last else None,
            LIMITS["scrub"],
            workers_run,
            under_way.started_at if under_way else None,
        ),
        "chain_age": AgeOf(
            _("Chain of publications"), chain.checked_at if chain else None, LIMITS["chain"], workers_run
        ),
        **_backups(),
    }


def _backups() -> Mapping[str, Any]:
    """How old the last backup is, and what else was done with backups. Where copies are noted, the last may be no older
    than a backup."""
    runs = last_backup_runs()
    backup, checked, copy = runs["backup"], runs["verify"], runs["copy"]
    is_compared = (
        backup.last_done is not None
        and checked.last is not None
        and checked.last.outcome == BackupOutcome.GOOD
        and backup.last_done.archive == checked.last.archive
    )
    return {
        "backup_age": AgeOf(_("Last backup"), last_backup(), LIMITS["backup"]),
        "copy_age": AgeOf(
            _("Copied elsewhere"),
            copy.last_done.at if copy.last_done else None,
            LIMITS["backup"],
            begun_at=copy.last.at if copy.last else None,
        )
        if copy.last
        else None,
        "backup_runs": runs,
        "is_backup_compared": is_compared,
    }


def _program_row(program: ProgramState) -> tuple[ProgramState, str, str]:
    return program, str(PROGRAM_NAMES[program.name]), str(PROGRAM_TASKS.get(program.name, ""))


def _groups(kinds: Mapping[str, KindCount]) -> Sequence[WorkGroup]:
    """The kinds in groups, each group in its place whether it has work or not; other kinds together at the end."""
    labels = [str(label) for label, _starts in _GROUPS]
    labels[2:2] = [_("Webhooks")]
    by_label: dict[str, list[KindCount]] = {label: [] for label in [*labels, _("Other")]}
    for count in kinds.values():
        by_label[_group_of(count.kind)].append(count)
    return [
        WorkGroup(
            label,
            sum(count.waiting for count in counts),
            sum(count.running for count in counts),
            sum(count.failed for count in counts),
            max((count.oldest for count in counts if count.oldest is not None), default=None),
        )
        for label, counts in by_label.items()
    ]


def _group_of(kind: str) -> str:
    if kind in _WEBHOOKS:
        return _("Webhooks")
    return next((str(label) for label, starts in _GROUPS if kind.startswith(starts)), _("Other"))
