"""An SMTP server that accepts everything and stores nothing; prints its port and serves until it is ended."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session


class SmtpSink:
    """Takes every message."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Throw one message away."""
        del server, session, envelope
        return "250 Message accepted for delivery"


async def serve() -> None:
    """Serve on a port that is free."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(SmtpSink(), loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
