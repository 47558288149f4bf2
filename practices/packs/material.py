"""Whether what somebody sends is the material itself, such as a picture, instead of words about it or its hashes."""

import re

_MAGIC = (
    b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"%PDF", b"\x00\x00\x00", b"\x1aE\xdf\xa3",
    b"OggS", b"fLaC", b"ID3\x02", b"ID3\x03", b"ID3\x04", b"\xff\xfb", b"PK\x03\x04", b"\x1f\x8b\x08",
    b"7z\xbc\xaf", b"Rar!\x1a", b"FLV\x01", b"0&\xb2u\x8ef\xcf\x11",
)  # fmt: skip
_RIFF = re.compile(rb"RIFF.{4}(?:WEBP|AVI |WAVE)", re.DOTALL)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# a file written as text: in an address, in one long line, in the short lines of a mail; digits of hashes are none
_AS_TEXT = re.compile(
    r"data:[a-z]+/[\w.+-]+;base64,|[A-Za-z0-9+/]{400,}={0,2}"
    r"|(?:^(?![0-9A-Fa-f]+\r?$)[A-Za-z0-9+/]{60,76}\r?\n){6}",
    re.MULTILINE,
)


def is_binary(raw: bytes) -> bool:
    """Whether it is a picture, a video, a sound, a PDF, an archive, or another file that is no text, whatever its name.

    A text in another encoding is none.
    """
    if raw.startswith(_UTF_16):
        return False
    return raw.startswith(_MAGIC) or bool(_RIFF.match(raw)) or b"\x00" in raw


def holds_material(text: str) -> bool:
    """Whether a file stands in the text, instead of words about it."""
    return _AS_TEXT.search(text) is not None
