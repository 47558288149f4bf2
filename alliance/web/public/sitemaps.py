"""The pages of the alliance that everybody may find."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from alliance.models import (
    Charter,
    Commitment,
    Cycle,
    Organisation,
    PublicQuestion,
    PublishedReport,
    Supporter,
)
from alliance.queries.public.charter_editions import public_charters
from alliance.queries.public.charters import commitments_in_force
from alliance.queries.public.cycles import cycles
from alliance.queries.public.lists import published_reports
from alliance.queries.public.members import members
from alliance.queries.public.record import publication_log
from alliance.queries.public.supporters import supporters
from alliance.queries.public_questions import published_questions
from portal.kernel.publishing import Publication
from portal.kernel.web import PublicSitemap

_PAGES = (
    "home", "commitment-list", "member-list", "cycle-list", "report-list", "compare", "publication-list", "about",
    "supporter-list", "method", "contact", "privacy", "terms", "accessibility", "practice-list",
    "question-list", "verify-form", "data", "promise-list", "changes",
)  # fmt: skip


class _Pages(PublicSitemap):
    def items(self) -> Sequence[str]:
        return _PAGES

    def location(self, item: str) -> str:
        return reverse(f"public:{item}")


class _Commitments(PublicSitemap):
    def items(self) -> list[Commitment]:
        return commitments_in_force()

    def location(self, item: Commitment) -> str:
        return reverse("public:commitment", args=[item.key])


class _Charters(PublicSitemap):
    def items(self) -> QuerySet[Charter]:
        return public_charters()

    def location(self, item: Charter) -> str:
        return reverse("public:charter", args=[item.key, item.version])


class _Members(PublicSitemap):
    def items(self) -> QuerySet[Organisation]:
        return members().order_by("pk")

    def location(self, item: Organisation) -> str:
        return reverse("public:member", args=[item.slug])


class _Supporters(PublicSitemap):
    def items(self) -> QuerySet[Supporter]:
        return supporters().order_by("pk")

    def location(self, item: Supporter) -> str:
        return reverse("public:supporter", args=[item.pk])


class _Questions(PublicSitemap):
    def items(self) -> QuerySet[PublicQuestion]:
        return published_questions().order_by("pk")

    def location(self, item: PublicQuestion) -> str:
        return reverse("public:question", args=[item.pk])


class _Cycles(PublicSitemap):
    def items(self) -> QuerySet[Cycle]:
        return cycles()

    def location(self, item: Cycle) -> str:
        return reverse("public:cycle", args=[item.slug])


class _Reports(PublicSitemap):
    def items(self) -> QuerySet[PublishedReport]:
        rows: QuerySet[PublishedReport] = published_reports().order_by("pk")
        return rows

    def location(self, item: PublishedReport) -> str:
        return reverse("public:report", args=[item.organisation.slug, item.cycle.slug])


class _Publications(PublicSitemap):
    def items(self) -> QuerySet[Publication]:
        return publication_log().order_by("number")

    def location(self, item: Publication) -> str:
        return reverse("public:publication", args=[item.number])

    def lastmod(self, item: Publication) -> datetime:
        return item.published_at


SITEMAPS: dict[str, type[PublicSitemap]] = {
    "pages": _Pages,
    "commitments": _Commitments,
    "charters": _Charters,
    "members": _Members,
    "supporters": _Supporters,
    "questions": _Questions,
    "cycles": _Cycles,
    "reports": _Reports,
    "publications": _Publications,
}
