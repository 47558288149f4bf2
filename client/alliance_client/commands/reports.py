"""What is due, and what is missing."""

from collections.abc import Iterator, Sequence
from datetime import date

import click

from alliance_client.commands.session import Session, common, find_report, local, pass_session, state_name
from alliance_client.decoding import to_json
from alliance_client.errors import REFUSED
from alliance_client.models import AttentionItem, Check, Report, WholeReport
from alliance_client.words import gettext as _
from alliance_client.words import say

_SHOWN = 5  # of what is missing, in the list of all


@click.command(help=_("What your organisation has to file, until when, and what is missing."))
@click.option("--all", "is_every", is_flag=True, help=_("Also what is filed."))
@common
@pass_session
def due(session: Session, is_every: bool) -> None:
    """List the reports that are due."""
    with session.client() as client:
        reports = [report for report in client.reports() if is_every or report.is_due]
        details = {
            report.id: (client.report(report.id), client.check(report.id))
            for report in reports
            if report.is_due
        }
        today = client.today()
    content = [
        to_json(report)
        | {"deadline": report.deadline.isoformat(), "days_left": report.days_left(today)}
        | (
            {
                "progress": to_json(details[report.id][0].progress),
                "missing": to_json(details[report.id][1].blocking),
            }
            if report.id in details
            else {}
        )
        for report in reports
    ]
    lines = [line for report in reports for line in _report_lines(report, details.get(report.id), today)]
    session.show(content, lines or [_("Nothing is due.")])


def _report_lines(report: Report, details: tuple[WholeReport, Check] | None, today: date) -> Iterator[str]:
    line = f"{report.cycle}  {local(report.cycle_title)}: {state_name(report.state)}"
    if details is None:
        yield line
        return
    whole, check = details
    days = report.days_left(today)
    wait = say("{days} days left", days=days) if days >= 0 else say("{days} days late", days=-days)
    values = {
        "day": report.deadline,
        "wait": wait,
        "done": whole.progress.done,
        "asked": whole.progress.asked,
    }
    yield f"{line}, " + say("due on {day} ({wait}), {done} of {asked} answers given", **values)
    blocking = check.blocking
    yield from (f"  {_item_line(item)}" for item in blocking[:_SHOWN])
    if len(blocking) > _SHOWN:
        yield "  " + say(
            "and {count} more: alliance check {report}", count=len(blocking) - _SHOWN, report=report.cycle
        )


def _item_line(item: AttentionItem) -> str:
    return f"{item.where}: {item.detail}"


@click.command(help=_("What is missing in a report before it can be signed. Ends with 7 while something is."))
@click.argument("report", required=False, default="")
@common
@pass_session
@click.pass_context
def check(context: click.Context, session: Session, report: str) -> None:
    """List what stops sign-off, then what else needs eyes."""
    with session.client() as client:
        chosen = find_report(client, report)
        result = client.check(chosen.id)
    session.show(result, check_lines(chosen, result))
    if not result.is_ready or result.blocking:
        context.exit(REFUSED)


def check_lines(report: Report, result: Check) -> Sequence[str]:
    """What the check says, what stops sign-off first."""
    rest = [item for item in result.items if not item.blocks]
    head = (
        say("{report}: {count} places stop sign-off.", report=report.cycle, count=len(result.blocking))
        if result.blocking
        else say("{report}: nothing stops sign-off.", report=report.cycle)
    )
    return [
        head,
        *(f"  ✗ {_item_line(item)}" for item in result.blocking),
        *(f"  · {_item_line(item)}" for item in rest),
    ]
