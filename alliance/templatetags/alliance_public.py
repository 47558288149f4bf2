"""What the templates of the public area need: look-ups, and values in the reader's words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from alliance.enums import TargetState
from alliance.models import Cycle, Indicator, PublishedReport, Report
from alliance.queries.public import wording
from alliance.queries.public.correction_wording import target_text
from alliance.queries.public.obligations import PublicObligation
from alliance.queries.public.readings import Reading
from alliance.queries.public.targets import TargetDecision, decision_of
from alliance.queries.public.texts import in_reader_language
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.text import format_date, is_web_address, split_address
from portal.kernel.web import address_of

register = template.Library()


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value under this key; nothing when there is none."""
    return mapping.get(key)


@register.filter
def in_language(texts: Mapping[str, str]) -> str:
    """A text in several languages, in the reader's."""
    return in_reader_language(texts)


@register.filter
def correction_of_verdict(value: str, before: str) -> str:
    """What a corrected verdict was, in words."""
    return wording.correction_of_verdict(value, before)


@register.filter
def short_cycle(cycle: Cycle) -> str:
    """A cycle as the head of a column."""
    return wording.short_cycle(cycle)


@register.filter
def standing(obligation: PublicObligation) -> str:
    """What became of a report that was due, in words."""
    return wording.standing_text(obligation)


@register.filter
def iso_day(text: str) -> str:
    """A day that a document writes as 2027-06-30, in words."""
    return format_date(date.fromisoformat(text))


@register.filter
def unit(indicator: Indicator) -> str:
    """The unit that follows a number."""
    return wording.unit_of(indicator)


@register.filter
def web_address(url: str) -> str:
    """The address when a browser may follow it to a page; nothing for any other scheme."""
    return url if is_web_address(url) else ""


@register.filter
def host(url: str) -> str:
    """The host name of a website's address."""
    return split_address(url).netloc.removeprefix("www.") or url


@register.filter
def rounded_for(value: Decimal | None, indicator: Indicator) -> Decimal | None:
    """A number as a page shows it."""
    return wording.rounded_value(indicator, value)


@register.simple_tag
def filed(report: PublishedReport) -> SafeString:
    """When a report was filed, or that it was not; cached, for lists repeat few days in many rows."""
    before = wording.correction_of_filing(report.was)
    return _filed(report.notice, format_date(report.submitted_at), report.late, before, get_language())


@register.simple_tag
def correct_filing_url(report: PublishedReport) -> str:
    """Where who may correct it begins a correction of what is said of the filing."""
    return correct_value_url(report, CorrectionPlace.of_standing())


@register.simple_tag
def correct_value_url(report: PublishedReport | Report, place: CorrectionPlace) -> str:
    """Where who may correct it begins a correction of one value of a published report."""
    way = reverse("correct-published", args=[report.organisation.slug, report.cycle.slug])
    return f"{way}?{urlencode({'value': place.key})}"


@register.filter
def filing_before(report: PublishedReport | None) -> str:
    """What was said of its filing before that was corrected; empty where it was not."""
    return wording.correction_of_filing(report.was) if report else ""


@lru_cache(maxsize=1024)
def _filed(notice: str, on: str, late: bool, before: str, language: str | None) -> SafeString:
    del language  # the active one, of the template
    facts = {"notice": notice, "day": on, "late": late, "before": before}
    html = render_to_string("alliance/public/_filing_date.html", facts)
    return mark_safe(html.strip())  # a template


@register.simple_tag
def value_text_for(indicator: Indicator, reading: Reading) -> str:
    """A yes, a no or a choice in words; nothing for a number."""
    return "" if reading.withheld else wording.value_text(indicator, reading.value, reading.choice)


@register.filter
def target_decision(target: Mapping[str, Any]) -> TargetDecision | None:
    """What the secretariat has decided of a published target that no figure can decide; None of others."""
    return decision_of(target)


@register.filter
def target_before(target: Mapping[str, Any]) -> str:
    """What a published target was before it was corrected; empty for one that was not."""
    return target_text(target["was"]) if target["was"] else ""


@register.simple_tag
def promise_mark(state: TargetState) -> SafeString:
    """The sign of what became of a target: a page has one for each target of many members."""
    return _state_part("alliance/public/_promise_mark.html", TargetState(state), get_language())


@register.simple_tag
def target_state(state: TargetState | None) -> SafeString:
    """The same with its word, as `alliance/_target_state.html` draws it."""
    known = TargetState(state) if state else None
    return _state_part("alliance/_target_state.html", known, get_language())


@lru_cache(maxsize=64)
def _state_part(template: str, state: TargetState | None, language: str | None) -> SafeString:
    del language  # the active one, of the template
    return mark_safe(render_to_string(template, {"state": state}).strip())  # a template


@register.filter
def promise_sums(states: Sequence[TargetState]) -> list[str]:
    """How many targets of each state there are, in a few words: "1 kept", "3 due"."""
    return [wording.count_of_state(state, count) for state, count in Counter(states).items()]


@register.simple_tag
def correction_of(indicator: Indicator, reading: Reading) -> dict[str, str]:
    """What stood in the reading's place before it was corrected, and the publication that corrected it."""
    text = wording.text_before_correction(indicator, reading, reading.before_correction)
    url = address_of("public:publication", reading.corrected_in) if text and reading.corrected_in else ""
    return {"text": text, "url": url}
