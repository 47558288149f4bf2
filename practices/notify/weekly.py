"""The letter of the week: its sections, what each line may say by its label, and the same for the page behind it.

A letter leaves the portal: of what is not open it says only what happened, and a link that opens after the sign-in. The
page names what its reader may see.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import OrganisationState
from alliance.models import Membership
from portal.kernel.access import Actor
from portal.kernel.notices import Recipient, WeeklyLetter
from portal.kernel.text import format_date
from practices.access import COMMUNITY_KINDS
from practices.enums import OPEN_LABELS, Label, strictest
from practices.models import Practice
from practices.notify.letters import page_of
from practices.notify.week_facts import facts_of_practice, facts_of_request, facts_of_use
from practices.queries.titles import practices_with_titles, titles_of
from practices.queries.weekly import Week, week_before


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One line: its label, the title if it may be named, what there is to say, and where it leads."""

    label: Label
    title: str
    about: str
    url: str
    action: str
    language: str = ""  # of the title, where it is known


@dataclass(frozen=True, slots=True)
class WeekSection:
    """The first lines of one kind, and how many there are; sections without lines are dropped."""

    key: str
    heading: str
    lines: Sequence[WeekLine]
    total: int

    @property
    def more(self) -> int:
        """How many there are beside these."""
        return self.total - len(self.lines)


def week_sections(actor: Actor, week: Week, *, leaving: bool) -> list[WeekSection]:
    """The sections in their order. `leaving`: for a letter, which names only what is open."""
    lines = _Lines(actor, week, leaving)
    sections = (
        WeekSection("new", _("New for your services and harms"), list(lines.new()), week.new.total),
        WeekSection(
            "questions",
            _("Questions that you can answer"),
            list(lines.questions()),
            week.requests.total + week.questions.total,
        ),
        WeekSection("uses", _("Uses of your practices"), list(lines.uses()), week.uses.total),
        WeekSection("still-works", _("Does it still work?"), list(lines.asked()), week.asked.total),
        WeekSection("alerts", _("Alerts that end this week"), list(lines.alerts()), week.alerts.total),
    )
    return [section for section in sections if section.lines]


