"""What in a formula or a link reaches out of its workbook: other programs, other files, addresses."""

import re

# Texts and quoted names in the order in which they stand, since each may contain the mark of the other.
_QUOTED = re.compile(r"""("(?:[^"]|"")*")|'((?:[^']|'')*)'([!#]?)""")
# A program, its topic and its item; looked for in texts too, since brackets can hide where a text begins.
_DDE_REFERENCE = re.compile(r"[\w')\]]\s*\|\s*(?:'[^']*'|[\w$.]+)\s*!")
_OTHER_BOOK = re.compile(r"\[(?!0\])[^\[\]]*\][^\[\]()\"',;+\-*/&=<>^\s]*!")
_FUNCTION = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)\s*\(")
_PREFIX = re.compile(r"^(?:_xl\w+\.)+", re.IGNORECASE)
_WHOLE_LINK = re.compile(r'hyperlink\s*\(\s*"((?:[^"]|"")*)"\s*[,;)]', re.IGNORECASE)
_DDE = {"dde", "ddeauto", "initiate", "execute", "poke"}
_FETCHING = {
    "webservice", "rtd", "image", "call", "register", "register.id", "exec", "sql.request", "py", "stockhistory",
    "translate", "detectlanguage", "copilot", "importdata", "importfeed", "importhtml", "importxml", "importrange",
    "googlefinance", "cubekpimember", "cubemember", "cubememberproperty", "cuberankedmember", "cubeset",
    "cubesetcount", "cubevalue",
}  # fmt: skip
_FILE_ADDRESS = re.compile(r"\s*(?:[\\/]{2}[^\\/\s]|file:|[a-z]:[\\/])", re.IGNORECASE)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_PLAIN_SCHEMES = {"http", "https", "mailto", "tel"}


def formula_fault(formula: str) -> str:
    """The code of what is wrong with the formula, or nothing."""
    texts = [text[1:-1] for text, _name, _mark in _QUOTED.findall(formula) if text]
    names = [(name, mark) for text, name, mark in _QUOTED.findall(formula) if not text]
    rest = _QUOTED.sub(lambda quoted: '""' if quoted[1] else f"''{quoted[3]}", formula)
    functions = {_PREFIX.sub("", name).lower() for name in _FUNCTION.findall(rest)}
    if "|" in rest or any("|" in name for name, _mark in names) or functions & _DDE:
        return "dde"
    if _DDE_REFERENCE.search(formula) or re.search(r"\bDDEAUTO\b", rest, re.IGNORECASE):
        return "dde"
    if functions & _FETCHING:
        return "fetches"
    if _OTHER_BOOK.search(rest) or any(mark and _leads_out(name) for name, mark in names):
        return "external"
    if any(map(is_file_address, texts)):
        return "file-address"
    return _hyperlink_fault(formula, texts) if "hyperlink" in functions else ""


def _leads_out(quoted_name: str) -> bool:
    """Whether it names more than a sheet: a sheet's name has neither brackets nor slashes."""
    return any(sign in quoted_name for sign in "[]\\/") and not quoted_name.startswith("[0]")


def _hyperlink_fault(formula: str, texts: list[str]) -> str:
    """Of a formula that makes a link: addresses that it puts together from cells cannot be known before."""
    if any("\\" in text for text in texts):
        return "file-address"
    return next(filter(None, map(link_fault, _WHOLE_LINK.findall(formula))), "")


def is_file_address(text: str) -> bool:
    """Whether it leads to a disk or to a computer in the network, not to the web."""
    return bool(_FILE_ADDRESS.match(text))


def link_fault(address: str) -> str:
    """The code of what is wrong with the address of a link, or nothing: the web, mail and telephones are plain."""
    if is_file_address(address):
        return "file-address"
    scheme = _SCHEME.match(address)
    if scheme is not None:
        return "" if scheme[1].lower() in _PLAIN_SCHEMES else "link-scheme"
    return "" if address.startswith("#") or not address else "file-address"
