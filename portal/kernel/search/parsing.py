"""What somebody has typed, as a query: words, "phrases", words left out; with the words searched together with them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from portal.kernel.search.synonyms import Synonyms, as_facet, filed_word, groups_by_stems, stems_of

MAX_TEXT_LENGTH = 200
_MAX_TERMS = 16  # of those beyond, nothing is asked
MAX_CHOSEN = 8  # terms of which most may do: of more, there are too many ways to choose them
_EITHER = ("or", "или")
_LONGEST_PHRASE = 4  # words of a synonym
# a phrase in a pair of quotes, also those of print, or a word, either with a minus before it; letters and digits,
# joined by what joins them in words
_WORD = r"[^\W_]+(?:[-'’.][^\W_]+)*"
_PHRASE = r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»'  # each mark with its own: another one may stand inside
_PART = re.compile(rf"(?P<minus>(?<!\S)-)?(?:(?P<phrase>{_PHRASE})|(?P<word>{_WORD}))")
# The stemmer takes the end of such a Russian noun for that of a verb where nothing follows it: «опыт» is stemmed to
# «оп», «опыта» to «опыт». Of those in -ит it does so before an е too.
_STEM_LIKE_A_VERB = r"[а-яё]+(?:ит|им|ыт|ым)"
_BARE_NOUN = re.compile(rf"({_STEM_LIKE_A_VERB})|([а-яё]+ит)е")
_DECLINED_NOUN = re.compile(rf"({_STEM_LIKE_A_VERB})(?:а|у|е|ом|ы|ов|ам|ами|ах)")


def with_noun_forms(texts: Iterable[str]) -> tuple[str, ...]:
    """The words and phrases, and of each word that may be a noun with two stems a form that has the other."""
    forms: dict[str, None] = {}
    for text in texts:
        forms[text] = None
        word = text.lower()
        if bare := _BARE_NOUN.fullmatch(word):
            forms[f"{bare[1] or bare[2]}а"] = None
        elif declined := _DECLINED_NOUN.fullmatch(word):
            forms[declined[1]] = None
    return tuple(forms)


def quoted(text: str) -> str:
    """A word or phrase for `to_tsquery`, quoted, so that no operator can be in it."""
    return "'" + text.replace("\\", " ").replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is looked for: as typed, and what else is looked for with it."""

    text: str
    alternatives: Sequence[str]
    is_excluded: bool = False
    group: Synonyms | None = None
    is_phrase: bool = False

    def as_tsquery(self, *, with_sign: bool = True) -> str:
        """For `to_tsquery`; without the sign of what is left out, where that is put elsewhere."""
        filed = [filed_word(self.group.key)] if self.group and as_facet(self.group.key) else []
        either = " | ".join(map(quoted, [*self.alternatives, *filed]))
        return f"{'!' if self.is_excluded and with_sign else ''}({either})"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed text; stop words are left out, so that it may have no terms at all."""

    text: str
    terms: Sequence[Term]

    @property
    def wanted(self) -> list[Term]:
        return [term for term in self.terms if not term.is_excluded]

    @property
    def groups(self) -> list[Synonyms]:
        """The groups whose words are searched with those typed, each once."""
        return list({term.group.key: term.group for term in self.wanted if term.group}.values())

    @property
    def is_short(self) -> bool:
        """Whether it is two words at most, each of which is as much as what was asked for."""
        return sum(1 if term.is_phrase else len(words_in(term.text)) for term in self.wanted) <= 2

    def as_tsquery(self) -> str:
        """All terms."""
        return " & ".join(term.as_tsquery() for term in self.terms)

    def of_terms(self, terms: Sequence[Term]) -> "Query":
        """The same with these alone of what is wanted; what is left out stays out."""
        return replace(self, terms=(*terms, *(term for term in self.terms if term.is_excluded)))

    def any_of(self, least: int) -> str:
        """As many terms at least, whichever."""
        excluded = [term.as_tsquery() for term in self.terms if term.is_excluded]
        return " & ".join([at_least(least, [term.as_tsquery() for term in self.wanted]), *excluded])

    def fewer_terms(self) -> range:
        """How many terms do where all together are nowhere: the most first, half at least.

        Of more terms than can be chosen from, of those that are chosen. None may be missing where two are asked for and
        one is in quotation marks.
        """
        count = len(self.wanted)
        if count == 1 or (self.is_short and any(term.is_phrase for term in self.wanted)):
            return range(0)
        return range(min(count - 1, MAX_CHOSEN), (min(count, MAX_CHOSEN) + 1) // 2 - 1, -1)


def at_least(least: int, parts: Sequence[str]) -> str:
    """For `to_tsquery`, as many of the parts at least; each choice begins with what it has in common with others."""
    if least in (1, len(parts)):
        return f"({(' | ' if least == 1 else ' & ').join(parts)})"
    first, *rest = parts
    return f"(({first} & {at_least(least - 1, rest)}) | {at_least(least, rest)})"


def clean_text(text: str) -> str:
    """What was typed in one line, without what cannot be printed, cut to a length that anybody would type."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:MAX_TEXT_LENGTH]


