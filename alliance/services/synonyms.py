"""Words that the search looks for together: the named write of one group."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance.queries.site import load_site
from portal.kernel import clock, journal, search
from portal.kernel.access import Actor, require
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.publishing import touch_public_revision
from portal.kernel.search import MAX_LENGTH, MAX_WORDS, SynonymGroup, read_synonym_groups, words_in
from portal.kernel.text import LANGUAGES


@transaction.atomic
def set_synonyms(
    actor: Actor, key: str, words: Mapping[str, Sequence[str]], *, expected_version: int
) -> SynonymGroup | None:
    """Replace the words of a group, or add one where `key` is empty; without words it is switched off.

    Every search uses them from then on; what is filed under a kind of harm by its words follows by jobs. None where
    nothing is new. Raises Forbidden, Conflict when somebody has saved it meanwhile, or DomainError for a word that
    cannot be searched, too many, or a new group with fewer than two words.
    """
    require(actor, "site.change")
    clean = {code: _clean_words(code, words.get(code, ())) for code in LANGUAGES}
    if not key and sum(map(len, clean.values())) < 2:
        raise DomainError(_("Write two words at least."), field=f"words_{LANGUAGES[0]}")
    key = key or slugify(next(word for code in LANGUAGES for word in clean[code]), allow_unicode=True)[:60]
    group = SynonymGroup.objects.select_for_update().filter(key=key).first() or SynonymGroup(key=key)
    if version_of(group) != expected_version:
        raise Conflict(_("This was saved elsewhere while you were editing it."), stored=group, sent=clean)
    known = read_synonym_groups().get(key)
    if known and {code: list(known.words.get(code, ())) for code in LANGUAGES} == clean:
        return None
    group.words, group.edited_at = clean, clock.now()
    group.save()
    journal.record(actor, "site.set_synonyms", load_site(), changed=[key])
    if key.startswith("harm:"):
        search.refresh_filed_under(key, cause=f"words {version_of(group)}")
    touch_public_revision()
    return group


def version_of(group: SynonymGroup | None) -> int:
    """A number that moves with every change; 0 where nobody has edited it."""
    return int(group.edited_at.timestamp() * 1000) if group and group.pk else 0


def _clean_words(code: str, words: Sequence[str]) -> list[str]:
    clean = list(dict.fromkeys(" ".join(words_in(word)) for word in words))
    clean = [word for word in clean if word]
    if len(clean) > MAX_WORDS:
        raise DomainError(_("At most %(n)s words.") % {"n": MAX_WORDS}, field=f"words_{code}")
    for word in clean:
        if len(word) > MAX_LENGTH:
            raise DomainError(
                _("“%(word)s” is too long: at most %(n)s characters.") % {"word": word, "n": MAX_LENGTH},
                field=f"words_{code}",
            )
    return clean
