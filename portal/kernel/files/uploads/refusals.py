"""What a person reads of a file that is refused: what is wrong, where, and how to put it right."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.inspection import Place

# The place stands in brackets, with a blank before it; it is empty where it would help nobody.
_REFUSALS: Mapping[str, str | Promise] = {
    "unreadable": gettext_lazy(
        "The file cannot be read%(place)s: it is damaged, or not what its name says. Save it again."
    ),
    "too-slow": gettext_lazy("The file takes too long or too much memory to read. Upload a simpler one."),
    "encrypted": gettext_lazy("The file is locked with a password. Save it without one."),
    "old-workbook": gettext_lazy(
        "The workbook is locked with a password, or of the old kind (XLS). Save it as XLSX without a password."
    ),
    "link-scheme": gettext_lazy(
        "A link starts something other than a web page or an e-mail%(place)s. Remove the link."
    ),
    "file-address": gettext_lazy(
        "A link leads to a file or a computer in your network%(place)s. Remove it, or link to a web address."
    ),
    "pdf-acts": gettext_lazy(
        "The PDF contains a program or starts something by itself%(place)s. Print it to a new PDF and upload that."
    ),
    "pdf-sends": gettext_lazy(
        "The PDF contains a form that sends what is filled in%(place)s. Print it to a new PDF and upload that."
    ),
    "pdf-embeds": gettext_lazy("The PDF contains other files%(place)s. Upload them one by one."),
    "pdf-refers": gettext_lazy(
        "The PDF refers to another file%(place)s. Print it to a new PDF and upload that."
    ),
    "pdf-media": gettext_lazy(
        "The PDF contains video, sound or a 3D model%(place)s. Print it to a new PDF and upload that."
    ),
    "pdf-xfa": gettext_lazy(
        "The PDF contains a form of a kind that works like a program (XFA). Print it to a new PDF and upload that."
    ),
    "macros": gettext_lazy(
        "The workbook contains macros%(place)s. Save it as a plain XLSX workbook without them."
    ),
    "external": gettext_lazy(
        "The workbook refers to another file or to an address%(place)s. Break the link, or paste the values, and "
        "save it again."
    ),
    "dde": gettext_lazy(
        "The workbook asks another program for data (DDE)%(place)s. Replace the formula with its value."
    ),
    "fetches": gettext_lazy(
        "The workbook fetches data from elsewhere%(place)s. Replace the formula with its value."
    ),
    "connections": gettext_lazy(
        "The workbook contains a connection or query to other data%(place)s. Delete it under Data → Queries & "
        "Connections; the values stay."
    ),
    "embeds": gettext_lazy(
        "The workbook contains another file or an object%(place)s. Delete it, and upload the file by itself."
    ),
    "activex": gettext_lazy("The workbook contains an ActiveX control%(place)s. Delete it."),
    "custom-ui": gettext_lazy(
        "The workbook brings its own buttons or an add-in%(place)s. Copy its sheets to a new workbook."
    ),
    "part-acts": gettext_lazy("A picture in the workbook contains a program%(place)s. Delete the picture."),
    "part-unknown": gettext_lazy(
        "The workbook contains a part of an unknown kind%(place)s. Copy its sheets to a new workbook."
    ),
    "no-workbook": gettext_lazy("This is not an XLSX workbook. Open it in a spreadsheet program and save it as XLSX."),
    "xml-document-type": gettext_lazy(
        "The workbook is written in a suspicious way%(place)s. Save it again in a spreadsheet program."
    ),
    "unpacks-too-large": gettext_lazy(
        "The workbook is too large when unpacked (at most 100 MB). Upload a smaller one."
    ),
    "too-many-rows": gettext_lazy(
        "The workbook has more rows or cells than can be read here. Delete what is not needed, or split the workbook."
    ),
    "too-many-parts": gettext_lazy(
        "The workbook has too many parts (at most 1,000). Upload a simpler one."
    ),
    "packed-too-tightly": gettext_lazy(
        "The workbook is packed in a suspicious way%(place)s. Save it again in a spreadsheet program."
    ),
    "zip-disagrees": gettext_lazy(
        "The workbook is packed in a suspicious way%(place)s. Save it again in a spreadsheet program."
    ),
    "zip-twice": gettext_lazy(
        "The workbook is packed in a suspicious way%(place)s. Save it again in a spreadsheet program."
    ),
    "zip-encrypted": gettext_lazy("The file is locked with a password. Save it without one."),
    "not-utf8": gettext_lazy("This is not UTF-8%(place)s. Save the file in UTF-8 encoding."),
    "csv-binary": gettext_lazy("The file contains binary data%(place)s: it is not a CSV file."),
    "csv-cell": gettext_lazy(
        "A cell has more than 131,072 characters%(place)s: a quotation mark may not be closed before it."
    ),
    "image-too-large": gettext_lazy("The picture has more than 40 million pixels. Make it smaller."),
}  # fmt: skip


def refusal_text(code: str, place: Place) -> str:
    """The sentence, with the place in brackets where it is known."""
    where = place_text(place)
    sentence = str(_REFUSALS.get(code, _REFUSALS["unreadable"]))
    return sentence % {"place": f" ({where})" if where else ""}


def place_text(place: Place) -> str:
    """The place in words; empty where none is known."""
    if place.page:
        return _("page %(page)d") % {"page": place.page}
    if place.row:
        return _("row %(row)d") % {"row": place.row}
    if place.sheet:
        words = [_("sheet “%(name)s”") % {"name": place.sheet}]
        words += [_("cell %(cell)s") % {"cell": place.cell}] if place.cell else []
        return ", ".join(words)
    if place.cell:
        return _("name “%(name)s”") % {"name": place.cell}
    return _("part “%(name)s”") % {"name": place.part} if place.part else ""
