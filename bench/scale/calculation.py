"""From what was measured to a hundred alliances on one cluster: every figure of `calculation.md` and `limits.md`."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.results_page import PAGE, read_figure
from bench.scale.durable import CLIENTS
from bench.scale.limits import FILE_BYTES, FILES, JOBS, Limits, node_megabytes
from bench.scale.measured import BACKUP, CHAIN, DESK_PAGES, NOTE, PUBLIC_PAGES, TIMES, Measured

MEMBERS = 200  # of each of the alliances
_ALLIANCES = 100
# What one alliance does, for the calculation; each is an assumption that a reader may replace.
_PEOPLE, _PAGES_EACH, _ACTS_EACH = 800, 60, 40  # on the day of a deadline; what is saved by itself is an act
_BUSIEST_HOUR = 0.3  # share of the day
_CHANGES_A_DAY, _HOT_PAGES = 40, 150
_WEB_PROCESSES, _CONNECTIONS = 2, 16
_LETTERS_A_DAY = 2_000
_FILES_OF_A_REPORT, _MEGABYTES_OF_A_FILE, _REPORTS_A_YEAR = 5, 1.0, 2
_DAY, _HOUR = 86_400, 3_600  # seconds
# of a machine, and of deploy/pgbouncer
_MACHINE_MB, _MACHINE_CORES, _POOL_SIZE, _MOST_CONNECTIONS = 64_000, 16, 20, 100
_NOT_MEASURED = "not measured"


def nearest(results: Sequence[Measured]) -> Measured:
    """The size that is the least times larger or smaller than one of the alliances."""
    return min(results, key=lambda result: abs(math.log(result.members / MEMBERS)))


def filled(template: str, results: Sequence[Measured]) -> str:
    """A text of this folder, filled with what was measured and what is assumed."""
    text = Path(__file__).with_name(template).read_text()
    return text.format(**values(results))


def values(results: Sequence[Measured], page: Path = PAGE) -> Mapping[str, Any]:
    """Every name that the texts have."""
    like, last = nearest(results), results[-1]
    limits = next((result.limits for result in results if result.limits), None)
    return {
        **_assumptions(),
        **_of_pages(like),
        **_of_acts(limits),
        **_of_disks(like, page),
        **_of_broker(limits, page),
        **_of_files(limits),
        **_of_machines(like),
        **_of_growth(last, page),
    }


def _assumptions() -> Mapping[str, Any]:
    return {
        "members": MEMBERS,
        "alliances": _ALLIANCES,
        "times": TIMES,
        "people": _PEOPLE,
        "pages_each": _PAGES_EACH,
        "acts_each": _ACTS_EACH,
        "busiest": _BUSIEST_HOUR,
        "changes": _CHANGES_A_DAY,
        "hot_pages": _HOT_PAGES,
        "web_processes": _WEB_PROCESSES,
        "letters": _LETTERS_A_DAY,
        "letters_all": _LETTERS_A_DAY * _ALLIANCES,
        "files_of_report": _FILES_OF_A_REPORT,
        "file_mb": _MEGABYTES_OF_A_FILE,
        "reports": _REPORTS_A_YEAR,
        "clients": CLIENTS,
        "files": FILES,
        "file_kb": FILE_BYTES / 1000,
        "jobs": JOBS,
        "pages_day": _PEOPLE * _PAGES_EACH,
        "pages_day_all": _PEOPLE * _PAGES_EACH * _ALLIANCES,
        "connections": _CONNECTIONS,
        "connections_all": _CONNECTIONS * _ALLIANCES,
        "pool_size": _POOL_SIZE,
        "pools_all": _POOL_SIZE * _ALLIANCES,
        "most_connections": _MOST_CONNECTIONS,
    }


def _of_pages(like: Measured) -> Mapping[str, Any]:
    """Seconds of the processor, of the web processes and of the database's apart."""
    desk, public = like.mean(DESK_PAGES), like.mean(PUBLIC_PAGES)
    pages = _PEOPLE * _PAGES_EACH
    anew = _CHANGES_A_DAY * _HOT_PAGES * _WEB_PROCESSES
    costs: dict[str, Any] = {
        "like": like.title,
        "desk_pages": ", ".join(name for name in DESK_PAGES if name in like.pages),
        "public_pages": ", ".join(name for name in PUBLIC_PAGES if name in like.pages),
    }
    for side, desk_ms, public_ms in (
        ("web", desk.ms, public.ms),
        ("db", desk.database_ms, public.database_ms),
    ):
        day, made = pages * desk_ms / 1000, anew * public_ms / 1000
        hour = day * _BUSIEST_HOUR / _HOUR
        costs |= {
            f"desk_{side}": desk_ms,
            f"public_{side}": public_ms,
            f"day_{side}": day,
            f"day_{side}_all": day * _ALLIANCES,
            f"cores_{side}": day * _ALLIANCES / _DAY,
            f"hour_{side}": hour,
            f"hour_{side}_all": hour * _ALLIANCES,
            f"spread_{side}": hour * _ALLIANCES / 7,
            f"anew_{side}": made,
            f"anew_{side}_all": made * _ALLIANCES,
            f"anew_{side}_cores": made * _ALLIANCES / _DAY,
        }
    a_second = _busy_pages()
    at_once = a_second * desk.all_ms / 1000
    statements = a_second * like.mean_queries(DESK_PAGES)
    return costs | {
        "at_once": at_once,
        "at_once_all": at_once * _ALLIANCES,
        # four standard deviations of arrivals by chance
        "pool_all": _pool(like),
        "statements": statements,
        "statements_all": statements * _ALLIANCES,
        "queries": like.mean_queries(DESK_PAGES),
        "backend_mb": like.backend_mb,
        "backends_mb_all": like.backend_mb * _pool(like),
        "idle_mb_all": like.backend_mb * _POOL_SIZE * _ALLIANCES,
        "public_ms": public.all_ms,
    }


