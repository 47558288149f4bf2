"""What people look for again and again, saved in the library."""

from alliance.demo.files import Record
from practices.demo.context import DemoContext
from practices.queries.search import parse_search
from practices.services.searches import save_search


def schedule_search(context: DemoContext, record: Record) -> None:
    """One saved search; `query` stands in the file as the library's address has it."""
    context.add(context.moment(record["day"], 10), _save, context, record)


def _save(context: DemoContext, record: Record) -> None:
    with context.acting(record["by"]) as actor:
        save_search(
            actor, parse_search(record["query"]), name=record["name"], notifies=record.get("notifies", True)
        )
