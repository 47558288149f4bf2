"""The portal's longer texts: revisions, conflicts, languages, and what people agree to."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from alliance.enums import TextKind
from alliance.models import Agreement, SiteText
from alliance.queries.texts import (
    current_text,
    missing_languages,
    must_consent,
    text_for_reader,
    text_revisions,
)
from alliance.services.texts import agree_to_consent, ensure_current_text, write_text
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.errors import Conflict, DomainError, Forbidden
from portal.kernel.journal import Event
from portal.kernel.publishing import PublicRevision
from tests.factories import Cast

pytestmark = pytest.mark.django_db
WORDS = {"en": "We keep little.", "ru": "Мы храним мало."}


def write(cast: Cast, kind: str = TextKind.PRIVACY, number: int = 1, **words: str) -> SiteText:
    return write_text(cast.actor("mona"), kind, WORDS | words, expected_revision=number)


def test_write_text_keeps_what_came_before(cast: Cast) -> None:
    write(cast)
    write(cast, number=2, en="We keep less.")

    texts = text_revisions(ANYONE, TextKind.PRIVACY)

    assert [(text.revision, text.is_reviewed) for text in texts] == [(3, True), (2, True), (1, False)]
    assert [text.text_en for text in texts][:2] == ["We keep less.", "We keep little."]
    assert texts[0].written_by == cast.mona


def test_write_text_moves_the_public_pages_and_is_journalled_without_its_words(cast: Cast) -> None:
    before = PublicRevision.objects.values_list("value", flat=True).first() or 0
    text = write(cast)

    event = Event.objects.get(kind="site.write_text")

    assert PublicRevision.objects.get().value > before
    assert (event.target_id, event.data) == (text.pk, {"text_kind": "privacy", "revision": 2})


def test_two_managers_at_once_and_the_slower_one_is_shown_both(cast: Cast) -> None:
    write(cast)
    with pytest.raises(Conflict) as conflict:
        write(cast, number=1, en="We keep everything.")
    assert conflict.value.stored.text_en == "We keep little."
    assert conflict.value.sent["en"] == "We keep everything."
    assert current_text(TextKind.PRIVACY).revision == 2


@pytest.mark.parametrize("name", ["alice", "sven", "rita"])
def test_nobody_but_a_manager_writes(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        write_text(cast.actor(name), TextKind.PRIVACY, WORDS, expected_revision=1)


def test_a_required_text_is_not_emptied(cast: Cast) -> None:
    with pytest.raises(DomainError, match="one language at least"):
        write(cast, en=" ", ru="")
    assert write(cast, TextKind.HOME, en="", ru="").text == ""


def test_a_revision_cannot_be_changed_or_taken_away(cast: Cast) -> None:
    text = write(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        SiteText.objects.filter(pk=text.pk).update(text_en="Something else.")
    with pytest.raises(DatabaseError), transaction.atomic():
        SiteText.objects.filter(pk=text.pk).delete()


def test_a_missing_language_falls_back_and_is_named(cast: Cast) -> None:
    text = write(cast, ru="")
    assert missing_languages(text) == ["ru"]
    with translation.override("ru"):
        assert text_for_reader(text) == "We keep little."


# --- Agreements ------------------------------------------------------------------------------


def test_agree_to_consent_records_person_revision_and_time(cast: Cast) -> None:
    agreed = agree_to_consent(cast.actor("alice"), expected_revision=0)
    again = agree_to_consent(cast.actor("alice"), expected_revision=1)
    assert (agreed.person, agreed.text) == (cast.alice, ensure_current_text(TextKind.CONSENT))
    assert agreed == again
    assert Event.objects.filter(kind="person.agree").count() == 1


def test_what_was_agreed_to_stands_for_good(cast: Cast) -> None:
    agreed = agree_to_consent(cast.actor("alice"), expected_revision=0)
    with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        Agreement.objects.filter(pk=agreed.pk).delete()


def test_nobody_agrees_to_a_text_that_they_have_not_read(cast: Cast) -> None:
    write(cast, TextKind.CONSENT)
    with pytest.raises(DomainError, match="Read it again"):
        agree_to_consent(cast.actor("alice"), expected_revision=0)


def test_a_new_consent_is_required_of_everybody_until_they_agree(cast: Cast) -> None:
    assert not must_consent(cast.alice.pk)  # nobody need agree to the text that comes with the portal
    write(cast, TextKind.CONSENT)
    assert (must_consent(cast.alice.pk), must_consent(cast.bob.pk)) == (True, True)

    agree_to_consent(cast.actor("alice"), expected_revision=2)

    assert (must_consent(cast.alice.pk), must_consent(cast.bob.pk)) == (False, True)


def test_the_database_itself_hides_others_agreements(cast: Cast) -> None:
    agree_to_consent(cast.actor("alice"), expected_revision=0)
    seen = {}
    for name in ("alice", "sven", "carol", "mona"):
        with acting_as(cast.actor(name)):
            seen[name] = Agreement.objects.count()
    assert seen == {"alice": 1, "sven": 0, "carol": 0, "mona": 1}
