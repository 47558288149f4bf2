"""Mail servers that behave badly: they refuse, put off, fall silent, or die with the letter half received."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.isolation import free_ports


class FaultySmtpServer:
    """Answers as configured; stores the Message-ID of accepted messages, and counts connections."""

    def __init__(self) -> None:
        self.to_recipient = "250 OK"
        self.to_content = "250 OK"
        self.stalls = False
        self.dies_after_content = False
        self.message_ids: list[str] = []
        self.senders: list[str] = []
        self.contents: list[bytes] = []
        self.recipients: list[str] = []
        self.visits = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.visits += 1
        session.host_name = hostname
        if self.stalls:
            await asyncio.sleep(60)
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if not self.to_content.startswith("250"):
            return self.to_content
        content: Any = envelope.content
        self.message_ids.append(str(message_from_bytes(content)["Message-ID"]))
        self.contents.append(content)
        self.recipients += envelope.rcpt_tos
        self.senders.append(str(envelope.mail_from))
        if self.dies_after_content:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"


@contextmanager
def faulty_smtp_server(settings: Any) -> Iterator[FaultySmtpServer]:
    """A real server, and letters are sent to it."""
    server = FaultySmtpServer()
    (port,) = free_ports(1)
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
    try:
        yield server
    finally:
        controller.stop()
