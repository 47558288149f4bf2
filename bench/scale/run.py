"""`manage.py bench scale`: pages, searches, acts and regular work at one, ten and a hundred times the size."""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from alliance.enums import CycleState
from alliance.models import Cycle
from bench.pages.data import load_demonstration
from bench.pages.pair import PORTAL, Target, fresh, same
from bench.pages.run import signed_in
from bench.processor_time import ProcessorTime
from bench.results_page import PAGE, write_section, write_sections
from bench.scale.limits import backend_megabytes, measure_limits, process_megabytes
from bench.scale.measured import API_LISTS, BACKUP, CHAIN, DESK_PAGES, NOTE, TIMES, Measured
from bench.scale.population import grow
from bench.scale.results import OF_EARLIER_RUN, SCALE_PAGE, TITLE, head, sections, short_section
from portal.kernel.access import SYSTEM, acting_as, owner_alias
from portal.kernel.backups import take_backup
from portal.kernel.publishing import check_chain, publish, touch_public_revision

SIZES = ((100, 10_000), (1_000, 100_000), (10_000, 1_000_000))
_MANAGER, _MEMBER = "mona@secretariat.example", "alice@aurora-video.example"
_DETAIL = "aurora-video"
_TABLES = (
    "portal_publication", "alliance_timelineentry", "alliance_publishedfigure", "alliance_publishedtotal",
    "alliance_publishedverdict", "alliance_publishedreport", "portal_searchdocument", "portal_event",
    "portal_delivery",
)  # fmt: skip


def addresses(publications: int) -> dict[str, tuple[str, str]]:
    """The pages, by what they are: address, and whose cookie."""
    with acting_as(SYSTEM):
        cycle = Cycle.objects.filter(state=CycleState.PUBLISHED).latest("starts_on").slug
    return {
        "home": ("/en/", ""),
        "members": ("/en/members/", ""),
        "a member": (f"/en/members/{_DETAIL}/", ""),
        "reports": ("/en/reports/", ""),
        "publications": ("/en/publications/", ""),
        "publications, the last page": (f"/en/publications/?page={max(1, publications // 50 - 1)}", ""),
        "a publication": (f"/en/publications/{publications // 2}/", ""),
        "the cycle": (f"/en/cycles/{cycle}/", ""),
        "commitments": ("/en/commitments/", ""),
        "comparison": ("/en/compare/", ""),
        "changes": ("/en/changes/", ""),
        "search": ("/en/search/?q=report", ""),
        "feed": ("/en/feed.atom", ""),
        **{f"API: {name}": (f"/api/v1/{name}/", "") for name in API_LISTS},
        "the chain, as a file": ("/en/publications/chain.json", ""),
        "a member’s first page": ("/workspace/", _MEMBER),
        "inbox": ("/workspace/inbox/", _MEMBER),
        "journal": ("/secretariat/journal/", _MANAGER),
        "secretariat": ("/secretariat/", _MANAGER),
    }


def measure(sizes: Sequence[tuple[int, int]], folder: Path) -> Iterator[list[Measured]]:
    """Grow, then measure, size by size; after each what there is so far."""
    results: list[Measured] = []
    for members, publications in sizes:
        began = time.monotonic()
        grow(members, publications)
        result = Measured(members, publications, time.monotonic() - began)
        print(f"{members:,} members, {publications:,} publications: {result.grown_in:.0f} s", flush=True)
        _pages(result, folder)
        _work(result)
        if not results:
            print("  what the engines take by themselves", flush=True)
            result.limits = measure_limits(folder)
        results.append(result)
        yield results


def _pages(result: Measured, folder: Path) -> None:
    cookies = {"": "", _MEMBER: signed_in(_MEMBER), _MANAGER: signed_in(_MANAGER)}
    target = Target(PORTAL, folder / "portal.log")
    try:
        for name, (address, who) in addresses(result.publications).items():
            try:
                times = 1 if name == "the chain, as a file" else TIMES
                # the API knows all its parameters, and keeps nothing in memory
                ask = same if address.startswith("/api/") else fresh
                result.pages[name] = target.cost(ask(address, times), cookies[who])
                if name in DESK_PAGES:
                    result.queries[name] = target.count(address, cookies[who])[0]
                print(f"  {name}: {result.pages[name].all_ms:.1f} ms", flush=True)
            except ValueError as failure:
                result.failures[name] = str(failure)
                print(f"  {name}: {failure}", flush=True)
        result.web_mb, result.backend_mb = process_megabytes(target.pid), backend_megabytes()
    finally:
        target.stop()


def _work(result: Measured) -> None:
    works: dict[str, Callable[[], object]] = {
        NOTE: _publish_one,
        "the public revision moves": touch_public_revision,
        CHAIN: check_chain,
    }
    for name, work in works.items():
        with acting_as(SYSTEM), ProcessorTime() as spent:
            work()
        result.work[name] = spent
        print(f"  {name}: {spent.ms:.0f} ms", flush=True)
    with tempfile.TemporaryDirectory() as place, ProcessorTime(owner_alias()) as spent:
        path, _manifest = take_backup(Path(place))
        result.backup_bytes = path.stat().st_size
    result.work[BACKUP] = spent
    print(f"  a backup: {spent.seconds:.0f} s", flush=True)
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        result.bytes_of["the whole database"] = cursor.fetchone()[0]
        for table in _TABLES:
            cursor.execute(
                "SELECT coalesce(sum(pg_total_relation_size(relid)), 0) FROM pg_partition_tree(%s::regclass)",
                [table],
            )
            (size,) = cursor.fetchone()
            if not size:
                cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
                (size,) = cursor.fetchone()
            result.bytes_of[table] = int(size)


def _publish_one() -> None:
    number = time.monotonic_ns()
    publish(
        SYSTEM, "note", f"note/{number}", {"text": "Noted."}, title={"en": "A note"}, languages=["en"]
    )  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Make the alliance, measure, and write docs/scale.md with a section of docs/performance.md."""
    parser = argparse.ArgumentParser(prog="manage.py bench scale", description=__doc__)
    parser.add_argument("--steps", type=int, default=len(SIZES), help="how many sizes, the smallest first")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the section is written")
    parser.add_argument("--page", type=Path, default=SCALE_PAGE, help="where the whole is written")
    options = parser.parse_args(arguments)
    # who signs in here has no second factor, and no answer comes from memory: the API's would, at one address
    os.environ |= {"SECOND_FACTOR_DAYS": "36500", "PAGE_CACHE_MB": "0"}
    call_command("collectstatic", verbosity=0, interactive=False)
    load_demonstration()
    for results in measure(SIZES[: options.steps], Path(os.environ["PORTAL_DATA_DIR"])):
        # the last step takes long: what is known is written
        write_sections(head(results), sections(results), options.page, without=OF_EARLIER_RUN)
        print(write_section(TITLE, short_section(results), options.report), flush=True)
    return 0
