"""What a line of the week says of its record besides what happened: whom it serves, how well proven, what was measured.

From what was read with the rows: no line asks for more. Of its own practices a letter names only what is open.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from portal.kernel.text import format_figure
from practices.enums import OPEN_LABELS, EvidenceGrade, ServiceKind
from practices.models import Adoption, Request, SearchEntry
from practices.queries import taxonomy
from practices.queries.interests import Interests, values_of
from practices.queries.results import change_of, signed_percent
from practices.queries.weekly import Week

_MOST_NAMES = 3


def facts_of_practice(entry: SearchEntry, interests: Interests) -> str:
    """Its harms, the reader's own first; which of their services it serves; how far its results can be trusted."""
    harms = _harms(values_of(entry.facets, "harms"), interests)
    kinds = values_of(entry.facets, "service_kinds")
    services = sorted({name for kind in kinds for name in interests.services.get(kind, ())})
    serves = _("Serves %(services)s.") % {"services": _in_a_row(services)} if services else ""
    grades = [
        f"{_('Evidence')}: {str(EvidenceGrade(value).label).lower()}."
        for value in values_of(entry.facets, "grade")
    ]
    return _sentences([f"{harms}." if harms else "", serves, *grades])


def facts_of_request(request: Request, interests: Interests, *, leaving: bool) -> str:
    """What it is about, and the practice by which the reader's organisation may know an answer."""
    kinds = _in_a_row([str(ServiceKind(kind).label) for kind in request.service_kinds])
    subjects = "; ".join(filter(None, [_harms(request.harms, interests), kinds]))
    return _sentences([f"{subjects}." if subjects else "", _reason(request.harms, interests, leaving)])


def facts_of_use(use: Adoption, week: Week) -> Iterator[str]:
    """What state it was in before the week, and what was measured last."""
    steps = list(use.steps.all())
    if len(steps) > 1 and steps[0].state != steps[1].state and week.span[0] <= steps[0].recorded_at:
        yield _("Before: %(state)s.") % {"state": steps[1].get_state_display().lower()}
    for result in sorted(use.current_results, key=lambda result: (result.added_at, result.pk), reverse=True):
        change = change_of(result.before, result.after, result.unit, None)
        if change and result.what:
            yield f"{result.what}: {signed_percent(change.percent)}."
            return


def _reason(harms: Iterable[str], interests: Interests, leaving: bool) -> str:
    known = (each for harm in harms for each in interests.known.get(harm, ()))
    named = [each for each in known if not leaving or each.label in OPEN_LABELS]
    for each in sorted(named, key=lambda each: not each.is_own)[:1]:
        text = _("Your organisation wrote “%(title)s”.") if each.is_own else _("You use “%(title)s”.")
        return text % {"title": each.title}
    return ""


def _harms(keys: Collection[str], interests: Interests) -> str:
    """Those that the reader has to do with first; the first one begins a sentence."""
    titles = {key: harm.title for key, harm in taxonomy.harms().items()}
    ordered = sorted((key for key in keys if key in titles), key=lambda key: key not in interests.harms)
    names = [titles[key] for key in ordered]
    return _in_a_row(
        [*names[:1], *(name if name[:2].isupper() else name[:1].lower() + name[1:] for name in names[1:])]
    )


def _in_a_row(names: Sequence[str]) -> str:
    """At most three; of more it is said that there are others."""
    more = len(names) - _MOST_NAMES
    shown = ", ".join(names[:_MOST_NAMES])
    return _("%(names)s and %(n)s more") % {"names": shown, "n": format_figure(more)} if more > 0 else shown


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(filter(None, parts))
