"""What is found of the site beside the record: the directory of supporters, and the texts of its pages.

Of supporters that is what their page says: their name, kind and place, while they are listed.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from alliance.enums import SupporterKind, TextKind
from alliance.models import SiteText, Supporter, SupporterImport
from alliance.queries.public.supporters import supporters
from alliance.queries.site import load_site
from alliance.queries.texts import current_text, fill_placeholders, text_in_language
from alliance.services.search_documents import joined
from portal.kernel import search
from portal.kernel.search import Document
from portal.kernel.text import LANGUAGES, Texts, plain_words, to_plain

search.register_kind("supporter", _("Supporters"), 95)
search.register_kind("text", _("Texts of the portal"), 110)

_ROUTES = {
    TextKind.HOME: "public:home",
    TextKind.ABOUT: "public:about",
    TextKind.PRIVACY: "public:privacy",
    TextKind.TERMS: "public:terms",
    TextKind.ACCESSIBILITY: "public:accessibility",
    TextKind.CONTACT: "public:contact",
}
_METHOD = "method"  # a page whose words come with the software
_METHOD_TITLE = _("How verdicts are given")
_METHOD_LEAD = _("The scale, who gives verdicts, what totals mean, and what is withheld.")
_METHOD_LABELS = ("methodology", "методика, методология")  # what readers call it
_METHOD_TEMPLATE = "alliance/public/_method.html"
_DELIVERED_AT = datetime(2026, 1, 1, tzinfo=UTC)  # of texts that nobody has written here


def refresh_supporters(supporters_changed: Iterable[Supporter]) -> None:
    """Supporters came into the directory, left it, or are called otherwise.

    While a publication is in progress they are found some seconds later; who is hidden now is not found from now on.
    """
    search.refresh_beside("supporter", [str(supporter.pk) for supporter in supporters_changed])


def refresh_supporters_later(brought: Iterable[Supporter], *, cause: str) -> None:
    """The same of very many, by jobs."""
    search.refresh_later("supporter", [str(supporter.pk) for supporter in brought], cause=cause)


def forget_supporters(pks: Collection[int]) -> None:
    """These supporters are no more."""
    search.forget_beside("supporter", map(str, pks))


def refresh_text(kind: str) -> None:
    """A text of the site has a new revision."""
    if kind in _ROUTES:
        search.refresh_beside("text", [kind])


def refresh_texts() -> None:
    """A portal is founded, is called otherwise, or has another contact: its texts say so."""
    search.refresh_beside("text", [*(str(kind) for kind in _ROUTES), _METHOD])


def _supporter_documents(name: str) -> Iterable[Document]:
    return (document for _name, document in _documents_of_supporters([name]))


def _documents_of_supporters(names: Sequence[str]) -> Iterable[tuple[str, Document]]:
    kinds = {kind: translated(kind.label) for kind in SupporterKind}
    for supporter in _with_listing(supporters().filter(pk__in=names)).order_by("pk"):
        kind = kinds[SupporterKind(supporter.kind)]
        yield str(supporter.pk), Document(
            "supporter", joined(supporter.name), joined(kind, supporter.town, supporter.region, by=" · "),
            "public:supporter", [supporter.pk], at=supporter.listed_at,
            facets=[f"supporter:{supporter.kind}"], labels=[supporter.plain_name],
        )  # fmt: skip


def _with_listing(rows: QuerySet[Supporter]) -> QuerySet[Any]:
    """Supporters with the moment since when they are listed: confirmed, imported or entered.

    The day of accession may be long before: a letter about a followed search would never have them.
    """
    imported = SupporterImport.objects.filter(pk=OuterRef("import_number")).values("imported_at")
    return rows.annotate(listed_at=Coalesce("contact__confirmed_at", Subquery(imported), "created_at"))


def _text_documents(name: str) -> Iterable[Document]:
    if name == _METHOD:
        yield Document(
            "text", translated(_METHOD_TITLE), _method_text(), "public:method", [], at=_DELIVERED_AT,
            labels=_METHOD_LABELS,
        )  # fmt: skip
        return
    text = current_text(name)
    written = _as_displayed(text)
    if written:
        yield Document(
            "text", translated(TextKind(name).label), written, _ROUTES[TextKind(name)], [],
            at=text.written_at if text.pk else _DELIVERED_AT,
        )  # fmt: skip


def _as_displayed(text: SiteText) -> Texts:
    """The text in each language in which there is something, with the site's names in their places."""
    site = load_site()  # as this transaction leaves it
    written = {}
    for code in LANGUAGES:
        with translation.override(code):
            plain = to_plain(fill_placeholders(text_in_language(text, code), site)).strip()
        if plain:
            written[code] = plain
    return written


def _method_text() -> Texts:
    """All words of the page in every language, as its template has them."""
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = f"{_METHOD_LEAD} {plain_words(render_to_string(_METHOD_TEMPLATE))}"
    return texts


def translated(words: object) -> Texts:
    """Words of the software in every language."""
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = str(words)
    return texts


def _listed() -> list[str]:
    return [str(pk) for pk in supporters().order_by("pk").values_list("pk", flat=True)]


search.register_source(
    "supporter",
    search.Source(
        _supporter_documents,
        _listed,
        lambda publication, content: [],
        documents_of=_documents_of_supporters,
    ),
)
search.register_source(
    "text",
    search.Source(_text_documents, lambda: [*map(str, _ROUTES), _METHOD], lambda publication, content: []),
)
