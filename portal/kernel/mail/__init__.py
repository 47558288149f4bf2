"""One letter: its rendering, its sender, its connection, its bounces, and complaints about it.

Recipients and contents of letters belong to `notices` and the apps.
"""

from portal.kernel.mail.bounces import Bounce, NotABounce, read_bounce
from portal.kernel.mail.complaints import Complaint, read_complaint
from portal.kernel.mail.delays import DELAYED_LETTERS_SQL, DelayedLetters, delayed_letters
from portal.kernel.mail.letterheads import Letterhead, host_name, letterhead, register_letterhead_source
from portal.kernel.mail.message import Letter, send
from portal.kernel.mail.rendering import (
    LetterPart,
    RenderedLetter,
    render_letter,
    render_part,
    render_subject,
)
from portal.kernel.mail.replies import REPLY_MARK, MailReply, NotAReply, new_text, read_reply
from portal.kernel.mail.reply_addresses import ReplyAddress, make_reply_address, read_reply_address
from portal.kernel.mail.return_path import (
    LetterReference,
    address_fingerprint,
    make_return_path,
    read_return_path,
)
from portal.kernel.mail.smtp_connection import (
    ServerAway,
    ServerUnreachable,
    SignInRefused,
    forget_outage,
    shared_connection,
    try_connection,
)
from portal.kernel.mail.smtp_errors import AddressFault, AddressRefused

__all__ = [
    "DELAYED_LETTERS_SQL",
    "REPLY_MARK",
    "AddressFault",
    "AddressRefused",
    "Bounce",
    "Complaint",
    "DelayedLetters",
    "Letter",
    "LetterPart",
    "LetterReference",
    "Letterhead",
    "MailReply",
    "NotABounce",
    "NotAReply",
    "RenderedLetter",
    "ReplyAddress",
    "ServerAway",
    "ServerUnreachable",
    "SignInRefused",
    "address_fingerprint",
    "delayed_letters",
    "forget_outage",
    "host_name",
    "letterhead",
    "make_reply_address",
    "make_return_path",
    "new_text",
    "read_bounce",
    "read_complaint",
    "read_reply",
    "read_reply_address",
    "read_return_path",
    "register_letterhead_source",
    "render_letter",
    "render_part",
    "render_subject",
    "send",
    "shared_connection",
    "try_connection",
]