def _busy_pages() -> float:
    """Pages a second at the desks of one alliance in the busiest hour."""
    return _PEOPLE * _PAGES_EACH * _BUSIEST_HOUR / _HOUR


def _pool(like: Measured) -> int:
    """Transactions at once that are hardly ever exceeded: the mean, and four standard deviations of chance."""
    mean = _busy_pages() * like.mean(DESK_PAGES).all_ms / 1000 * _ALLIANCES
    return math.ceil(mean + 4 * math.sqrt(mean))


def _of_acts(limits: Limits | None) -> Mapping[str, Any]:
    acts = limits.acts if limits else None
    day = _PEOPLE * _ACTS_EACH
    hour = day * _BUSIEST_HOUR / _HOUR
    log = day * acts.log_bytes if acts else 0.0
    return {
        "acts_day": day,
        "acts_day_all": day * _ALLIANCES,
        "acts_hour": hour,
        "acts_hour_all": hour * _ALLIANCES,
        "acts_spread": hour * _ALLIANCES / 7,
        "acts_part": f"the hour needs {hour * _ALLIANCES / acts.several:.0%} of that"
        if acts
        else _NOT_MEASURED,
        "acts_one": f"{acts.one:,.0f}" if acts else _NOT_MEASURED,
        "acts_several": f"{acts.several:,.0f}" if acts else _NOT_MEASURED,
        "notes_rate": f"{acts.notes:,.0f}" if acts else _NOT_MEASURED,
        "act_log": f"{acts.log_bytes:,.0f}" if acts else _NOT_MEASURED,
        "log": log / 1e6,
        "log_all": log * _ALLIANCES / 1e9,
        "log_rate": hour * _ALLIANCES * (acts.log_bytes if acts else 0.0) / 1e6,
    }


