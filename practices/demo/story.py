"""The practices' chapter of the demonstration."""

from functools import partial

from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.chronicle import Chronicle
from practices.demo import files
from practices.demo.board import Wish
from practices.demo.circles import Circles
from practices.demo.lives import Life
from practices.demo.readership import Readership
from practices.demo.releases import Release
from practices.demo.searching import schedule_search
from practices.demo.stage import Stage
from practices.demo.talk import Talk
from practices.demo.uses import Use


def schedule_practices(cast: Cast, calendar: Calendar, chronicle: Chronicle) -> None:
    """Add everything that happened with practices to the alliance's chronicle."""
    stage = Stage(cast, calendar, chronicle)
    Circles(stage).schedule(files.read("circles.yaml"))
    for slug, record in files.practices().items():
        Release(stage, slug, record).schedule()
        Life(stage, slug, record).schedule()
        Readership(stage, slug, record).schedule()
        for use in record.get("adoptions", []):
            Use(stage, slug, use).schedule()
        Talk(stage, partial(stage.opened, slug)).schedule(record.get("thread", []))
    for wish in files.read("requests.yaml")["requests"]:
        Wish(stage, wish).schedule()
    for search in files.read("searches.yaml")["searches"]:
        schedule_search(stage, search)
