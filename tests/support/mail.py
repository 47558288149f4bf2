"""A real SMTP server that keeps what it is sent."""

import os
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LIMIT = 120.0  # seconds, which a busy machine does not reach


class MailServer:
    """Listens where the settings send mail to, or on another port; `messages` are what arrived, oldest first."""

    def __init__(self, port: int = 0) -> None:
        self.messages: list[EmailMessage] = []
        self.port = port or int(os.environ["EMAIL_PORT"])
        self._controller = Controller(self, hostname=os.environ["EMAIL_HOST"], port=self.port)

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def sent_to(self, address: str) -> list[EmailMessage]:
        """The messages in which the address stands in To."""
        return [message for message in list(self.messages) if address in str(message["To"])]

    def wait_for(self, address: str, count: int = 1, seconds: float = LIMIT) -> list[EmailMessage]:
        """Wait until the address has got that many messages; fails when they do not come."""
        wait_until(lambda: len(self.sent_to(address)) >= count, seconds, f"{count} message(s) to {address}")
        return self.sent_to(address)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one message."""
        del server, session
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 Message accepted for delivery"


def wait_until(condition: Callable[[], object], seconds: float = LIMIT, what: str = "the condition") -> None:
    """Look ten times a second until it holds; fails with the name of what did not come."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, f"waited {seconds} s for {what}"
        time.sleep(0.1)
