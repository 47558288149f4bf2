"""What stands before the results of a search: the publication that its number names, the answer to a question."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.queries.local_dates import today
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.record import publication_log
from alliance.queries.public.search import member_in
from alliance.queries.public.texts import in_reader_language
from alliance.web.public.home_answers import Answer, home_answers, promises_of_member
from alliance.web.public.search_address import Asked
from portal.kernel import search
from portal.kernel.text import format_date

_WORDS_OF_A_QUESTION = 3
# as people quote a publication: «публикация № 12», “publication No. 12”, “#12”, “12”
_PUBLICATION = re.compile(
    r"(?:publication|публикаци[яюи])?\s*(?:no\b\.?|number|№|номер|#)?\s*(\d{1,9})", re.IGNORECASE
)
_DIGEST = re.compile(r"(?:sha-?256\s*:?\s*)?([0-9a-f]{64})", re.IGNORECASE)
# Words with which a question begins, in whatever language the page is; in Russian also after a preposition.
_INTERROGATIVES = re.compile(
    "who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|can"
    "|кто|кого|кому|кем|что|чего|чему|чем|как|как(?:ой|ая|ое|ие|ого|ую|их|им|ими|ом)"
    "|ч(?:ей|ья|ьё|ье|ьи)|где|куда|откуда|когда|почему|зачем|сколько|есть"
)
_PREPOSITIONS = re.compile("во?|на|у|со?|об?|к|за|от|до|для|по|из|при")


def answers_to(asked: Asked, findings: search.Findings) -> list[Answer]:
    """What readers ask first, beside the texts: where a question was typed, or no text has all its words.

    Where it names a member, what became of the promises of this one stands before all others.
    """
    words = [word.lower() for word in search.words_in(asked.text)]
    is_unanswered = len(words) >= _WORDS_OF_A_QUESTION and (findings.least or not findings.hits)
    is_question = "?" in asked.text or _begins_a_question(words) or is_unanswered
    if not is_question or asked.filters:
        return []
    cycles = published_cycles()
    named = member_in(findings.query)
    own = promises_of_member(named, today()) if named else None
    return [*([own] if own else []), *home_answers(next(iter(cycles), None), cycles, today())]


def _begins_a_question(words: list[str]) -> bool:
    first = 1 if words and _PREPOSITIONS.fullmatch(words[0]) else 0
    return len(words) > first + 1 and _INTERROGATIVES.fullmatch(words[first]) is not None


def named_by_number(text: str) -> Answer | None:
    """The publication that the whole text names by its number, or where a whole digest is looked up. One query."""
    if digest := _DIGEST.fullmatch(text):
        return Answer(
            _("Is this document the one that was published?"),
            reverse("public:verify", args=[digest[1].lower()]),
            _("What the record says of the file with this digest."),
        )
    if not (number := _PUBLICATION.fullmatch(text)):
        return None
    publication = publication_log().filter(number=int(number[1])).first()
    if publication is None:
        return None
    return Answer(
        _("Publication No. %(number)s") % {"number": publication.number},
        reverse("public:publication", args=[publication.number]),
        f"{in_reader_language(publication.title)}, {format_date(publication.published_at)}",
    )
