"""Read a mail that somebody sent to a reply address: who says to have sent it, whether that is proven, its new text.

Nothing but the new text is taken: neither what is quoted, nor a signature, nor files. Each line is looked at once, and
no pattern spans lines, so that no text takes long.
"""

import codecs
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from typing import Any

import nh3
from django.conf import settings

from portal.kernel.mail.authentication_results import passed_dmarc
from portal.kernel.mail.bounces import RECIPIENT_HEADERS
from portal.kernel.mail.reply_addresses import ReplyAddress, read_reply_address
from portal.kernel.text import is_storable

# stands in each letter that can be replied to; below it nothing is new, however a mail program quotes
REPLY_MARK = "##-"
_LONGEST = 200_000  # characters of a part that are looked at
_QUOTE = re.compile(r"^\s*>")
_SEPARATOR = re.compile(
    r"^\s*(?:-{3,}\s?(?:original message|исходное сообщение|пересланн|пересылаем).*|_{20,}"
    r"|(?:begin forwarded message|начало пересылаемого сообщения|начало переадресованного сообщения):)\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^[\s*]*(?:from|sent|to|subject|date|cc|от|отправлено|кому|тема|дата|копия)\s?:[\s*]", re.IGNORECASE
)
_ATTRIBUTION_END = re.compile(
    r"(?:wrote|writes|пишет|писал|писала|написал|написала|\(а\)|schrieb|a écrit|escribió|ha scritto|>)\s?:\s*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^\s*(?:--\s?|sent from .{1,40}|отправлено (?:с|из) .{1,40})$", re.IGNORECASE)
_LINE_ENDS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^>]{0,200}>", re.IGNORECASE)
_DROPPED = {
    "blockquote",
    "style",
    "script",
    "head",
    "title",
}  # of a mail that is HTML, with all that is in them
# what mail servers and programs send by themselves
_MACHINE_PARTS = ("message/delivery-status", "message/disposition-notification")
_MACHINE_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoreply-From", "X-Mail-Autoreply")
_MACHINE_PRECEDENCE = ("bulk", "junk", "list", "auto_reply", "auto-reply")
# by these names mail programs also send Windows-1252, and browsers read them so
_LATIN = codecs.lookup("iso-8859-1").name


class NotAReply(ValueError):
    """The mail is no reply that a person sent to an address of ours; the text says why."""


@dataclass(frozen=True, slots=True)
class MailReply:
    """A mail to a reply address. `digest` knows it again when it is delivered twice."""

    address: ReplyAddress
    sender: str
    is_authentic: bool
    text: str
    digest: str


def read_reply(raw: bytes, recipient: str = "") -> MailReply:
    """Read the reply. `recipient`: the address that it came to, where the server says so.

    Raises NotAReply when it was not sent to a signed reply address, or was sent by a machine.
    """
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage), "its policy says so"
    places = [recipient, *(str(value) for name in RECIPIENT_HEADERS for value in message.get_all(name, []))]
    address = next(filter(None, map(read_reply_address, places)), None)
    if address is None:
        raise NotAReply("It did not come to a reply address that was signed here.")
    if _is_automatic(message):
        raise NotAReply("A machine has sent it.")
    sender = _sender(message)
    identity = str(message.get("Message-ID", "")).strip() or hashlib.sha256(raw).hexdigest()
    digest = hashlib.sha256(f"{address}\n{identity}".encode()).hexdigest()
    return MailReply(address, sender, _is_authentic(message, sender), new_text(_body(message)), digest)


def _is_automatic(message: EmailMessage) -> bool:
    """Out-of-office notes, lists, bounces: answering those would go on without end.

    An empty return path says so where nothing else does: what answers by itself has to send with it (RFC 3834).
    """
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    return (
        not submitted.startswith("no")
        or precedence in _MACHINE_PRECEDENCE
        or str(message.get("Return-Path", "")).strip() == "<>"
        or any(name in message for name in _MACHINE_HEADERS)
        or any(part.get_content_type() in _MACHINE_PARTS for part in message.walk())
    )


def _sender(message: EmailMessage) -> str:
    """The one address in its one From; empty where there are several, for then nothing says which of them was proven.

    It is taken from the header's structure: a name may hold a comma and an address, and is decoded only afterwards.
    """
    headers: list[Any] = message.get_all("From", [])
    addresses: Any = headers[0].addresses if len(headers) == 1 else ()
    return str(addresses[0].addr_spec).lower() if len(addresses) == 1 else ""


def _is_authentic(message: EmailMessage, sender: str) -> bool:
    """Whether our own mail server found that the sender's domain sent it.

    Only its own header counts, and it stands above all others: what a sender writes under its name lies below. It is
    read as it was sent: what decoding makes of an encoded word is the sender's.
    """
    headers = (str(value) for name, value in message.raw_items() if name.lower() == "authentication-results")
    domain = sender.rpartition("@")[2]
    return passed_dmarc(next(headers, ""), settings.REPLY_AUTHENTICATION_SERVER, domain)


def _body(message: EmailMessage) -> str:
    """Its text; of a mail that is HTML alone, what stands outside quotations."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    raw: Any = part.get_payload(decode=True)
    try:
        charset = codecs.lookup(part.get_content_charset("ascii")).name
        content = raw.decode("cp1252" if charset == _LATIN else charset, "replace")[:_LONGEST]
    except (LookupError, UnicodeError):  # a character set that nobody knows
        return ""
    if part.get_content_type() != "text/html":
        return content
    lines = {"br", "p", "div", "li", "tr"}
    outside = nh3.clean(content, tags=lines, clean_content_tags=_DROPPED, attributes={})
    bare = nh3.clean(_LINE_ENDS.sub("\n", outside), tags=set(), attributes={})
    return unescape(bare)


def new_text(text: str) -> str:
    """What its writer has written: no quotations, no head of another mail, no signature.

    What no database stores is replaced: half of a pair of surrogates, which UTF-7 can hold, and NUL.
    """
    if not is_storable(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
    lines = list(_until_older_mail(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    own_lines = [line for line in lines if not _QUOTE.match(line)]
    for number, line in enumerate(own_lines):
        if _SIGNATURE.match(line):
            own_lines = own_lines[:number]
            break
    return _without_attribution([line.rstrip() for line in own_lines])


def _until_older_mail(lines: list[str]) -> Iterable[str]:
    """The lines above what repeats an earlier mail."""
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if REPLY_MARK in line or _SEPARATOR.match(line):
            return
        if _HEADER.match(line) and _HEADER.match(following):
            return
        yield line


def _without_attribution(lines: list[str]) -> str:
    """Without “On …, somebody wrote:” at the end, which may take up to three lines."""
    while lines and not lines[-1].strip():
        lines.pop()
    if lines and _ATTRIBUTION_END.search(lines[-1]):
        lines.pop()
        for _line in range(2):
            if lines and lines[-1].strip() and _begins_attribution(lines[-1]):
                lines.pop()
    return "\n".join(lines).strip()


def _begins_attribution(line: str) -> bool:
    start = line.strip().lower()
    return start.startswith("on ") or bool(re.match(r"^(?:[а-я]{2},?\s)?\d{1,2}[.\s]", start)) or "@" in start
