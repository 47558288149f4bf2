"""Pictures, decoded and encoded anew: what is kept is the first picture and nothing else."""

import io

from PIL import Image, ImageOps, MpoImagePlugin, TiffImagePlugin, UnidentifiedImageError

from portal.kernel.inspection.answer import Answer
from portal.kernel.inspection.refusal import Refusal

PIXELS = 40_000_000
# Pillow imports these when it meets them: by then nothing can be imported any more.
Image.preinit()
_HELPERS = (MpoImagePlugin, TiffImagePlugin)


def inspect(content: bytes) -> Answer:
    """Encode the picture anew, upright, without anything else that was in its file."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > PIXELS:
                raise Refusal("image-too-large")
            picture.load()
            return _encoded(picture)
    except Image.DecompressionBombError as error:
        raise Refusal("image-too-large") from error
    except UnidentifiedImageError as error:
        raise Refusal("unreadable") from error


def _encoded(picture: Image.Image) -> Answer:
    """Cameras put several pictures into one JPEG (MPO): the first is taken."""
    output = io.BytesIO()
    if picture.format == "PNG":
        clean = _plain(picture, modes=())
        clean.save(output, format="PNG")
    else:
        clean = _plain(picture, modes=("RGB", "L"))
        clean.save(output, format="JPEG", quality=90)
    return Answer([("", output.getvalue())], {"width": clean.width, "height": clean.height})


def _plain(picture: Image.Image, *, modes: tuple[str, ...]) -> Image.Image:
    """The pixels as they are to be seen: turned as the camera noted, with what shines through; in one of the modes."""
    ImageOps.exif_transpose(picture, in_place=True)
    clean: Image.Image = picture
    if modes and picture.mode not in modes:
        clean = picture.convert(modes[0])
    elif not modes and "transparency" in picture.info:
        clean = picture.convert("RGBA")
    clean.info = {}
    return clean
