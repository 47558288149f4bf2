"""Replies to letters by mail: which app takes those to its threads."""

from collections.abc import Callable

from portal.kernel.mail import MailReply

ReplyHandler = Callable[[MailReply], str]
_HANDLERS: dict[str, ReplyHandler] = {}


def register_reply_handler(kind: str, handler: ReplyHandler) -> None:
    """Register the function that takes replies to addresses of this kind; it returns what became of them."""
    _HANDLERS[kind] = handler


def receive_reply(reply: MailReply) -> str:
    """Hand the reply to the app that made its address; empty where there is none (any more)."""
    handler = _HANDLERS.get(reply.address.kind)
    return handler(reply) if handler else ""
