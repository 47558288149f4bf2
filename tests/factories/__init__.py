"""The cast, and the records that they work on; everything is made through the models, so that it is quick."""

from tests.factories.cast import (
    Cast,
    actor_of,
    make_cast,
    make_organisation,
    make_person,
    make_service,
    read_cast,
)
from tests.factories.charters import make_charter, read_charter, renamed
from tests.factories.cycles import make_cycle, make_report

__all__ = [
    "Cast",
    "actor_of",
    "make_cast",
    "make_charter",
    "make_cycle",
    "make_organisation",
    "make_person",
    "make_report",
    "make_service",
    "read_cast",
    "read_charter",
    "renamed",
]
