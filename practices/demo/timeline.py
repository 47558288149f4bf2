"""The practices' chapter of the demonstration."""

from functools import partial

from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.schedule import Schedule
from practices.demo import files
from practices.demo.affiliations import DemoAffiliations
from practices.demo.context import DemoContext
from practices.demo.discussion import DemoDiscussion
from practices.demo.groups import GroupsAndLabels
from practices.demo.lifecycle import PracticeLifecycle
from practices.demo.requests import DemoRequest
from practices.demo.searches import schedule_search
from practices.demo.sharing import PracticeSharing
from practices.demo.translations import DemoTranslation
from practices.demo.uses import DemoUse
from practices.demo.visits import PracticeVisits


def schedule_practices(cast: Cast, calendar: Calendar, schedule: Schedule) -> None:
    """Add everything that happened with practices to the alliance's timeline."""
    stage = DemoContext(cast, calendar, schedule)
    groups = files.read("groups.yaml")
    GroupsAndLabels(stage).schedule(groups)
    DemoAffiliations(stage).schedule(groups["affiliations"])
    for slug, record in files.practices().items():
        PracticeSharing(stage, slug, record).schedule()
        PracticeLifecycle(stage, slug, record).schedule()
        PracticeVisits(stage, slug, record).schedule()
        for use in record.get("adoptions", []):
            DemoUse(stage, slug, use).schedule()
        for translation in record.get("translations", []):
            DemoTranslation(stage, slug, translation).schedule()
        DemoDiscussion(stage, partial(stage.open_practice, slug)).schedule(record.get("thread", []))
    for wish in files.read("requests.yaml")["requests"]:
        DemoRequest(stage, wish).schedule()
    for search in files.read("searches.yaml")["searches"]:
        schedule_search(stage, search)
