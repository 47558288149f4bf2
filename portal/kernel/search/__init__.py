"""Search: the index of what everybody may read, how a text is understood, words searched together, marked passages.

What is found, and what its kinds and facets are called, is the apps': they register sources. It knows no app.
"""

from portal.kernel.search.documents import (
    Document,
    Source,
    documents_by_id,
    kinds,
    rebuild_index,
    refresh,
    register_kind,
    register_source,
)
from portal.kernel.search.engine import (
    MAX_RANKED,
    Filters,
    Findings,
    Hit,
    count,
    find,
    nearest_words,
    similar_synonyms,
)
from portal.kernel.search.models import SearchDocument, SynonymGroup
from portal.kernel.search.parsing import (
    MAX_TEXT_LENGTH,
    Query,
    Term,
    at_least,
    clean_text,
    parse,
    parse_all,
    quoted,
    with_word,
    words_in,
)
from portal.kernel.search.passages import Passage, marked, marked_documents
from portal.kernel.search.synonyms import (
    MAX_LENGTH,
    MAX_WORDS,
    Synonyms,
    WordsByLanguage,
    edited_group,
    read_synonym_groups,
    register_synonyms,
    stems_of,
)

__all__ = [
    "MAX_LENGTH",
    "MAX_RANKED",
    "MAX_TEXT_LENGTH",
    "MAX_WORDS",
    "Document",
    "Filters",
    "Findings",
    "Hit",
    "Passage",
    "Query",
    "SearchDocument",
    "Source",
    "SynonymGroup",
    "Synonyms",
    "Term",
    "WordsByLanguage",
    "at_least",
    "clean_text",
    "count",
    "documents_by_id",
    "edited_group",
    "find",
    "kinds",
    "marked",
    "marked_documents",
    "nearest_words",
    "parse",
    "parse_all",
    "quoted",
    "read_synonym_groups",
    "rebuild_index",
    "refresh",
    "register_kind",
    "register_source",
    "register_synonyms",
    "similar_synonyms",
    "stems_of",
    "with_word",
    "words_in",
]
