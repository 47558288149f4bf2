"""The columns by which a supporter is found, which are made from what people have written of it."""

from django.db import transaction

from alliance.models import Supporter
from alliance.validators.supporter_names import in_latin, initial_of, name_key, plain_name
from portal.kernel.publishing import touch_public_revision

_KEYS = ("name_key", "plain_name", "initial", "search")
_PORTION = 1000


def set_keys(supporter: Supporter) -> None:
    """Make the columns by the present rules; nothing is saved."""
    supporter.name_key = name_key(supporter.name)
    supporter.plain_name = plain_name(supporter.name)
    supporter.initial = initial_of(supporter.name)
    supporter.search = in_latin(f"{supporter.name} {supporter.town} {supporter.region}")[:1200]


def remake_keys() -> tuple[int, int]:
    """Make anew, as SYSTEM, what earlier rules have stored; of how many entries it was, and how many there are.

    A thousand at a time, each portion for itself: what is broken off goes on at the next call.
    """
    changed = total = last = 0
    while True:
        with transaction.atomic():
            rows = Supporter.objects.select_for_update().filter(pk__gt=last).order_by("pk")
            portion = list(rows[:_PORTION])
            stale = [row for row in portion if _remade(row)]
            Supporter.objects.bulk_update(stale, _KEYS)
        if not portion:
            break
        changed, total, last = changed + len(stale), total + len(portion), portion[-1].pk
    if changed:
        touch_public_revision()
    return changed, total


def _remade(supporter: Supporter) -> bool:
    """Set its keys; whether any of them is another one now."""
    before = [getattr(supporter, name) for name in _KEYS]
    set_keys(supporter)
    return before != [getattr(supporter, name) for name in _KEYS]
