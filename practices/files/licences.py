"""Licences, known by their text: what a file LICENSE beside a policy says of it, and what that permits."""

import re
from collections.abc import Mapping

from practices.enums import PermittedUse

_NAMES = re.compile(r"(?:licen[cs]e|copying|лицензия)(?:[.-][\w.-]*)?", re.IGNORECASE)
_NOTICES = re.compile(r"(?:notice|copyright|authors|contributors)(?:[.-][\w.-]*)?", re.IGNORECASE)
# not the one of four clauses, which asks for a line in all advertising
_BSD = r"^(?!.*all advertising materials).*redistribution and use in source and binary forms"
# In this order: the first text that is found names the licence.
_TEXTS: tuple[tuple[str, str], ...] = (
    ("Apache-2.0", r"apache license,?\s+version 2\.0"),
    ("CC0 1.0", r"cc0 1\.0|creative commons zero"),
    ("CC BY-NC-SA 4.0", r"attribution-noncommercial-sharealike 4\.0"),
    ("CC BY-NC-ND 4.0", r"attribution-noncommercial-noderiv\w* 4\.0"),
    ("CC BY-NC 4.0", r"attribution-noncommercial 4\.0"),
    ("CC BY-SA 4.0", r"attribution-sharealike 4\.0|cc by-sa 4\.0"),
    ("CC BY-ND 4.0", r"attribution-noderiv\w* 4\.0"),
    ("CC BY 4.0", r"attribution 4\.0 international|cc by 4\.0"),
    ("GPL-3.0", r"gnu general public license\s+version 3"),
    ("MPL-2.0", r"mozilla public license,?\s+version 2\.0"),
    ("MIT", r"permission is hereby granted, free of charge, to any person obtaining"),
    ("BSD-3-Clause", rf"{_BSD}.*neither the name"),
    ("BSD-2-Clause", rf"{_BSD}(?!.*neither the name)"),
)
# What these permit everybody. Nothing follows from others: a right is granted by its holder, not by our reading.
_PERMITTED: Mapping[str, PermittedUse] = {
    **dict.fromkeys(
        (
            "Apache-2.0",
            "CC0 1.0",
            "CC BY-SA 4.0",
            "CC BY 4.0",
            "GPL-3.0",
            "MPL-2.0",
            "MIT",
            "BSD-3-Clause",
            "BSD-2-Clause",
        ),
        PermittedUse.ADAPT,
    ),
    "CC BY-ND 4.0": PermittedUse.USE,
}
_READ_PART = 4000  # characters; a licence names itself at its head


def is_licence_name(name: str) -> bool:
    return _NAMES.fullmatch(name) is not None


def is_notice_name(name: str) -> bool:
    """Whether it is a text that many licences ask to be kept beside them."""
    return _NOTICES.fullmatch(name) is not None


def licence_of(text: str) -> str:
    """The name of the licence; '' where its text is none of those that are known."""
    head = " ".join(text[:_READ_PART].casefold().split())
    return next((name for name, pattern in _TEXTS if re.search(pattern, head)), "")


def permitted_use_of(licence: str) -> str:
    """What the licence permits everybody, as a value of PermittedUse; empty where its name does not say so."""
    return _PERMITTED[licence].value if licence in _PERMITTED else ""
