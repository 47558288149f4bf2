"""Every address of the public site that has an answer, in both languages, from what is in the database."""

from django.db.models import QuerySet

from alliance.models import (
    Charter,
    Commitment,
    Cycle,
    Indicator,
    Organisation,
    PublicQuestion,
    PublishedReport,
    Supporter,
)
from portal.kernel.access import ANYONE
from portal.kernel.publishing import Publication
from practices.models import PublishedPractice

FIXED = (
    "",
    "commitments/",
    "members/",
    "members/?former",
    "verify/",
    f"verify/{'0' * 64}/",
    "questions/",
    "questions/sent/",
    "questions/outdated/",
    "questions/withdrawn/",
    "apply/sent/",
    "apply/confirmed/",
    "apply/withdrawn/",
    "apply/outdated/",
    "supporters/",
    "supporters.csv",
    "supporters/accede/sent/",
    "supporters/link/",
    "supporters/ended/",
    "cycles/",
    "reports/",
    "publications/",
    "verify/",
    "verify/digests/00.json",
    "verify/list.txt",
    "compare/",
    "compare/?indicator=content-actioned&view=table",
    "compare/?indicator=content-actioned&view=time",
    "promises/",
    "promises.csv",
    "promises.json",
    "promises.atom",
    "changes/",
    "changes/?since=2020-01-01",
    "changes.csv",
    "figures/?indicator=content-actioned",
    "figures.csv?indicator=content-actioned",
    "search/?q=canary",
    "search.csv?q=canary",
    "search.atom?q=canary",
    "about/",
    "about/method/",
    "about/accessibility/",
    "about/privacy/",
    "about/terms/",
    "about/contact/",
    "about/contact/sent/",
    "feed.atom",
    "data/",
    "data/changes.atom",
    "follow/",
    "follow/sent/",
    "follow/outdated/",
    "follow/ended/",
    "embed/compare/?indicator=content-actioned",
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
        *(f"?cycle={cycle.slug}" for cycle in Cycle.objects.visible_to(ANYONE).filter(state="published")),
        *(f"commitments/{commitment.key}/" for commitment in Commitment.objects.visible_to(ANYONE)),
        *(f"commitments/{figure.measure.commitment.key}/?indicator={figure.key}" for figure in figures),
        *(f"commitments/{figure.measure.commitment.key}/{figure.key}.csv" for figure in figures),
        *(f"charters/{row.key}/{row.version}/" for row in Charter.objects.visible_to(ANYONE)),
        *(
            f"members/{member.slug}/"
            for member in Organisation.objects.visible_to(ANYONE).filter(kind="member")
        ),
        *(
            f"{folder}/{member.slug}{end}"
            for member in Organisation.objects.visible_to(ANYONE).filter(kind="member")
            for folder, end in (("members", ".atom"), ("embed/members", "/"))
        ),
        *(f"embed/cycles/{report.cycle.slug}/{report.organisation.slug}/" for report in reports),
        *(f"supporters/{supporter.pk}/" for supporter in Supporter.objects.visible_to(ANYONE)),
        *(f"questions/{question.pk}/" for question in _published_questions()),
        *(f"cycles/{cycle.slug}/" for cycle in Cycle.objects.visible_to(ANYONE)),
        *(f"cycles/{report.cycle.slug}/verdicts.csv" for report in reports),
        *(
            f"reports/{report.organisation.slug}/{report.cycle.slug}{end}"
            for report in reports
            for end in _ENDS
        ),
        *(f"publications/{number}/{end}" for number in _numbers() for end in ("", "body")),
        *(f"practices/{practice.record}/{end}" for practice in practices for end in _PRACTICE_ENDS),
        *(f"practices/{practice.record}/versions/{practice.number}/" for practice in practices),
        *(f"compare/?indicator={figure.key}" for figure in figures),
        *(f"compare.csv?indicator={figure.key}" for figure in figures),
    ]


def _published_questions() -> QuerySet[PublicQuestion]:
    return PublicQuestion.objects.visible_to(ANYONE).filter(published_at__isnull=False)


_ENDS = ("/", ".json", ".csv")
_PRACTICE_ENDS = ("", "practice.json", "feed.atom")


def _numbers() -> list[int]:
    return list(Publication.objects.values_list("number", flat=True))
