"""What practices hang on the pages of the ground floor, and how the ledger of publications speaks of them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Commitment, Organisation
from portal.kernel.access import Actor
from portal.kernel.markdown import to_plain
from portal.kernel.registry import PublicationKind, hang, speak_of
from practices.models import PublishedPractice
from practices.queries import public as reads
from practices.web.public.rows import rows_of

_MOST = 6  # rows of a panel


def register_panels() -> None:
    """Hang them up; called once, when the app is ready."""
    hang("public:commitment", "practices/public/_serving.html", serving)
    hang("public:member", "practices/public/_shared.html", shared)
    speak_of("practice", PublicationKind(gettext_lazy("Practice"), "3", _told, _subject))


def serving(actor: Actor, commitment: Commitment) -> dict[str, Any] | None:
    """The public practices that serve the commitment's measures; the page is the same for everybody."""
    del actor
    keys = [measure.key for measure in commitment.measures.all()]
    return _panel(reads.practices_serving(keys), {})


def shared(actor: Actor, organisation: Organisation) -> dict[str, Any] | None:
    """The public practices that name the member as their source."""
    del actor
    return _panel(reads.practices_of(organisation), {"organisation": organisation})


def _panel(found: QuerySet[PublishedPractice], context: dict[str, Any]) -> dict[str, Any] | None:
    shown = list(found[: _MOST + 1])
    if not shown:
        return None
    more = found.count() - _MOST if len(shown) > _MOST else 0
    return {**context, "rows": rows_of(shown[:_MOST]), "more": more}


def _told(document: Mapping[str, Any]) -> str:
    """What the practice is about, or why it ended."""
    return str(document["reason"] or to_plain(document["content"].get("summary", "")))


def _subject(document: Mapping[str, Any]) -> tuple[str, str]:
    return reverse("public:practice", args=[document["practice"]]), _("Practice")
