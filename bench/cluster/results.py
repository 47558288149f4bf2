"""The section of docs/reliability.md about several nodes: what was taken away, answered, is missing."""

import itertools
from collections import Counter
from os import cpu_count
from platform import machine

from bench.chaos.ledger import Kind
from bench.cluster.phases import MOST_WITHOUT_PRIMARY
from bench.cluster.readers import MOST_SECONDS_OLD
from bench.cluster.run import Run, Stretch, unseen_signs
from bench.results_page import today

TITLE = "Several nodes, a primary and its standbys"
SHORT_TITLE = "The ledger of the proof of scale"
_ANCHOR = "several-nodes-a-primary-and-its-standbys"


def section(run: Run) -> str:
    """All of it, without its title."""
    findings = "".join(f"- {finding}\n" for finding in run.findings)
    outdated = len(run.readers.outdated())
    lists = sum(bool(answer.newest) for answer in run.readers.answers)
    return f"""Written by `python3 manage.py bench cluster --write` on {today()}, on {cpu_count()}
cores ({machine()}); load of the machine at the end: {run.load}.

Two nodes with a web server, a worker and a sweeper each, one worker for what somebody waits for and one for the rest;
Caddy in front of them. PostgreSQL: a primary and two standbys that stream from it (`pg_basebackup`),
`synchronous_commit = on`, `synchronous_standby_names = 'ANY 1 (db1, db2, db3)'`; the portal has one address for all
three, and reads public pages from a standby. Files lie in an S3-compatible store. All of it runs on one machine, with
one disk, and the databases are reached by sockets. Each thing lasts {run.seconds:.0f} s, but a standby is promoted
after {MOST_WITHOUT_PRIMARY} s at most. Clients submit, upload, pledge, comment, review and publish meanwhile; two
readers ask for public pages, and every few seconds somebody reads `/health/ready` and `/metrics` of the second node,
and fetches an evidence file and the body of a publication, which must have the bytes of their digests. The account is
that of above, through the proxy at the end, with a backup that verifies. The list of publications, one of the nine
pages, counts as outdated when it lacks a publication that it had shown {MOST_SECONDS_OLD:.0f} s before.

**{_verdict(run)}**

{findings}
{_phases(run)}
{_signs(run)}
{acts_table(run)}
After the last phase the work that was left was done within {run.drained:.0f} s; the database had
{run.database_bytes / 1e6:,.0f} MB. Of {len(run.readers.answers):,} public pages {_refused(run)}. Of {lists:,} lists
of publications {outdated} were outdated, those while there was no primary among them. The store gave
{run.damaged_answers} damaged answers.

Memory at the end, MB: {_memory(run)}.

**What asynchronous replication loses.** With `synchronous_commit = local`, or a standby in nobody's list, a primary
that dies takes with it what the promoted standby had not received: what was acknowledged in the last moments, as many
as it was behind. The settings above wait for one standby of two, so that one may die and nothing waits
([many-hosts.md](how-to/many-hosts.md#addresses-of-more-than-one-server)).

**What is not tried here.** Two machines, two disks and a network between them. Both standbys away at once, and a commit
that none confirms for 30 s. What acts cost without standbys.
"""


def short_section(run: Run) -> str:
    """The ledger, for the pages of scale and of performance."""
    return f"""Written by `python3 manage.py bench cluster --write` on {today()}, on {cpu_count()} cores ({machine()}):
two nodes, a primary with two standbys, a bucket; {len(run.stretches)} things go wrong, {run.seconds:.0f} s each.

**{_verdict(run)}** Of {len(run.readers.answers):,} public pages {_refused(run)}.

{acts_table(run)}
Every phase, what was seen in it, and what is not tried: [reliability.md](reliability.md#{_ANCHOR}).
"""


def _verdict(run: Run) -> str:
    if run.findings:
        return f"Findings: {len(run.findings)}."
    return f"All {len(run.ledger.acknowledged):,} acts that were acknowledged are there, once and whole."


def _phases(run: Run) -> str:
    head = (
        "| what goes wrong | s | acts acknowledged meanwhile | next one after it, s | longest without an act, s |"
        " public pages | refused | p50, ms | p95, ms | longest without a page, s |"
    )
    rows = [_row(run, stretch) for stretch in run.stretches]
    return "\n".join([head, "|---" + "|---:" * 9 + "|", *rows, ""])


def _row(run: Run, stretch: Stretch) -> str:
    moments = sorted(act.acknowledged or 0 for act in run.ledger.acknowledged)
    inside = [moment for moment in moments if stretch.began <= moment < stretch.over]
    following = next((moment - stretch.over for moment in moments if moment > stretch.over), 0.0)
    marks = [stretch.began, *(moment for moment in moments if stretch.began <= moment < stretch.ended)]
    longest = max((later - earlier for earlier, later in itertools.pairwise(marks)), default=0.0)
    pages = run.readers.between(stretch.began, stretch.ended)
    return (
        f"| {stretch.phase.title} | {stretch.over - stretch.began:.0f} | {len(inside)} | {following:.1f} |"
        f" {longest:.1f} | {len(pages.answers):,} | {pages.refused} | {pages.percentile(50):.0f} |"
        f" {pages.percentile(95):.0f} | {pages.longest_silence:.1f} |"
    )


def acts_table(run: Run) -> str:
    rows = []
    for kind in Kind:
        acts = [act for act in run.ledger.acts if act.kind is kind]
        acknowledged = sum(act.acknowledged is not None for act in acts)
        repeated = sum(act.tries > 1 for act in acts)
        put_off = sum(bool(act.put_off) for act in acts)
        rows.append(f"| {kind} | {len(acts):,} | {acknowledged:,} | {repeated:,} | {put_off:,} |")
    head = "| act | begun | acknowledged | sent more than once | of these put off with a sentence |"
    return "\n".join([head, "|---|---:|---:|---:|---:|", *rows, ""])


def _signs(run: Run) -> str:
    """What people who operate it and people who read it saw, by phase; and what the manual promises that nobody saw."""
    lines = [
        "What was seen meanwhile; a word and how often:",
        "",
        "| what goes wrong | `/health/ready` | metrics that moved | an evidence file | a body | pages with a note |",
        "|---|---|---|---|---|---:|",
    ]
    for stretch in run.stretches:
        sight = run.watch.between(stretch.began, stretch.ended)
        noted = run.readers.between(stretch.began, stretch.ended).noted
        lines.append(
            f"| {stretch.phase.title} | {sight.counts(lambda look: look.ready)} | {sight.moved()}"
            f" | {sight.counts(lambda look: look.file)} | {sight.counts(lambda look: look.body)} | {noted} |"
        )
    missing = "; ".join(f"{title}: {', '.join(words)}" for title, words in unseen_signs(run))
    promise = (
        "what [many-hosts.md](how-to/many-hosts.md#bad-days) promises of `/health/ready`, metrics and files"
    )
    verdict = f"Not seen of {promise}: {missing}." if missing else f"Seen was {promise}."
    return "\n".join([*lines, "", verdict, ""])


def _memory(run: Run) -> str:
    return ", ".join(f"`{name}` {megabytes:.0f}" for name, megabytes in sorted(run.memory.items()))


def _refused(run: Run) -> str:
    statuses = Counter(answer.status for answer in run.readers.answers if answer.status != 200)
    words = [
        f"{count} were answered with {status}" if status else f"{count} not at all"
        for status, count in sorted(statuses.items())
    ]
    return ", ".join(words) or "none was refused"
