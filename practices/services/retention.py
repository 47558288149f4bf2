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
    ),
    Keeping(
        "practices", _("Practices, their versions, and what was said of them"), _("for good"),
        _("What was shared can be traced by those who read it. A practice is recalled or retired, not removed."),
    ),
    Keeping(
        "openings", _("Who opened a practice that is not for everybody"), _("for good"),
        _("Its source can see whom it has reached, and a recall tells all of them."),
    ),
)  # fmt: skip
