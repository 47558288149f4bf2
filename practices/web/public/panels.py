"""The panels of practices on public pages of the alliance app, and their texts in the publication log."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Commitment, Organisation
from portal.kernel.access import Actor
from portal.kernel.registry import PublicationKind, register_panel, register_publication_kind
from portal.kernel.text import to_plain
from practices.models import PublishedPractice
from practices.queries import public as reads
from practices.web.public.rows import public_practice_rows

_MAX_ROWS = 6  # rows of a panel


def register_public_panels() -> None:
    """Register them; called once, when the app is ready."""
    register_panel(
        "public:commitment", "practices/public/_commitment_panel.html", practices_for_commitment_panel
    )
    register_panel("public:member", "practices/public/_member_panel.html", practices_of_member_panel)
    register_publication_kind(
        "practice",
        PublicationKind(
            gettext_lazy("Practice"),
            "3",
            # what the practice is about, or why it ended
            summary=lambda document: str(
                document["reason"] or to_plain(document["content"].get("summary", ""))
            ),
            subject=lambda document: (
                reverse("public:practice", args=[document["practice"]]),
                _("Practice"),
            ),
        ),
    )


def practices_for_commitment_panel(actor: Actor, commitment: Commitment) -> dict[str, Any] | None:
    """The public practices that serve the commitment's measures; the page is the same for everybody."""
    del actor
    keys = [measure.key for measure in commitment.measures.all()]
    return _panel(reads.public_practices_for_measures(keys), {})


def practices_of_member_panel(actor: Actor, organisation: Organisation) -> dict[str, Any] | None:
    """The public practices that name the member as their source."""
    del actor
    return _panel(reads.practices_of(organisation), {"organisation": organisation})


def _panel(practices: QuerySet[PublishedPractice], context: dict[str, Any]) -> dict[str, Any] | None:
    visible = list(practices[: _MAX_ROWS + 1])
    if not visible:
        return None
    more = practices.count() - _MAX_ROWS if len(visible) > _MAX_ROWS else 0
    return {**context, "rows": public_practice_rows(visible[:_MAX_ROWS]), "more": more}
