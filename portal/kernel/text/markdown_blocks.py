"""People's Markdown as plain data for typesetting: blocks of runs, nothing that the compiler would obey.

A block is a mapping with `is`: para, heading, list, code, quote, rule, table. A run is a mapping with `text` and
marks (bold, italic, struck, code, url), or `{"break": True}`.
"""

from collections.abc import Iterator
from typing import Any

from markdown_it.token import Token

from portal.kernel.text.addresses import split_address
from portal.kernel.text.markdown import tokens_of

Block = dict[str, Any]
Run = dict[str, Any]

_SCHEMES = ("http", "https", "mailto")
_MARKS = {"strong": "bold", "em": "italic", "s": "struck"}
_LISTS = {"bullet_list_open": None, "ordered_list_open": 1}


def to_blocks(text: str) -> list[Block]:
    """The text as blocks; HTML in it stays text, and a picture becomes a link."""
    return list(_blocks(iter(tokens_of(text)), ""))


def _blocks(tokens: Iterator[Token], until: str) -> Iterator[Block]:
    """The blocks up to the token of this type."""
    for token in tokens:
        if token.type == until:
            return
        if token.type in ("paragraph_open", "heading_open"):
            yield {
                "is": "para" if token.type == "paragraph_open" else "heading",
                "runs": _inline(next(tokens)),
            }
        elif token.type in _LISTS:
            yield _list(token, tokens)
        elif token.type == "blockquote_open":
            yield {"is": "quote", "blocks": list(_blocks(tokens, "blockquote_close"))}
        elif token.type in ("fence", "code_block"):
            yield {"is": "code", "text": token.content.rstrip("\n")}
        elif token.type == "hr":
            yield {"is": "rule"}
        elif token.type == "table_open":
            yield {"is": "table", "rows": _rows(tokens)}


def _list(opened: Token, tokens: Iterator[Token]) -> Block:
    closing = opened.type.replace("_open", "_close")
    items = []
    for token in tokens:
        if token.type == closing:
            break
        items.append(list(_blocks(tokens, "list_item_close")))
    start = opened.attrs.get("start", 1) if _LISTS[opened.type] else 0
    return {"is": "list", "start": int(start), "items": items}


def _rows(tokens: Iterator[Token]) -> list[list[list[Run]]]:
    """The cells of each row, the header first."""
    rows: list[list[list[Run]]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inline(token))
    return rows


def _inline(token: Token) -> list[Run]:
    return list(_runs(token.children or [], {}))


def _runs(tokens: list[Token], marks: Run) -> Iterator[Run]:
    for token in tokens:
        name, _underscore, side = token.type.rpartition("_")
        if name in _MARKS:
            marks = {**marks, _MARKS[name]: side == "open"}
        elif token.type == "link_open":
            marks = {**marks, "url": _address(str(token.attrs.get("href", "")))}
        elif token.type == "link_close":
            marks = {**marks, "url": ""}
        elif token.type in ("softbreak", "hardbreak"):
            yield {"break": True} if token.type == "hardbreak" else {"text": " ", **marks}
        elif token.type == "image":
            yield {**marks, "text": token.content or "…", "url": _address(str(token.attrs.get("src", "")))}
        elif token.content:
            yield {**marks, "text": token.content, "code": token.type == "code_inline"}


def _address(url: str) -> str:
    """The address where it leads to a page or a mailbox, else nothing."""
    return url if split_address(url).scheme in _SCHEMES else ""
