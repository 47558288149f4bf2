"""The public record as whole lists for programs: what holds now, from publications and other public data alone."""

from django.db.models import Prefetch, QuerySet

from alliance.models import (
    Chapter,
    Charter,
    Commitment,
    Harm,
    Indicator,
    Measure,
    PublishedFigure,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedTotal,
    PublishedVerdict,
    ReferenceCount,
)
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.public.replies import mark_earlier_replies
from alliance.queries.public.user_rates import with_rates
from alliance.validators.corrections import corrected_verdicts_of
from portal.kernel.access import ANYONE
from portal.kernel.publishing import ProjectionQuerySet, Publication, read_publication


def charters() -> QuerySet[Charter]:
    """The charters in force and those before them."""
    return Charter.objects.visible_to(ANYONE)


def charters_with_parts() -> QuerySet[Charter]:
    """The same with chapters, commitments, measures, indicators and harms. Six queries, however many."""
    indicators = Indicator.objects.visible_to(ANYONE)
    measures = Measure.objects.visible_to(ANYONE).prefetch_related(Prefetch("indicators", indicators))
    commitments = Commitment.objects.visible_to(ANYONE).prefetch_related(Prefetch("measures", measures))
    chapters = Chapter.objects.visible_to(ANYONE).prefetch_related(Prefetch("commitments", commitments))
    return charters().prefetch_related(
        Prefetch("chapters", chapters), Prefetch("harms", Harm.objects.visible_to(ANYONE))
    )


def pledges() -> ProjectionQuerySet:
    """Every pledge as of now, with those fulfilled or withdrawn."""
    return without_charter_texts(
        PublishedPledge.objects.current().select_related("organisation", "charter"), "charter"
    )


def published_reports() -> ProjectionQuerySet:
    """Every published report and notice, without what they answer."""
    rows = PublishedReport.objects.current().select_related("organisation", "cycle__charter")
    return without_charter_texts(rows.defer("answers", "evidence"), "cycle__charter")


def figures() -> ProjectionQuerySet:
    """Every published figure with its rate; one that is withheld has no value, and no rate."""
    return with_rates(_with_member_and_cycle(PublishedFigure.objects.current()).select_related("service"))


def figures_of(report: PublishedReport) -> ProjectionQuerySet:
    """The figures of one report, in the charter's order of keys."""
    return _of(figures(), report).order_by("indicator_key", "service__slug", "cell", "pk")


def totals_of(report: PublishedReport) -> ProjectionQuerySet:
    """What its services come to together."""
    return _of(PublishedTotal.objects.current(), report).order_by("indicator_key", "cell", "pk")


def verdicts() -> ProjectionQuerySet:
    """Every published verdict: on commitments, on measures, on pledges."""
    return _with_member_and_cycle(PublishedVerdict.objects.current())


def published_verdicts_of(report: PublishedReport) -> ProjectionQuerySet:
    """The verdicts on one report, in the order of the publication."""
    return _of(verdicts(), report).order_by("pk")


def responses_of(report: PublishedReport) -> list[PublishedResponse]:
    """What the member replied to them, with what corrected a verdict since. Up to three queries."""
    rows = list(_of(PublishedResponse.objects.current(), report).order_by("pk"))
    publication = Publication.objects.filter(number=report.valid_from).first() if rows else None
    if publication is None:
        return rows
    # from the document, which has the keys of the replies: those of the version that the report answers to
    return mark_earlier_replies(
        rows, corrected_verdicts_of(read_publication(publication), publication.number)
    )


def references() -> QuerySet[ReferenceCount]:
    """What others counted, without what a later count has replaced."""
    rows = ReferenceCount.objects.visible_to(ANYONE).filter(replaced_by__isnull=True)
    return rows.select_related("organisation", "service")


def _with_member_and_cycle(rows: ProjectionQuerySet) -> ProjectionQuerySet:
    return rows.select_related("organisation", "cycle")


def _of(rows: ProjectionQuerySet, report: PublishedReport) -> ProjectionQuerySet:
    return rows.filter(organisation_id=report.organisation_id, cycle_id=report.cycle_id)
