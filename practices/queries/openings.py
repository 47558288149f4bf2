"""What is proposed to be opened to the community, and what would stay with its earlier readers."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from portal.kernel.access import Actor, can
from practices.enums import OpeningState, PracticeState, TranslationState
from practices.models import (
    Adoption,
    Attachment,
    ModelRun,
    Opening,
    Post,
    Practice,
    Reaction,
    Relation,
    Translation,
    Version,
)


def waiting_openings(actor: Actor) -> Any:
    """What waits for the secretariat, the oldest first."""
    rows = Opening.objects.visible_to(actor).filter(state=OpeningState.PROPOSED)
    return rows.select_related("organisation").order_by("proposed_at", "pk")


def last_opening(actor: Actor, practice: Practice) -> Opening | None:
    """The last proposal to open the practice, whatever became of it."""
    row: Opening | None = Opening.objects.visible_to(actor).filter(practice=practice).order_by("-pk").first()
    return row


def may_propose_opening(actor: Actor, practice: Practice) -> bool:
    """Whether the actor may propose the practice for the community."""
    return practice.state == PracticeState.SHARED and can(actor, "opening.propose", practice)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """How much of a practice stays with its earlier readers when it is opened, as far as the actor sees it."""

    versions: list[int]  # their numbers
    files: int
    posts: int
    uses: int
    translations: int
    runs: int
    relations: int
    reactions: int


def left_behind(actor: Actor, practice: Practice, latest: Version) -> LeftBehind:
    """Everything but the latest version with its files. One query for each kind."""
    versions = Version.objects.visible_to(actor).filter(practice=practice, number__lt=latest.number)
    files = Attachment.objects.visible_to(actor).filter(practice=practice, shared_at__isnull=False)
    translations = Translation.objects.visible_to(actor).filter(
        practice=practice, state=TranslationState.SHARED
    )
    relations = Relation.objects.visible_to(actor).filter(Q(practice=practice) | Q(target=practice))
    return LeftBehind(
        sorted(versions.values_list("number", flat=True)),
        files.exclude(key__in=[file["key"] for file in latest.attachments]).count(),
        Post.objects.visible_to(actor).filter(practice=practice, removed_at__isnull=True).count(),
        Adoption.objects.visible_to(actor).filter(practice=practice).count(),
        translations.count(),
        ModelRun.objects.visible_to(actor).filter(practice=practice).count(),
        relations.count(),
        Reaction.objects.visible_to(actor).filter(practice=practice).count(),
    )
