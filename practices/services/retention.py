"""How long the practices' own things are kept."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.kernel.retention import Keeping
from practices.models import PracticeImport

_IMPORTS = timedelta(days=365)


def _imports(now: datetime) -> QuerySet[Any]:
    """Their files have gone long before."""
    return PracticeImport.objects.filter(discarded_at__lt=now - _IMPORTS)


LINES = (
    Keeping(
        "imports", _("Reports of imports"), _("1 year; the files themselves 14 days at most"),
        _("Whoever imported something can see what became of it."), (_imports,),
        of=("practices.ImportedFile",),
    ),
    Keeping(
        "practices", _("Practices, their versions, and what was said of them"), _("for good"),
        _("What was shared can be traced by those who read it. A practice is recalled or retired, not removed."),
        of=(
            "practices.Practice", "practices.Author", "practices.Draft", "practices.Version", "practices.Attachment",
            "practices.Relation", "practices.Post", "practices.Reaction", "practices.PublishedPractice",
            "practices.Entry", "practices.Word",
        ),
    ),
    Keeping(
        "uses", _("Who uses a practice, and with what result"), _("for good"),
        _("Whether a practice helps is seen over years. Each use has readers of its own."),
        of=("practices.Adoption", "practices.AdoptionStep", "practices.AdoptionResult"),
    ),
    Keeping(
        "talk", _("Requests and offers, working groups and who was in them"), _("for good"),
        _("Later readers can see what was asked and who answered."),
        of=("practices.Request", "practices.Offer", "practices.WorkingGroup", "practices.GroupMembership"),
    ),
    Keeping(
        "circles", _("Which organisations belong together, and which labels their people may use"),
        _("until they change it"), _("It decides who may read what."),
        of=("practices.Affiliation", "practices.LabelPolicy"),
    ),
    Keeping(
        "wishes", _("What somebody follows and searches for"), _("until they end it, or are erased"),
        _("They are told of what is new."), of=("practices.Follow", "practices.SavedSearch"),
    ),
    Keeping(
        "openings", _("Who opened a practice that is not for everybody"), _("for good"),
        _("Its source can see whom it has reached, and a recall tells all of them."),
        of=("practices.Opening",),
    ),
    Keeping(
        "archive-contents", _("Which practices are in an archive that somebody has had built"),
        _("as long as the archive"), _("It is given out only while they may still read all of them."),
        of=("practices.ArchiveEntry",),
    ),
)  # fmt: skip
