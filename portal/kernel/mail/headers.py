"""Headers as they go over the wire: encoded and folded, so that every program reads the same text.

The library begins a header whose first word is long with a line that has nothing but its name, which some mail
programs and filters take for an empty header; and it lets encoded lines grow over 78 bytes.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from email.policy import Compat32
from email.utils import formataddr

LINE_BYTES = 78  # RFC 5322, 2.1.1: what a line should not exceed
_WORD_BYTES = 75  # RFC 2047, 2: what an encoded word must not exceed
_LINE_BREAK = re.compile(r"\r?\n[ \t]*")
_PLAIN_WORD = re.compile(r"[!-~]+")
_FRAME = "=?utf-8?b??="


def encode_header_text(name: str, text: str) -> str:
    """The value of an unstructured header such as Subject, in ASCII, its words short enough to be folded.

    Text stays as it is when its words are plain ASCII that fits; otherwise all of it is written in encoded words
    (RFC 2047), none of which ends within a character.
    """
    limit = LINE_BYTES - len(f"{name}: ")
    words = text.split(" ")
    is_plain = all(_PLAIN_WORD.fullmatch(word) and len(word) <= limit for word in words)
    if is_plain and "=?" not in text:
        return text
    return " ".join(_encoded_words(text, min(limit, _WORD_BYTES)))


def encode_mailbox(name: str, display_name: str, address: str) -> str:
    """The value of a header with one mailbox (From); `address` is in ASCII. `name`: the header's."""
    if not display_name:
        return address
    encoded = encode_header_text(name, display_name)
    return formataddr((display_name, address)) if encoded == display_name else f"{encoded} <{address}>"


def fold_header(name: str, value: str, line_end: str) -> str:
    """The header, folded between words: at least one stands beside its name, however long it is."""
    first, *others = _LINE_BREAK.sub(" ", value).strip().split(" ")
    lines = [f"{name}: {first}"]
    for word in others:
        if word and len(lines[-1]) + 1 + len(word) > LINE_BYTES:
            lines.append("")
        lines[-1] += f" {word}"
    return line_end.join([*lines, ""])


class FoldingPolicy(Compat32):
    """Writes a message as the library does, but for the folding of its headers."""

    def fold(self, name: str, value: str) -> str:
        """The header as text, with the line ends of this policy."""
        return fold_header(name, str(value), self.linesep)

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


def _encoded_words(text: str, limit: int) -> Iterator[str]:
    """Encoded words of at most `limit` bytes, each up to a space if it has one: some parsers put one between them."""
    room = (limit - len(_FRAME)) // 4 * 3  # bytes that base64 brings into what is left
    chunk = b""
    for character in text:
        octets = character.encode("utf-8", "replace")
        while len(chunk) + len(octets) > room:
            end = chunk.rfind(b" ") + 1 or len(chunk)
            yield _encoded_word(chunk[:end])
            chunk = chunk[end:]
        chunk += octets
    yield _encoded_word(chunk)


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{b64encode(octets).decode()}?="
