"""What the address of a comparison names: indicator, members, cycles; some by an earlier name, some wrongly."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import CharterState
from alliance.models import Cycle, Indicator, Organisation
from alliance.queries.public.charters import first_published_indicator, key_in_force
from alliance.queries.public.charters import indicator as indicator_by_key
from alliance.queries.public.gaps import cycles_of_indicator
from alliance.queries.public.indicator_lines import has_line
from alliance.queries.public.members import members, moved_members
from portal.kernel.text import format_date
from portal.kernel.web import PAGE, Parameter

MAX_MEMBERS = 6
MAX_CYCLES = 8  # at first the last ones; the form and the address name others
INDICATOR, MEMBERS = Parameter("indicator"), Parameter("members", is_list=True)
SPAN = (Parameter("from"), Parameter("to"))
AMOUNTS = "amounts"
SCALE = Parameter("scale", AMOUNTS)  # in place of the scale of proportions, where that would be drawn


class View(TextChoices):
    """How a comparison is shown."""

    RANKED = "ranked", gettext_lazy("Ranked")
    OVER_TIME = "time", gettext_lazy("Over time")
    TABLE = "table", gettext_lazy("Table")


VIEW = Parameter("view", "|".join(View.values))
DRAWING_CHOICE = (
    INDICATOR,
    *SPAN,
    MEMBERS,
    VIEW,
    SCALE,
)  # what the address of a drawing says of a comparison
CHOICE = (*DRAWING_CHOICE, PAGE)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is compared: the indicator, whom, over which cycles (the earliest first), and how it is shown.

    `unknown` says what the address names and nothing has: then nothing is compared. `notes` say what has another name
    by now, and of a member whose own figures have ended where they go on.
    """

    indicator: Indicator | None
    members: Sequence[Organisation] = ()  # those chosen; none means all
    all_cycles: Sequence[Cycle] = ()
    cycles: Sequence[Cycle] = ()
    view: View = View.RANKED
    has_span: bool = False  # the address names the cycles
    in_amounts: bool = False
    notes: Sequence[str] = field(default=())
    unknown: Sequence[str] = field(default=())

    @property
    def has_too_many(self) -> bool:
        """More members are chosen than can be told apart: nothing is compared until fewer are."""
        return len(self.members) > MAX_MEMBERS

    @property
    def can_be_shown(self) -> bool:
        return self.indicator is not None and not self.unknown and not self.has_too_many

    @property
    def views(self) -> list[View]:
        """The usual one first: of one member the course over time; what is no number stands in the table alone."""
        if self.indicator is None or not has_line(self.indicator):
            return [View.TABLE]
        if len(self.members) == 1:
            return [View.OVER_TIME, View.RANKED, View.TABLE]
        return [View.RANKED, View.OVER_TIME, View.TABLE]

    @property
    def is_usual_view(self) -> bool:
        return self.view == self.views[0]

    @property
    def names(self) -> str:
        """Whom it compares, in words."""
        return ", ".join(organisation.name for organisation in self.members) or _("all members")

    def address(self, view: View | None = None, *, in_amounts: bool | None = None) -> str:
        """The one address of this comparison, in this view and on this scale or in another."""
        scale = self.in_amounts if in_amounts is None else in_amounts
        return f"{reverse('public:compare')}?{self._query(view or self.view, in_amounts=scale)}"

    @property
    def query(self) -> str:
        """The choice as the query of the table's address."""
        return self._query(None)

    @property
    def drawing_query(self) -> str:
        """The choice as the query of the drawing's address."""
        return self._query(self.view, in_amounts=self.in_amounts)

    def _query(self, view: View | None, *, in_amounts: bool = False) -> str:
        chosen = {"indicator": self.indicator.key if self.indicator else ""}
        if self.has_span:
            chosen |= {"from": self.cycles[0].slug, "to": self.cycles[-1].slug}
        if self.members:
            chosen["members"] = ",".join(sorted(organisation.slug for organisation in self.members))
        if view not in (None, self.views[0]):
            chosen["view"] = str(view)
        if in_amounts:
            chosen["scale"] = AMOUNTS
        return urlencode(chosen, safe=",")


