"""What is found of the portal's own pages: by their titles, what they begin with, and what readers call them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.services.search_site import translated
from portal.kernel import search
from portal.kernel.search import Document

_DELIVERED_AT = datetime(2026, 1, 1, tzinfo=UTC)  # their words come with the software


class _Page(NamedTuple):
    """A page; `labels`: words in any language by which it is found too, and which nobody is shown."""

    route: str
    title: str | Promise
    lead: str | Promise
    labels: tuple[str, ...]


_PAGES = {
    "promises": _Page(
        "public:promise-list",
        _("Promises"),
        _(
            "Every target that a member has set itself, with its day, its figure and what became of it. A published "
            "report decides; where no figure can, the secretariat does, with its reason."
        ),
        ("broken, unfulfilled, overdue promises", "невыполненные, нарушенные, просроченные обещания"),
    ),
    "compare": _Page(
        "public:compare",
        _("Compare"),
        _("One indicator across members and cycles, beside independent counts."),
        ("comparison, ranking, rating, chart", "сравнение, рейтинг, график"),
    ),
    "data": _Page(
        "public:data",
        _("Open data"),
        _(
            "The public record as tables: what members promised, what they report, what the secretariat thinks of it. "
            "Made anew with each publication."
        ),
        (
            "download, dataset, CSV, JSON, XLSX, Excel, API",
            "скачать, выгрузка, набор данных, открытые данные",
        ),
    ),
    "verify": _Page(
        "public:verify-form",
        _("Check a document"),
        _(
            "Every publication, and every file made of it, has a digest. Here you learn what a file is, when it was "
            "published and whether it is current."
        ),
        ("verify, authenticity, SHA-256, PDF", "проверка подлинности, подлинник, подделка"),
    ),
    "supporters": _Page(
        "public:supporter-list",
        _("Supporters"),
        _(
            "Schools, libraries, parents and others who have acceded to a charter of the alliance. They make no "
            "pledges here and file no reports."
        ),
        ("supporter, accede", "сторонник, присоединиться"),
    ),
    "questions": _Page(
        "public:question-list",
        _("Questions and complaints"),
        _("What the public has asked about commitments and members, with the answers."),
        ("ask the secretariat", "обращения, спросить секретариат"),
    ),
    "publications": _Page(
        "public:publication-list",
        _("Publications"),
        _("Every publication is numbered, hashed and kept for good."),
        ("register, transparency log", "реестр публикаций"),
    ),
    "changes": _Page(
        "public:changes", _("What changed"), "", ("changes, difference, news", "изменения, новости")
    ),
    "application": _Page(
        "public:application-new", _("Apply for membership"), "", ("join the alliance", "вступить в альянс")
    ),
}


def _page_documents(name: str) -> Iterable[Document]:
    if page := _PAGES.get(name):
        lead = translated(page.lead) if page.lead else {}
        yield Document(
            "text", translated(page.title), lead, page.route, [], at=_DELIVERED_AT, labels=page.labels
        )


def refresh_pages() -> None:
    """A portal is founded: its pages are found from then on; after an upgrade the whole index is made anew."""
    search.refresh_beside("page", list(_PAGES))


search.register_source(
    "page", search.Source(_page_documents, lambda: list(_PAGES), lambda publication, content: [])
)
