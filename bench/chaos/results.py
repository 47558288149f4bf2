"""docs/reliability.md: what was tried, what was acknowledged, what is missing."""

import statistics
from collections import Counter, defaultdict
from datetime import date
from os import cpu_count
from platform import machine

from bench.chaos.ledger import Kind
from bench.chaos.run import Run

_MEGABYTE = 1024 * 1024


def report(run: Run) -> str:
    """The whole page."""
    acknowledged = run.ledger.acknowledged
    verdict = (
        f"{len(run.findings)} findings."
        if run.findings
        else f"All {len(acknowledged):,} acts that were acknowledged are there, once and whole."
    )
    megabytes = sum(act.size for act in acknowledged) / _MEGABYTE
    findings = "".join(f"- {finding}\n" for finding in run.findings)
    untried = (
        "" if run.has_own_disk else "\nA full disk was not tried: this machine allows no disk of its own.\n"
    )
    return f"""# What it withstands

Written by `python3 manage.py bench chaos --write` on {date.today().isoformat()}, on {cpu_count()} cores ({machine()}):
{len(run.rounds)} rounds, seed {run.seed}. The demonstration runs from its launcher. Six clients submit, upload, pledge,
comment, review and publish all the time, and send a form again that was not answered, as people do. In each round one
thing goes wrong. Afterwards each act that was acknowledged must be there exactly once, with its journal entry and the
work that follows from it; a submission with its receipt and one letter; a file with the bytes that were sent, fetched
as its owner and compared by SHA-256; the public record without a gap; and a backup of all must verify.

**{verdict}**

{findings}{untried}
{_acts(run)}{_put_off(run)}
{_faults(run)}
After the last round the work that was left was done within {run.drained:.0f} s. Somebody who read the home page four
times a second got {run.reader.statuses[200]:,} pages, {_other_answers(run)}; the longest time without a page was
{run.reader.longest_silence:.1f} s. Uploaded and acknowledged: {megabytes:,.0f} MB.
"""


def _acts(run: Run) -> str:
    rows = []
    for kind in Kind:
        acts = [act for act in run.ledger.acts if act.kind is kind]
        acknowledged = sum(act.acknowledged is not None for act in acts)
        repeated = sum(act.tries > 1 for act in acts)
        rows.append(f"| {kind} | {len(acts):,} | {acknowledged:,} | {repeated:,} |")
    return "\n".join(
        ["| act | begun | acknowledged | sent more than once |", "|---|---:|---:|---:|", *rows, ""]
    )


def _put_off(run: Run) -> str:
    """What was refused for a moment only: the same form was taken when it was sent again."""
    sentences = Counter(sentence for act in run.ledger.acknowledged for sentence in act.put_off)
    return "".join(
        f"\nRefused and done when sent again, {count} times: “{sentence}”\n"
        for sentence, count in sentences.items()
    )


def _faults(run: Run) -> str:
    """By fault: how long after its end the next act was acknowledged."""
    moments = sorted(act.acknowledged or 0 for act in run.ledger.acknowledged)
    seconds = defaultdict(list)
    for each in run.rounds:
        following = next((moment for moment in moments if moment > each.over), None)
        if following is not None:
            seconds[str(each.fault)].append(following - each.over)
    rows = [
        f"| {fault} | {len(times)} | {statistics.median(times):.1f} | {max(times):.1f} |"
        for fault, times in sorted(seconds.items())
    ]
    head = "| what goes wrong | rounds | next act acknowledged after, s | at most, s |"
    return "\n".join([head, "|---|---:|---:|---:|", *rows, ""])


def _other_answers(run: Run) -> str:
    others = sorted((status, count) for status, count in run.reader.statuses.items() if status != 200)
    words = [f"{count:,} × {f'status {status}' if status else 'no answer'}" for status, count in others]
    return ", ".join(words) or "and nothing else"
