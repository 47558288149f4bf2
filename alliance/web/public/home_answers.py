"""What readers ask first: each question with its answer in a line, and the page that has all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import TargetState
from alliance.models import Cycle, Indicator, Organisation, PublishedFigure
from alliance.queries.public.cycles import previous_cycle
from alliance.queries.public.fastest import MOST_TIED, fastest
from alliance.queries.public.open_data import latest_release, release_files
from alliance.queries.public.promises import PromiseCounts, PromiseFilter, promise_counts, promise_sums
from alliance.queries.public.readings import reading_of
from alliance.queries.public.verdict_matrix import changes_since
from alliance.queries.public.wording import correction_mark, short_cycle, text_before_correction
from alliance.web.public.change_rows import verdict_sentence
from alliance.web.public.ranked_rows import figure_words
from portal.kernel.text import format_figure

_TABLE = "figures"


@dataclass(frozen=True, slots=True)
class Answer:
    """A question in the reader's words, where it is answered, the answer in a line, and files to take at once."""

    question: str
    url: str
    text: str
    files: Sequence[tuple[str, str]] = ()  # their labels and addresses


def home_answers(
    cycle: Cycle | None, cycles: Sequence[Cycle], day: date, *, is_present: bool = True
) -> list[Answer]:
    """The questions that the record has an answer to; of a day in the past without the files, which are of today."""
    answers = [
        _fastest(cycle, cycles) if cycle else None,
        _promises(day),
        _changes(cycle, cycles) if cycle else None,
        _table() if is_present else None,
        Answer(
            _("Is this document the one that was published?"),
            reverse("public:verify-form"),
            _("A report or a certificate that you were sent can be checked."),
        ),
    ]
    return [answer for answer in answers if answer]


def _fastest(cycle: Cycle, cycles: Sequence[Cycle]) -> Answer | None:
    first = fastest(cycle)
    if first is None:
        return None
    figures = first.figures
    shown = figures[: MOST_TIED - 1]
    marks = [_correction(first.indicator, figure) for figure in shown]
    # beside the value where it is one member's alone, else beside each name
    is_one = len(figures) == 1
    names = "; ".join(
        _whose(figure, "" if is_one else mark) for figure, mark in zip(shown, marks, strict=True)
    )
    if len(figures) == MOST_TIED:
        names = _("%(names)s and others") % {"names": names}
    value = figure_words(first.indicator, figures[0].value, is_estimate=figures[0].estimate)
    value += f" ({marks[0]})" if is_one and marks[0] else ""
    query = {"indicator": first.indicator.key} | ({} if cycle == cycles[0] else {"to": cycle.slug})
    return Answer(
        _("Which company is the fastest?"),
        f"{reverse('public:compare')}?{urlencode(query)}",
        _("%(indicator)s: %(names)s, %(value)s.")
        % {"indicator": first.indicator.title, "names": names, "value": value},
    )


def _whose(figure: PublishedFigure, mark: str) -> str:
    """Whose figure it is: the service, in brackets its member, if it is called otherwise; and how it was corrected."""
    member = figure.organisation.name
    name = figure.service.name if figure.service else member
    notes = [mark] if name == member else [member, mark]
    text = ", ".join(filter(None, notes))
    return f"{name} ({text})" if text else name


def _correction(indicator: Indicator, figure: PublishedFigure) -> str:
    """That a figure was corrected, and what it was; empty where it was not."""
    if figure.corrected_in is None:
        return ""
    reading = reading_of(figure)
    before = reading.before_correction
    text = text_before_correction(indicator, reading, before)
    if text and before and before.has_value and before.value != reading.value:
        text = figure_words(indicator, before.value, is_estimate=before.estimate)
    return correction_mark(text)


def promises_of_member(member: Organisation, day: date) -> Answer | None:
    """What became of the promises of one member; None where it has set itself no target. Two queries."""
    counts = promise_counts(day, PromiseFilter(member=member.slug))
    if not counts.all:
        return None
    return Answer(
        _("What did %(name)s promise and not keep?") % {"name": member.name},
        f"{reverse('public:promise-list')}?{urlencode({'member': member.slug})}",
        _promise_words(counts),
    )


def _promises(day: date) -> Answer | None:
    counts = promise_sums(day)
    if not counts.all:
        return None
    return Answer(
        _("What was promised and not kept?"), reverse("public:promise-list"), _promise_words(counts)
    )


def _promise_words(counts: PromiseCounts) -> str:
    """How many targets were missed, are overdue, were kept."""
    missed, late = (counts.by_state[state] for state in (TargetState.MISSED, TargetState.LATE))
    sentences = []
    if missed:
        words = ngettext("%(n)s target was missed.", "%(n)s targets were missed.", missed)
        sentences.append(words % {"n": format_figure(missed)})
    if late:
        words = ngettext("%(n)s target is overdue.", "%(n)s targets are overdue.", late)
        sentences.append(words % {"n": format_figure(late)})
    if counts.passed_count:
        words = ngettext(
            "%(part)s of %(whole)s target whose day is over was kept.",
            "%(part)s of %(whole)s targets whose day is over were kept.",
            counts.passed_count,
        )
        parts = {
            "part": format_figure(counts.reached_count),
            "whole": format_figure(counts.passed_count),
        }
        sentences.append(words % parts)
    return " ".join(sentences) or _("The day of no target is over yet.")


def _changes(cycle: Cycle, cycles: Sequence[Cycle]) -> Answer | None:
    year_before = _year_before(cycle, cycles)
    before = year_before or previous_cycle(cycle, cycles)
    if before is None:
        return None
    changes = changes_since(cycle, before)
    values = {
        "before": short_cycle(before),
        "now": short_cycle(cycle),
        "verdicts": verdict_sentence(changes.improved, changes.worsened),
    }
    return Answer(
        _("What changed since last year?") if year_before else _("What changed since the last cycle?"),
        f"{reverse('public:changes')}?{urlencode({'from': before.slug, 'to': cycle.slug})}",
        _("%(verdicts)s %(before)s compared with %(now)s; figures, promises and corrections too.") % values,
    )


def _year_before(cycle: Cycle, cycles: Sequence[Cycle]) -> Cycle | None:
    """The last cycle on the same charter that began at least a year earlier, and not two."""
    begin = (cycle.starts_on.year, cycle.starts_on.month, cycle.starts_on.day)
    year, two_years = ((begin[0] - count, *begin[1:]) for count in (1, 2))
    earlier = [
        each
        for each in cycles
        if each.charter.key == cycle.charter.key
        and two_years < (each.starts_on.year, each.starts_on.month, each.starts_on.day) <= year
    ]
    return max(earlier, key=lambda each: each.starts_on, default=None)


def _table() -> Answer | None:
    release = latest_release()
    if release is None:
        return None
    files = release_files(release)
    rows = release.rows.get(_TABLE, 0)
    return Answer(
        _("Where are all figures in one table?"),
        f"{reverse('public:data')}#{_TABLE}",
        ngettext("%(n)s row, as a file:", "%(n)s rows, as a file:", rows) % {"n": format_figure(rows)},
        [
            (f"{format_.upper()}, {filesizeformat(file.size)}", reverse("data-file", args=[file.name]))
            for format_ in ("csv", "xlsx")
            if (file := files.get(f"{_TABLE}.{format_}"))
        ],
    )
