"""Typed texts as queries of the library's index: words with their synonyms, and what practices are filed under by name.

The index holds tokens of a practice's facets among its words (`harms:grooming`). A word that stands in the name of a
harm, a measure, a kind of service or practice, or an organisation finds what is filed under it, in either language.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.utils import translation

from alliance.models import Harm, Measure, Organisation
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_revision
from portal.kernel.search import Query, Term, at_least, stems_of, words_in
from portal.kernel.text import LANGUAGES
from practices.enums import PracticeKind, ServiceKind
from practices.queries import taxonomy

_HARM = "harm:"  # before the key of a kind of harm, in the keys of synonyms


def tsquery(query: Query, least: int = 0) -> str:
    """As `tsquery` of the index, of all terms or of `least` of them whichever; empty where nothing is asked for."""
    return tsqueries([query], least)[0]


def tsqueries(queries: Sequence[Query], least: int = 0) -> list[str]:
    """The same for many, in two queries."""
    terms = [term for query in queries for term in query.terms]
    texts = iter(_with_tokens(terms))
    parts = [[(term, next(texts)) for term in query.terms] for query in queries]
    return [_joined(pairs, least) for pairs in parts]


def _joined(pairs: Sequence[tuple[Term, str]], least: int) -> str:
    wanted = [text for term, text in pairs if not term.is_excluded and text]
    excluded = [f"!({text})" for term, text in pairs if term.is_excluded and text]
    if not wanted:
        return ""
    if least:
        wanted = [at_least(min(least, len(wanted)), wanted)]
    return " & ".join([*wanted, *excluded])


def _with_tokens(terms: Sequence[Term]) -> list[str]:
    """Each term: any of its words and phrases, or any token that is called so."""
    if not terms:
        return []
    stems = stems_of(word for term in terms for text in term.alternatives for word in words_in(text))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsquery('portal_words', term)::text FROM unnest(%s) WITH ORDINALITY terms (term, place)"
            " ORDER BY place",
            [[term.as_tsquery(with_sign=False) for term in terms]],
        )
        texts = [text for (text,) in cursor.fetchall()]
    parts = []
    for term, text in zip(terms, texts, strict=True):
        tokens = sorted(_tokens_of(term, stems))
        either = [f"({text})"] if text else []
        parts.append(f"({' | '.join([*either, *map(_lexeme, tokens)])})" if either or tokens else "")
    return parts


def _lexeme(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def is_filed_under(query: Query) -> list[bool]:
    """Of each term that is wanted, whether something that practices are filed under is called so."""
    terms = query.wanted
    stems = stems_of(word for term in terms for text in term.alternatives for word in words_in(text))
    return [bool(_tokens_of(term, stems)) for term in terms]


def _tokens_of(term: Term, stems: Mapping[str, str]) -> set[str]:
    """Those whose name has all words of the term or of one of its synonyms."""
    by_stem = tokens_by_stem()
    tokens: set[str] = set()
    for text in term.alternatives:
        sets = [by_stem.get(stem, frozenset()) for word in words_in(text) if (stem := stems[word])]
        tokens |= frozenset.intersection(*sets) if sets else frozenset()
    if term.group and term.group.key.startswith(_HARM):
        tokens.add(f"harms:{term.group.key.removeprefix(_HARM)}")
    return tokens


@cached_for_revision
def tokens_by_stem() -> Mapping[str, frozenset[str]]:
    """By stem, the tokens in whose name it stands. Four queries."""
    names = [(token, words_in(name)) for token, name in _names()]
    stems = stems_of(word for _token, words in names for word in words)
    by_stem: dict[str, set[str]] = {}
    for token, words in names:
        for word in words:
            if stem := stems[word]:
                by_stem.setdefault(stem, set()).add(token)
    return {stem: frozenset(tokens) for stem, tokens in by_stem.items()}


def _names() -> Iterable[tuple[str, str]]:
    """Tokens with their names, in every language, former ones too."""
    for key, harm in taxonomy.harms().items():
        yield from _in_languages(f"harms:{key}", harm, "title")
    for key, measure in taxonomy.measures().items():
        yield from _in_languages(f"measures:{key}", measure, "title")
    for organisation in Organisation.objects.visible_to(ANYONE).prefetch_related("former_names"):
        for row in (organisation, *organisation.former_names.all()):
            yield from _in_languages(f"organisation:{organisation.pk}", row, "name")
    for language in LANGUAGES:
        with translation.override(language):
            yield from [(f"kind:{kind.value}", str(kind.label)) for kind in PracticeKind]
            yield from [(f"service_kinds:{kind.value}", str(kind.label)) for kind in ServiceKind]


def _in_languages(token: str, row: Harm | Measure | Organisation, field: str) -> Iterable[tuple[str, str]]:
    return [(token, getattr(row, f"{field}_{language}") or "") for language in LANGUAGES]
