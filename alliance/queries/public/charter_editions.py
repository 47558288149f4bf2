"""A published charter version, and the last publication that changed its difference from the one before."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from alliance.models import Charter
from alliance.queries.charter_dry_run import earlier_version
from alliance.queries.public.record import publication_log
from portal.kernel.access import ANYONE


@dataclass(frozen=True, slots=True)
class CharterEdition:
    """A published version beside the published one before it, as of the last publication of either."""

    charter: Charter
    earlier: Charter
    number: int
    at: datetime
    sha256: str

    @property
    def key(self) -> str:
        """What identifies this edition: a corrected translation of either version makes another one."""
        return f"{self.charter.key}.{self.charter.version}.{self.number}"


def public_charter(key: str, version: int) -> Charter | None:
    """One version that the public may read. One query."""
    return Charter.objects.visible_to(ANYONE).filter(key=key, version=version).first()


def public_charters() -> QuerySet[Charter]:
    """The versions of all charters that the public may read."""
    return Charter.objects.visible_to(ANYONE).order_by("key", "-version")


def public_versions(key: str) -> list[Charter]:
    """The versions of one charter, the newest first. One query."""
    return list(public_charters().filter(key=key))


def charter_edition(charter: Charter) -> CharterEdition | None:
    """None for a version that nothing public precedes, or that was never published. Three queries."""
    row = earlier_version(charter.key, charter.version, charter.supersedes)
    earlier = Charter.objects.visible_to(ANYONE).filter(pk=row.pk).first() if row else None
    if earlier is None:
        return None
    records = [f"{each.key}/{each.version}" for each in (charter, earlier)]
    last = publication_log("charter").filter(record__in=records).order_by("-number").first()
    if last is None:
        return None
    return CharterEdition(charter, earlier, last.number, last.published_at, last.sha256)