def _of_disks(like: Measured, page: Path) -> Mapping[str, Any]:
    """The database of an alliance of this size after ten years where `bench desks` has made one, else of this run."""
    desks = read_figure("Desks of a large alliance", r"Its database has ([\d,.]+) MB", page)
    own = like.bytes_of.get("the whole database", 0) / 1e6
    database = desks or own
    year = MEMBERS * _REPORTS_A_YEAR * _FILES_OF_A_REPORT * _MEGABYTES_OF_A_FILE
    backup = database * like.backup_bytes / 1e6 / own if own else 0.0
    where = (
        "the alliance of 200 members in [performance.md](performance.md#desks-of-a-large-alliance)"
        if desks
        else like.title
    )
    return {
        "database_of": where,
        "database": database,
        "database_all": database * _ALLIANCES / 1000,
        "backup_of_it": backup,
        "backup_of_it_all": backup * _ALLIANCES / 1000,
        "bucket": year / 1000,
        "bucket_all": year * _ALLIANCES / 1000,
    }


def _of_broker(limits: Limits | None, page: Path) -> Mapping[str, Any]:
    """Valkey's own time for the jobs of a day, and what waits there when no worker takes any."""
    hints = limits.hints if limits else None
    rows = read_figure("Notifying ten thousand people", r"\| an inbox item[^|]*\| ([\d,.]+) \|", page)
    jobs = _LETTERS_A_DAY + _PEOPLE * _ACTS_EACH
    return {
        "hint_rate": f"{hints.rate:,.0f}" if hints else _NOT_MEASURED,
        "hint_ms": f"{hints.ms:,.0f}" if hints else _NOT_MEASURED,
        "broker_ms": f"{hints.broker_ms:,.0f}" if hints else _NOT_MEASURED,
        "broker_bytes": f"{hints.broker_bytes:,.0f}" if hints else _NOT_MEASURED,
        "jobs_day": jobs,
        "jobs_day_all": jobs * _ALLIANCES,
        "broker_s_all": jobs * _ALLIANCES * (hints.broker_ms / JOBS / 1000 if hints else 0.0),
        "broker_mb_all": jobs * _ALLIANCES * (hints.broker_bytes if hints else 0.0) / 1e6,
        "row_ms": f"{rows / 10_000:.2f} ms" if rows else _NOT_MEASURED,
    }


def _of_files(limits: Limits | None) -> Mapping[str, Any]:
    files = limits.files if limits else {}
    return {
        name: f"{files[name]:,.1f}" if name in files else _NOT_MEASURED
        for name in ("puts", "gets", "put_ms", "get_ms")
    }


def _of_machines(like: Measured) -> Mapping[str, Any]:
    """Of the portal's processes, and how many machines by memory and by processor; the larger number decides."""
    node = node_megabytes()
    memory = node * _ALLIANCES
    by_memory = math.ceil(memory / _MACHINE_MB)
    by_cores = math.ceil(_busy_pages() * like.mean(DESK_PAGES).ms / 1000 * _ALLIANCES / _MACHINE_CORES)
    return {
        "node": node,
        "node_all": memory,
        "web_mb": like.web_mb,
        "by_memory": by_memory,
        "by_cores": by_cores,
        "machines": max(by_memory, by_cores),
        "machine_gb": _MACHINE_MB / 1000,
        "machine_cores": _MACHINE_CORES,
    }


def _of_growth(last: Measured, page: Path) -> Mapping[str, Any]:
    """How far each engine goes, at the largest size."""
    search = read_figure("Finding practices", r"\| \*\*all pages, p95\*\* \|[^|]*\| ([\d,.]+) ms \|", page)
    desk, public = last.mean(DESK_PAGES), last.mean(PUBLIC_PAGES)
    return {
        "size": last.title,
        "desk_rate": 1000 / (desk.ms or 1.0),
        "public_rate": 1000 / (public.ms or 1.0),
        "desk_db_rate": 1000 / (desk.database_ms or 1.0),
        "public_db_rate": 1000 / (public.database_ms or 1.0),
        "share": last.share_of_database,
        "publish_ms": last.work[NOTE].ms,
        "chain_ms": last.work[CHAIN].ms,
        "backup_seconds": last.work[BACKUP].ms / 1000,
        "backup_mb": last.backup_bytes / 1e6,
        "search_ms": f"{search:.0f} ms" if search else _NOT_MEASURED,
    }
