"""What the corrections that journal entries are about change: each value with what it was and what it should be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import ngettext

from alliance.models import Charter, CorrectionItem, Pledge, Service
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.public.value_differences import value_difference
from portal.kernel.access import Actor
from portal.kernel.text import LANGUAGES

# what was decided about the values; a note, a reminder or a file changes nothing of them
_STEPS = ("propose", "agree", "object", "consent", "publish", "drop", "withdraw")
_KINDS = frozenset(f"correction.{step}" for step in _STEPS)
_MOST, _LONGEST = 5, 80  # values of one entry, characters of a text


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """One value of a correction: what it is called, what it was and what it should be."""

    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangedValues:
    """The first values of a correction, and in words how many more there are."""

    rows: Sequence[ChangedValue] = ()
    more: str = ""

    @property
    def text(self) -> str:
        """All of it in one line."""
        return "; ".join(
            filter(None, (*(f"{each.title}: {each.old} → {each.new}" for each in self.rows), self.more))
        )


def changed_values(actor: Actor, entries: Iterable[tuple[int, str, int]]) -> Mapping[int, ChangedValues]:
    """By the number of the entry, of corrections that the actor may see; `entries`: number, kind, number of the target.

    Three queries, four more for each version of the charter; none where no entry is about a correction.
    """
    corrections = {entry: target for entry, kind, target in entries if kind in _KINDS}
    if not corrections:
        return {}
    rows = CorrectionItem.objects.visible_to(actor).filter(correction__in=set(corrections.values()))
    items: dict[int, list[CorrectionItem]] = defaultdict(list)
    for item in rows.select_related(
        "correction__report__cycle__charter", "correction__report__earlier_charter"
    ):
        items[item.correction_id].append(item)
    words = _Words(actor, [item for each in items.values() for item in each])
    values = {number: words.values(each) for number, each in items.items()}
    return {entry: values[number] for entry, number in corrections.items() if number in values}


class _Words:
    """The words for the values of corrections of many reports."""

    def __init__(self, actor: Actor, items: Sequence[CorrectionItem]) -> None:
        services = Service.objects.visible_to(actor).filter(slug__in={each.service_slug for each in items})
        pledges = Pledge.objects.visible_to(actor).filter(
            record__in={each.pledge_record for each in items if each.pledge_record}
        )
        self._named = {
            "services": [{"slug": row.slug, "name": dict.fromkeys(LANGUAGES, row.name)} for row in services],
            "pledges": [
                {"record": str(row.record), "title": row.title} for row in pledges.order_by("revision")
            ],
        }
        self._by_charter: dict[int, CorrectionWords | None] = {}

    def values(self, items: Sequence[CorrectionItem]) -> ChangedValues:
        """Those of one correction; none where its charter is not public."""
        words = self._of_charter(items[0].correction.report.charter)
        if words is None:
            return ChangedValues()
        rows = [
            ChangedValue(
                words.title(item.place),
                *value_difference(words, item.place, item.old, item.new).in_short(_LONGEST),
            )
            for item in items[:_MOST]
        ]
        count = len(items) - len(rows)
        return ChangedValues(
            rows, ngettext("%(n)s more", "%(n)s more", count) % {"n": count} if count else ""
        )

    def _of_charter(self, charter: Charter) -> CorrectionWords | None:
        if charter.pk not in self._by_charter:
            tree = public_charter_tree(charter.key, charter.version)
            self._by_charter[charter.pk] = CorrectionWords(tree, self._named) if tree else None
        return self._by_charter[charter.pk]
