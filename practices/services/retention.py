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
        "imports", _("Import reports"), _("1 year; the files themselves 14 days at most"),
        _("The person who imported can see the result."), (_imports,),
        of=("practices.ImportedFile",),
    ),
    Keeping(
        "practices", _("Practices, their versions and discussions"), _("for good"),
        _("Readers can trace what was shared. A practice is recalled or retired, not removed."),
        of=(
            "practices.Practice", "practices.Author", "practices.Draft", "practices.Version", "practices.Attachment",
            "practices.Relation", "practices.Post", "practices.Reaction", "practices.PublishedPractice",
            "practices.Entry", "practices.Word",
        ),
    ),
    Keeping(
        "uses", _("Uses of practices and their results"), _("for good"),
        _("Whether a practice helps shows over years. Each use has its own readers."),
        of=("practices.Adoption", "practices.AdoptionStep", "practices.AdoptionResult"),
    ),
    Keeping(
        "talk", _("Requests and offers, working groups and their members"), _("for good"),
        _("Later readers can see what was asked and who answered."),
        of=("practices.Request", "practices.Offer", "practices.WorkingGroup", "practices.GroupMembership"),
    ),
    Keeping(
        "circles", _("Affiliates, and labels that staff may use"),
        _("until the organisation changes them"), _("They decide who may read what."),
        of=("practices.Affiliation", "practices.LabelPolicy"),
    ),
    Keeping(
        "wishes", _("Followed items and saved searches"), _("until the person ends them or is erased"),
        _("To notify of news."), of=("practices.Follow", "practices.SavedSearch"),
    ),
    Keeping(
        "openings", _("Who opened a practice that is not for everybody"), _("for good"),
        _("The source sees who has read it, and a recall reaches all of them."),
        of=("practices.Opening",),
    ),
    Keeping(
        "archive-contents", _("Practices in a created archive"),
        _("as long as the archive"), _(
            "The archive is available only while the person may read all of them."
        ),
        of=("practices.ArchiveEntry",),
    ),
)  # fmt: skip
