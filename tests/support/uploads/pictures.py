"""Pictures with more in them than a picture."""

import io
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

CANARY = b"canary"
_TURNED = 6  # the camera was held upright


def _written(picture: Image.Image, form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def _notes() -> Image.Exif:
    notes = Image.Exif()
    notes[0x0112] = _TURNED
    notes[0x010E] = CANARY.decode()
    return notes


def _plain(mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (8, 4))


def _photo() -> bytes:
    profile = CANARY * 9
    return _written(_plain(), "JPEG", exif=_notes(), comment=CANARY, icc_profile=profile) + b"<script>canary"


def _drawing() -> bytes:
    notes = PngInfo()
    notes.add_text("Author", CANARY.decode())
    return _written(_plain(), "PNG", pnginfo=notes, exif=_notes()) + b"PK\x03\x04canary"


def _moving() -> bytes:
    frames = [Image.new("RGB", (8, 4), (shade, 0, 0)) for shade in (0, 80, 160)]
    return _written(frames[0], "PNG", save_all=True, append_images=frames[1:])


def _several_in_one() -> bytes:
    return _written(_plain(), "MPO", save_all=True, append_images=[Image.new("RGB", (4, 4))])


def huge() -> bytes:
    return _written(Image.new("1", (8000, 5001)), "PNG")


def described(content: bytes) -> tuple[str, str, tuple[int, int], int]:
    """Its format, mode, sides, and number of pictures."""
    with Image.open(io.BytesIO(content)) as picture:
        return str(picture.format), picture.mode, picture.size, getattr(picture, "n_frames", 1)


# by a name: the file, and the format, mode and sides of what is kept of it
HARMLESS: Mapping[str, Callable[[], tuple[bytes, str, str, tuple[int, int]]]] = {
    "photo": lambda: (_photo(), "JPEG", "RGB", (4, 8)),
    "photo-for-print": lambda: (_written(_plain("CMYK"), "JPEG"), "JPEG", "RGB", (8, 4)),
    "photo-grey": lambda: (_written(_plain("L"), "JPEG"), "JPEG", "L", (8, 4)),
    "photo-several": lambda: (_several_in_one(), "JPEG", "RGB", (8, 4)),
    "drawing": lambda: (_drawing(), "PNG", "RGB", (4, 8)),
    "drawing-moving": lambda: (_moving(), "PNG", "RGB", (8, 4)),
    "drawing-transparent": lambda: (_written(_plain("P"), "PNG", transparency=0), "PNG", "RGBA", (8, 4)),
    "drawing-deep": lambda: (_written(_plain("I;16"), "PNG"), "PNG", "I;16", (8, 4)),
}
