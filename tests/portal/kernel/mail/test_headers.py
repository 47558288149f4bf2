"""Headers over the wire: whatever a subject says, another parser reads the same, and no line is empty or too long."""

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.conf import settings as portal_settings
from django.utils.translation import get_language
from hypothesis import example, given
from hypothesis import strategies as st

from portal.kernel.mail import Letter, Letterhead, letterheads
from portal.kernel.mail.message import to_message
from tests.support.made_up_values import UNTIMED

# one line of text, as a rendered subject is: words of several scripts with single spaces
SCRIPTS = st.sampled_from(["a", "Z", "ё", "Щ", "漢", "🙂", "=", "?", "_", ",", "«", "é", "\u00a0", "\u0301"])
WORDS = st.one_of(
    st.text(SCRIPTS, min_size=1, max_size=120),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20),
)
TEXTS = st.lists(WORDS, min_size=1, max_size=20).map(" ".join)
LONG_ADDRESS = f"<https://portal.example/notifications/off/{'x' * 120}/>"


@pytest.fixture(autouse=True, scope="module")
def without_a_letterhead() -> Iterator[None]:
    """The site's own is in the database, which headers do not need."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(letterheads, "_SOURCE", [])
        yield


def head_of(subject: str, sender: str) -> bytes:
    """The headers of a letter as they leave."""
    letter = Letter("key", "reader@aurora.example", subject, "Text", "<p>Text</p>",
                    {"From": sender, "List-Unsubscribe": LONG_ADDRESS})  # fmt: skip
    head: bytes = to_message(letter).message().as_bytes(linesep="\r\n").partition(b"\r\n\r\n")[0]
    return head


def read_by_hand(value: str) -> str:
    """A parser of its own (RFC 2047): spaces between encoded words are none, all other text is itself."""
    joined = re.sub(r"(\?=)\s+(?==\?)", r"\1", value)
    return re.sub(r"=\?utf-8\?([bq])\?(.*?)\?=", _decoded, joined, flags=re.IGNORECASE)


def _decoded(match: re.Match[str]) -> str:
    raw = match[2].encode()
    decode = b64decode if match[1].lower() == "b" else lambda text: quopri.decodestring(text, header=True)
    return decode(raw).decode()


@UNTIMED
@given(TEXTS, TEXTS)
@example("Отчёт за первое полугодие 2026 года: " * 3 + "конец", "Союз «Север»")
@example("a" * 300, "The alliance")
@example("Report =?utf-8?q?forged?=", 'Say "hello", all')
def test_a_header_says_the_same_to_every_parser_and_has_no_empty_or_long_line(
    subject: str, name: str
) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    head = head_of(subject, f'"{quoted}" <portal@alliance.example>')

    lines = head.split(b"\r\n")
    assert not [line for line in lines if not line.partition(b":")[2].strip() and not line[:1].isspace()]
    too_long = [line for line in lines if len(line) > 78]
    assert too_long == [f"List-Unsubscribe: {LONG_ADDRESS}".encode()]  # an address is not broken

    message = message_from_bytes(head, policy=policy.default)
    assert message["Subject"] == subject
    assert [each.addr_spec for each in message["From"].addresses] == ["portal@alliance.example"]
    older = message_from_bytes(head, policy=policy.compat32)  # keeps the values as they came
    unfolded = {name: str(older[name]).replace("\r\n", "") for name in ("Subject", "From")}
    assert (
        read_by_hand(unfolded["Subject"]) == str(make_header(decode_header(unfolded["Subject"]))) == subject
    )
    assert read_by_hand(parseaddr(unfolded["From"])[0]) == name


def test_words_of_a_name_are_not_torn() -> None:
    """Some parsers leave a space between encoded words, though they must not."""
    head = head_of("Отчёт", "Альянс за безопасное детство в сети <portal@alliance.example>")

    words = [b64decode(word).decode() for word in re.findall(rb"=\?utf-8\?b\?(.*?)\?=", head)]
    assert words == ["Отчёт", "Альянс за безопасное ", "детство в сети"]


def test_a_header_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="newline"):
        head_of("Report\nBcc: all@aurora.example", "portal@alliance.example")


def test_the_sender_is_named_in_the_reader_s_language(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"en": "The alliance", "ru": "Союз"}
    monkeypatch.setattr(
        letterheads, "_SOURCE", [lambda: Letterhead(sender=f"{names[get_language() or 'en']} <a@b.example>")]
    )
    for language, _name in portal_settings.LANGUAGES:
        letter = Letter("key", "reader@aurora.example", "Hello", "", "", language=language)
        assert to_message(letter).extra_headers["From"] == f"{names[language]} <a@b.example>"
