"""What people look for again and again, saved in the library."""

from alliance.demo.files import Record
from practices.demo.stage import Stage
from practices.queries.search import read
from practices.services.searches import save_search


def schedule_search(stage: Stage, record: Record) -> None:
    """One saved search; `query` stands in the file as the library's address has it."""
    stage.add(stage.moment(record["day"], 10), _save, stage, record)


def _save(stage: Stage, record: Record) -> None:
    with stage.acting(record["by"]) as actor:
        save_search(actor, read(record["query"]), name=record["name"], notifies=record.get("notifies", True))
