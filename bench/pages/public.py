"""Every public page of the alliance that is there: those of the policy tables, which have a line for each route.

So a new page is asked for without being named here, as soon as its line says who may see it; where it is about an
object of a new kind, `places` says which one, and until then it is counted among those left out.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from django.urls import reverse

from alliance.enums import CycleState
from alliance.models import Charter, Cycle, Indicator, PublishedReport, PublishedVerdict
from portal.kernel.publishing import Publication

# imported by name: the types of the tests are not checked
PUBLIC: Any = import_module("tests.policy").PUBLIC
_SHOWN = "o"


def places(member: str) -> dict[str, dict[str, Any]]:
    """What fills the addresses, by the names of the policy tables: the last cycle, a member’s report in it."""
    cycle = Cycle.objects.filter(state=CycleState.PUBLISHED).latest("starts_on")
    report = PublishedReport.objects.current().get(cycle=cycle, organisation__slug=member)
    verdicts = PublishedVerdict.objects.current().filter(
        cycle=cycle, organisation__slug=member, measure_key=""
    )
    commitment = verdicts.exclude(commitment_key="").earliest("pk").commitment_key
    indicators = Indicator.objects.filter(charter=cycle.charter, measure__commitment__key=commitment)
    indicator = indicators.exclude(value="").earliest("pk")
    charter = Charter.objects.get(pk=cycle.charter_id)
    publication = Publication.objects.get(number=report.valid_from)
    return {
        "": {},
        "public.cycle": {"cycle": cycle.slug},
        "public.member": {"slug": member},
        "public.report": {"slug": member, "cycle": cycle.slug},
        "public.commitment": {"key": commitment},
        "public.figures": {"key": commitment, "indicator": indicator.key},
        "public.publication": {"number": publication.number},
        "public.digest": {"digest": publication.sha256},
        "charter": {"key": charter.key, "version": charter.version},
    }


def public_pages(member: str) -> Iterator[tuple[str, str]]:
    """The name and the address of each; without what is about an object that this alliance has none of."""
    by_name = places(member)
    seen = set()
    for case in PUBLIC:
        address = _address(case, by_name)
        if address and case.expected("GET")["vera"] == _SHOWN and address not in seen:
            seen.add(address)
            yield case.route, address


def left_out(member: str) -> list[str]:
    """The routes that anybody may see and of which no address is asked for."""
    asked = {route for route, _address in public_pages(member)}
    shown = {case.route for case in PUBLIC if case.expected("GET")["vera"] == _SHOWN}
    return sorted(shown - asked)


def _address(case: Any, by_name: Mapping[str, dict[str, Any]]) -> str | None:
    if case.object_name not in by_name:
        return None
    return reverse(case.route, kwargs={**by_name[case.object_name], **case.extra_kwargs}) + case.query