class _Lines:
    def __init__(self, actor: Actor, week: Week, leaving: bool) -> None:
        self._actor, self._week, self._leaving = actor, week, leaving
        ids = {row.practice_id for row in week.new} | {row.practice_id for row in week.uses}
        ids |= {row.practice_id for row in week.questions if row.practice_id}
        self._titles = titles_of(actor, ids | {row.pk for row in week.alerts})

    def new(self) -> Iterator[WeekLine]:
        for row in self._week.new:
            practice = row.practice
            is_first = row.practice_id in self._week.widened or row.shared_at >= self._week.span[0]
            news = _("New.") if is_first else _("New version.")
            facts = facts_of_practice(row, self._week.interests)
            about = f"{practice.organisation.name}. {news} {facts}".rstrip()
            yield self._of_practice(practice, practice.label, about, news, _("Read"))

    def questions(self) -> Iterator[WeekLine]:
        for request in self._week.requests:
            asks = _("%(organisation)s asks.") % {"organisation": request.organisation.name}
            facts = facts_of_request(request, self._week.interests, leaving=self._leaving)
            about = f"{asks} {facts}".rstrip()
            yield self._line(
                request.label, capfirst(request.title), about, _("A request."), "request", request.key, _("Answer"),
                request.language,
            )  # fmt: skip
        for post in self._week.questions:
            practice = post.practice
            assert practice is not None, "questions are about own practices"
            asks = _("%(organisation)s asks about your practice.") % {"organisation": post.organisation.name}
            since = _("No answer since %(day)s.") % {"day": format_date(post.posted_at)}
            about = f"{asks} {since}"
            news = _("A question about your practice.")
            title = self._titles.get(practice.pk, "")
            yield self._line(
                post.handling_label, title, about, news, "practice-discussion", practice.key, _("Answer"),
                practice.language,
            )  # fmt: skip

    def uses(self) -> Iterator[WeekLine]:
        for use in self._week.uses:
            where = use.service.name if use.service else use.organisation.name
            state = f"{where}: {use.get_state_display().lower()}."
            about = " ".join([state, *facts_of_use(use, self._week)])
            if self._week.has_corrected_result(use):
                about = f"{about} {_('A result was corrected or withdrawn.')}"
            label = strictest(use.practice.label, use.handling_label)
            news = _("A use of one of your practices was recorded.")
            yield self._of_practice(use.practice, label, about, news, _("See it"), "practice-uses")

    def asked(self) -> Iterator[WeekLine]:
        readable = practices_with_titles(self._actor, [use.practice_id for use in self._week.asked])
        for use in self._week.asked:
            practice, title = readable.get(use.practice_id, (None, ""))
            label = strictest(use.handling_label, practice.label) if practice else use.handling_label
            where = use.service.name if use.service else use.organisation.name
            # why they are asked may say what was changed since they could read it
            about = f"{where}. {use.get_asked_because_display()}" if practice else where
            news = _("A practice that you use.")
            language = practice.language if practice else ""
            yield self._line(label, title, about, news, "adoption", use.key, _("Say so"), language)

    def alerts(self) -> Iterator[WeekLine]:
        for practice in self._week.alerts:
            assert practice.expires_on is not None, "they are found by it"
            is_own = practice.organisation_id == self._actor.tenant_id
            ends = _("Ends on %(day)s.") % {"day": format_date(practice.expires_on)}
            about = f"{practice.organisation.name}. {ends}"
            action = _("Extend or end") if is_own else _("Read")
            yield self._of_practice(practice, practice.label, about, ends, action)

    def _of_practice(
        self, practice: Practice, label: str, about: str, news: str, action: str, page: str = "practice"
    ) -> WeekLine:
        title = self._titles.get(practice.pk, "")
        return self._line(label, title, about, news, page, practice.key, action, practice.language)

    def _line(
        self, label: str, title: str, about: str, news: str, page: str, key: Any, action: str, language: str
    ) -> WeekLine:
        url = reverse(page_of(self._actor, page), args=[key])
        if self._leaving and label not in OPEN_LABELS:
            return WeekLine(Label(label), "", news, url, action)
        return WeekLine(Label(label), title, about, url, action, language)


def _letter(recipient: Recipient, on: date) -> Mapping[str, Any] | None:
    """What the letter says; None for a week in which nothing happened."""
    week = week_before(recipient.actor, on)
    if week.is_empty:
        return None
    sections = week_sections(recipient.actor, week, leaving=True)
    labels = [line.label for section in sections for line in section.lines]
    if not labels:
        return None
    return {
        "label": Label(strictest(*labels)).label,
        "week_sections": sections,
        "summary": ", ".join(_counts(sections)),
        "unnamed": sum(label not in OPEN_LABELS for label in labels),
        "url": f"{reverse('workspace:practice-week')}?until={on.isoformat()}",
    }


def _counts(sections: Iterable[WeekSection]) -> Iterator[str]:
    """The beginning of the subject's list: how much of each kind."""
    for section in sections:
        n = section.total
        texts = {
            "new": ngettext("%(n)d new", "%(n)d new", n),
            "questions": ngettext("%(n)d question", "%(n)d questions", n),
            "uses": ngettext("%(n)d use", "%(n)d uses", n),
            "still-works": ngettext("%(n)d thing asked", "%(n)d things asked", n),
            "alerts": ngettext("%(n)d alert ends", "%(n)d alerts end", n),
        }
        yield texts[section.key] % {"n": n}


def _readers(monday: date) -> Iterable[tuple[int, int]]:
    """Everybody of the community who was there before that Monday."""
    rows = Membership.objects.current().filter(
        organisation__kind__in=COMMUNITY_KINDS,
        organisation__state=OrganisationState.ACTIVE,
        person__is_active=True,
        started_at__date__lt=monday,
    )
    return rows.order_by("pk").values_list("person_id", "organisation_id")


WEEKLY_LETTER = WeeklyLetter("week", "practices/email/weekly.html", _readers, _letter)
