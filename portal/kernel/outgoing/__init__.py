"""Requests to addresses that somebody has typed: to public hosts alone, no redirects, limits of time and size.

The address of the host is checked, and it is that address which is connected to: a name that is looked up a second time
may lead elsewhere. No proxy, password file or cookie of the environment is used. A connection is cut when its time is
over, whatever it is busy with: a host that sends a byte now and then holds nobody any longer than one that is silent.

It knows no page, no database and nobody who asks.
"""

from portal.kernel.outgoing.addresses import is_allowed_address, is_public
from portal.kernel.outgoing.session import OutgoingSession, PostAnswer, PostFault, post

__all__ = [
    "OutgoingSession",
    "PostAnswer",
    "PostFault",
    "is_allowed_address",
    "is_public",
    "post",
]
