"""What is said when a file is refused, by the code that the inspection gives."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SENTENCES: Mapping[str, str | Promise] = {
    "unreadable": _("The file cannot be read: it is damaged, or not what its name says. Save it again."),
    "too-slow": _("The file takes too long to read. Upload a simpler one."),
    "encrypted": _("The file is locked with a password. Save it without one."),
    "pdf-acts": _(
        "The PDF contains a program or starts something by itself. Print it to a new PDF and upload that."
    ),
    "pdf-embeds": _("The PDF contains other files. Upload them one by one."),
    "macros": _("The workbook contains macros. Save it as a plain XLSX workbook without them."),
    "external": _("The workbook refers to other files. Break the links and save it again."),
    "unpacks-too-large": _("The workbook is too large when unpacked (at most 100 MB). Upload a smaller one."),
    "too-many-parts": _("The workbook has too many parts (at most 1,000). Upload a simpler one."),
    "packed-too-tightly": _(
        "The workbook is packed in a suspicious way. Save it again in a spreadsheet program."
    ),
    "not-utf8": _("This is not UTF-8. Save the file in UTF-8 encoding."),
    "image-too-large": _("The picture has more than 40 million pixels. Make it smaller."),
}


def sentence(code: str) -> str:
    return str(_SENTENCES.get(code, _SENTENCES["unreadable"]))
