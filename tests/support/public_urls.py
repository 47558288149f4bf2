"""Every address of the public site that has an answer, in both languages, from what is in the database."""

from alliance.models import Commitment, Cycle, Indicator, Organisation, PublishedReport
from portal.kernel.access import ANYONE
from portal.kernel.publishing import Publication
from practices.models import PublishedPractice

FIXED = (
    "",
    "commitments/",
    "members/",
    "members/?former",
    "cycles/",
    "reports/",
    "publications/",
    "compare/",
    "about/",
    "about/method/",
    "about/accessibility/",
    "about/privacy/",
    "about/terms/",
    "about/contact/",
    "about/contact/sent/",
    "feed.atom",
    "practices/",
    "practices/?q=canary",
    "practices/practices.json",
    "practices/feed.atom",
)


def all_public_urls() -> list[str]:
    """Each page, file and document, once in each language."""
    return [f"/{language}/{path}" for language in ("en", "ru") for path in (*FIXED, *_urls_of_rows())]


def _urls_of_rows() -> list[str]:
    figures = Indicator.objects.visible_to(ANYONE).filter(type="figure").select_related("measure__commitment")
    reports = PublishedReport.objects.current().select_related("organisation", "cycle")
    practices = PublishedPractice.objects.current()
    return [
        *(f"?cycle={one.slug}" for one in Cycle.objects.visible_to(ANYONE).filter(state="published")),
        *(f"commitments/{one.key}/" for one in Commitment.objects.visible_to(ANYONE)),
        *(f"commitments/{one.measure.commitment.key}/?indicator={one.key}" for one in figures),
        *(f"commitments/{one.measure.commitment.key}/{one.key}.csv" for one in figures),
        *(f"members/{one.slug}/" for one in Organisation.objects.visible_to(ANYONE).filter(kind="member")),
        *(f"cycles/{one.slug}/" for one in Cycle.objects.visible_to(ANYONE)),
        *(f"cycles/{one.cycle.slug}/verdicts.csv" for one in reports),
        *(f"reports/{one.organisation.slug}/{one.cycle.slug}{end}" for one in reports for end in _ENDS),
        *(f"publications/{number}/{end}" for number in _numbers() for end in ("", "body")),
        *(f"practices/{one.record}/{end}" for one in practices for end in ("", "practice.json")),
        *(f"practices/{one.record}/versions/{one.number}/" for one in practices),
        *(f"compare/?indicator={one.key}" for one in figures),
        *(f"compare.csv?indicator={one.key}" for one in figures),
    ]


_ENDS = ("/", ".json", ".csv")


def _numbers() -> list[int]:
    return list(Publication.objects.values_list("number", flat=True))
