"""Damaged files: recorded once while they last, and over by themselves when the bytes are right again."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.files.integrity.measure import StoredBytes
from portal.kernel.files.models import DamageEnding, Detection, FileCase, FileDamage, FileState
from portal.kernel.publishing import cached_for_revision, touch_public_revision

DamageHook = Callable[[FileDamage], object]
_ON_DAMAGE: list[DamageHook] = []


def on_damage(hook: DamageHook) -> DamageHook:
    """Register what follows when a file is seen to be damaged; called as SYSTEM, in the transaction of the record."""
    _ON_DAMAGE.append(hook)
    return hook


def open_damages() -> QuerySet[Any]:
    """The files that are damaged now, the first one first."""
    return FileDamage.objects.filter(ended_at=None).order_by("detected_at", "pk")


@cached_for_revision
def damaged_files() -> Mapping[str, FileDamage]:
    """What is damaged, by path and by digest; at most a second old, as public pages are."""
    with acting_as(SYSTEM):  # pages say of a file that it is damaged, and not where its bytes lie
        damages = list(open_damages())
    return {damage.sha256: damage for damage in damages} | {damage.path: damage for damage in damages}


def record_damage(path: str, sha256: str, actual: StoredBytes, detected_by: Detection) -> FileDamage | None:
    """Record that the bytes under the path are missing or others; None for a file that was purged."""
    with acting_as(SYSTEM):
        if FileCase.objects.filter(sha256=sha256, state=FileState.PURGED).exists():
            return None
        measured = {"actual_sha256": actual.sha256, "actual_size": actual.size}
        damage, is_new = FileDamage.objects.get_or_create(
            path=path, ended_at=None, defaults={"sha256": sha256, "detected_by": detected_by, **measured}
        )
        if not is_new:
            FileDamage.objects.filter(pk=damage.pk).update(last_seen_at=Now(), **measured)
            return damage
        journal.record(SYSTEM, "file.damage", damage, sha256=sha256)
        touch_public_revision()
        for hook in _ON_DAMAGE:
            hook(damage)
        return damage


def end_damage_of(sha256: str) -> None:
    """Nobody needs the bytes of this digest any more, wherever they lie."""
    with acting_as(SYSTEM):
        for path in open_damages().filter(sha256=sha256).values_list("path", flat=True):
            end_damage(path, DamageEnding.UNREFERENCED)


def end_damage(path: str, ending: DamageEnding = DamageEnding.RESTORED, *, actor: Actor = SYSTEM) -> None:
    """The bytes under the path are right again, or nobody needs them; does nothing where no damage is recorded."""
    with acting_as(SYSTEM):
        damage = FileDamage.objects.filter(path=path, ended_at=None).select_for_update().first()
        if damage is None:
            return
        FileDamage.objects.filter(pk=damage.pk).update(ended_at=Now(), ending=ending)
        journal.record(actor, "file.repair", damage, sha256=damage.sha256)
        touch_public_revision()
