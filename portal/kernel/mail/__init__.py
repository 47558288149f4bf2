"""Letters that leave the portal: how they are rendered and headed, over which connection they go, what comes back."""

from portal.kernel.mail.headings import Letterhead, letterhead, letterhead_comes_from
from portal.kernel.mail.letters import Letter, send
from portal.kernel.mail.line import Away, open_line
from portal.kernel.mail.rendering import RenderedLetter, render_letter, render_subject
from portal.kernel.mail.trouble import AddressRefused, Trouble

__all__ = [
    "AddressRefused",
    "Away",
    "Letter",
    "Letterhead",
    "RenderedLetter",
    "Trouble",
    "letterhead",
    "letterhead_comes_from",
    "open_line",
    "render_letter",
    "render_subject",
    "send",
]