def read_choice(request: HttpRequest, *, has_default: bool = False) -> Choice:
    """The indicator, members and cycles that the address names.

    Where it names no indicator, there is none; with `has_default`, the first published one.
    """
    notes: list[str] = []
    unknown: list[str] = []
    key = request.GET.get("indicator", "")
    indicator = _indicator(key, notes, unknown) if key else None
    if has_default and not key:
        indicator = first_published_indicator()
    chosen = _members(request.GET.getlist("members"), notes, unknown)
    all_cycles = cycles_of_indicator(indicator)[::-1] if indicator else []
    names = [request.GET.get(name, "") for name in ("from", "to")]
    cycles = _cycles(names, all_cycles, unknown) if indicator else []
    return Choice(
        indicator,
        chosen,
        all_cycles,
        cycles,
        has_span=bool(cycles) and any(names),
        notes=notes,
        unknown=unknown,
    )


def with_view(choice: Choice, request: HttpRequest) -> Choice:
    """The choice in the view and on the scale that the address names; in the usual ones where it names none."""
    asked = request.GET.get("view", "")
    view = View(asked) if asked in choice.views else choice.views[0]
    return replace(choice, view=view, in_amounts=request.GET.get("scale", "") == AMOUNTS)


def _indicator(key: str, notes: list[str], unknown: list[str]) -> Indicator | None:
    """The indicator of this key, or of what the charter has renamed it to."""
    indicator = indicator_by_key(key)
    if indicator is None:
        unknown.append(_("There is no indicator with the address “%(key)s”.") % {"key": key})
        return None
    now = key_in_force(key, indicator.charter)
    renamed = indicator_by_key(now) if now != key else None
    if renamed is not None:
        facts = {"earlier": indicator.title, "now": renamed.title}
        notes.append(_("The charter has renamed the indicator: “%(earlier)s” is now “%(now)s”.") % facts)
        return renamed
    if indicator.charter.state == CharterState.SUPERSEDED:
        notes.append(
            _("The charter in force does not ask for this indicator any more: it is of version %(version)s.")
            % {"version": indicator.charter.version}
        )
    return indicator


def _members(sent: Sequence[str], notes: list[str], unknown: list[str]) -> list[Organisation]:
    """The members that are named, by name; one that has moved is found at its present address."""
    slugs = sorted({part for value in sent for part in value.split(",") if part})
    chosen = list(members().filter(slug__in=slugs)) if slugs else []
    present = {organisation.slug for organisation in chosen}
    moved = moved_members([slug for slug in slugs if slug not in present])
    if moved:
        chosen = list(members().filter(slug__in={*present, *moved.values()}))
    names = {organisation.slug: organisation.name for organisation in chosen}
    for slug in slugs:
        if slug in moved:
            facts = {"slug": slug, "name": names[moved[slug]]}
            notes.append(_("“%(slug)s” was an earlier address of %(name)s.") % facts)
        elif slug not in present:
            unknown.append(_("There is no member with the address “%(slug)s”.") % {"slug": slug})
    notes += [_merger(each) for each in chosen if each.successor_id and each.merged_on]
    return chosen


def _merger(organisation: Organisation) -> str:
    facts = {
        "name": organisation.name,
        "successor": organisation.successor.name if organisation.successor else "",
        "day": format_date(organisation.merged_on) if organisation.merged_on else "",
    }
    return _("%(name)s merged into %(successor)s on %(day)s: its own figures end there.") % facts


def _cycles(names: Sequence[str], cycles: Sequence[Cycle], unknown: list[str]) -> Sequence[Cycle]:
    """From one cycle to another, in whichever order they are named; else the last ones."""
    places = {cycle.slug: place for place, cycle in enumerate(cycles)}
    if not any(names):
        return cycles[-MAX_CYCLES:]
    wrong = [slug for slug in names if slug and slug not in places]
    if wrong:
        unknown += [
            _("“%(slug)s” is no published cycle with figures of this indicator.") % {"slug": slug}
            for slug in wrong
        ]
        return cycles[-MAX_CYCLES:]
    first = places[names[0]] if names[0] else 0
    last = places[names[1]] if names[1] else len(cycles) - 1
    return cycles[min(first, last) : max(first, last) + 1]