def words_in(text: str) -> list[str]:
    """The words of a text, as they are looked for."""
    return re.findall(_WORD, text)


def with_word(text: str, word: str, instead: str) -> str:
    """The text with another word wherever this one stands by itself."""
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _match: instead, text)


def parse(text: str, *, with_synonyms: bool = True) -> Query:
    """At most two queries, one where synonyms are known already; none for a text without words."""
    return parse_all([text], with_synonyms=with_synonyms)[0]


def parse_all(texts: Sequence[str], *, with_synonyms: bool = True) -> list[Query]:
    """Many texts in as many queries as one."""
    cleaned = [clean_text(text) for text in texts]
    parts = [[term for match in _PART.finditer(text) if (term := _term(match)).text] for text in cleaned]
    stems = stems_of(term.text for terms in parts for term in terms) if any(parts) else {}
    return [
        Query(text, tuple(_terms(terms, stems, with_synonyms=with_synonyms)))
        for text, terms in zip(cleaned, parts, strict=True)
    ]


def _terms(parts: Sequence[Term], stems: dict[str, str], *, with_synonyms: bool) -> list[Term]:
    """Runs of words between each `or`, with their synonyms; what stands on either side of one becomes one term."""
    runs: list[list[Term]] = [[]]
    for part in parts:
        if part.text.lower() in _EITHER and not part.is_phrase and not part.is_excluded:
            runs.append([])
        elif stems[part.text]:
            runs[-1].append(part)
    terms: list[Term] = []
    for number, run in enumerate(runs):
        joined = _with_groups(run, stems) if with_synonyms and run else run
        if number and terms and joined and not (terms[-1].is_excluded or joined[0].is_excluded):
            terms[-1] = _either(terms[-1], joined[0])
            joined = joined[1:]
        terms += joined
    return [
        term if term.is_phrase else replace(term, alternatives=with_noun_forms(term.alternatives))
        for term in terms[:_MAX_TERMS]
    ]


def _either(first: Term, second: Term) -> Term:
    alternatives = tuple(dict.fromkeys((*first.alternatives, *second.alternatives)))
    return Term(f"{first.text} {second.text}", alternatives, group=first.group or second.group)


def _term(match: re.Match[str]) -> Term:
    words = words_in(match[0])
    text = " ".join(words)
    return Term(text, (text,), is_excluded=bool(match["minus"]), is_phrase=len(words) > 1)


def _with_groups(terms: Sequence[Term], stems: dict[str, str]) -> list[Term]:
    """The terms with their synonyms; neighbouring words that are one synonym become one term, the longest first."""
    groups, joined, start = groups_by_stems(), [], 0
    while start < len(terms):
        for length in range(min(_LONGEST_PHRASE, len(terms) - start), 0, -1):
            span = terms[start : start + length]
            group = groups.get(tuple(stems[term.text] for term in span))
            alone = length == 1 or not any(term.is_excluded or term.is_phrase for term in span)
            if group and alone:
                text = " ".join(term.text for term in span)
                alternatives = tuple(dict.fromkeys((text, *group.all_words)))
                joined.append(replace(span[0], text=text, alternatives=alternatives, group=group))
                break
        else:
            length = 1
            joined.append(terms[start])
        start += length
    return joined
