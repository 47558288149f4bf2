"""Every letter has all its parts, as HTML and as text, in both languages."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.utils import translation

from alliance.enums import Standing
from portal.kernel.mail import RenderedLetter, render_letter
from portal.kernel.notices import notice_kinds, notice_of
from portal.kernel.notices.subjects import collect_quotes, render_with_quotes
from portal.kernel.text import format_date
from tests.support.bare_letters import BARE
from tests.support.letters import FULL, LETTERS, ORIGIN, URL

MISSING = "⟨%s is missing⟩"
TEXT = re.compile(
    r"(?P<heading>[^\n]+)\n\n(?P<body>\S.*?\S)\n\n"
    rf"(?:(?P<action>[^\n]+):\n{ORIGIN}{URL}\n\n)?-- \nThe Alliance\n(?P<reason>[^\n]+)\n"
    r"[^\n]+: desk@alliance\.example\n"
    rf"[^\n]+: {ORIGIN}/accounts/notifications/\n[^\n]+: {ORIGIN}/notifications/off/t/\n",
    re.DOTALL,
)
# Whose items and letters bear the same names. Of others an item looks up what its reader may see now, or names nothing.
SAME_NAMES = [
    kind
    for kind in notice_kinds()
    if not notice_of(kind).name_lookup and kind not in ("practice.recall", "practice.narrow")
]
# In these the body says nothing but what others have written, or what is in no language.
_OF_OTHERS = "alliance/email/contact_message.html"
# In this one each part has an action of its own, and the whole has none.
_OF_SEVERAL = "portal/email/bundle.html"


@pytest.fixture(autouse=True)
def missing_values_are_seen(settings: Any) -> None:
    """A value that a template names and the context has not is written out, where Django would leave it empty."""
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"OPTIONS": engine["OPTIONS"] | {"string_if_invalid": MISSING}}]


@pytest.mark.parametrize("facts", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("template", LETTERS)
def test_every_letter_has_all_its_parts_in_both_languages(template: str, facts: Mapping[str, Any]) -> None:
    for language, _name in portal_settings.LANGUAGES:
        with translation.override(language):
            letter = render_letter(template, facts)
        parts = parts_of(letter)
        assert "\n" not in letter.subject
        assert "⟨" not in f"{letter.subject}{letter.html}{letter.text}"
        assert all(parts.values()), parts
        assert ("action" in parts) == (template != _OF_SEVERAL)
        in_language = {
            name for name, part in parts.items() if bool(re.search("[а-яё]", part)) == (language == "ru")
        }
        assert in_language | ({"body"} if template == _OF_OTHERS else set()) == parts.keys()


@pytest.mark.parametrize("kind", SAME_NAMES)
def test_the_subject_of_an_inbox_item_says_what_that_of_its_letter_says(kind: str) -> None:
    notice = notice_of(kind)
    for facts in (FULL, BARE):
        quotes = collect_quotes(notice.quotes, facts)
        for language, _name in portal_settings.LANGUAGES:
            with translation.override(language):
                assert (
                    render_with_quotes(notice.template, quotes)
                    == render_letter(notice.template, facts).subject
                )


@pytest.mark.parametrize("language", [code for code, _name in portal_settings.LANGUAGES])
def test_the_letter_of_a_published_cycle_has_a_sentence_for_each_standing(language: str) -> None:
    with translation.override(language):
        template = notice_of("cycle.publish").template
        bodies = {
            standing: parts_of(
                render_letter(template, {**FULL, "standing": standing.value, "reply_until": None})
            )["body"]
            for standing in Standing
        }
        day = format_date(FULL["report"].due_on)
    assert bodies[Standing.FILED] == bodies[Standing.LATE]
    assert len(set(bodies.values())) == len(Standing) - 1
    assert [standing for standing, body in bodies.items() if day in body] == [Standing.DUE]


def parts_of(letter: RenderedLetter) -> dict[str, str]:
    """Its parts, of which none has any HTML."""
    text = TEXT.fullmatch(letter.text)
    assert text, letter.text
    texts = {"subject": letter.subject, **text.groupdict()}
    parts = {name: part for name, part in texts.items() if part is not None}
    assert not [part for part in parts.values() if re.search(r"</?[a-z]+\b[^@]*>|&[a-z#0-9]+;", part)]
    return parts


def test_every_notice_has_its_letter() -> None:
    assert {notice_of(kind).template for kind in notice_kinds()} <= set(LETTERS)
