"""Give up every right that reading a file does not need, in layers: where one is refused, the others hold.

The libraries must be imported before. Afterwards this process opens no file and no connection, starts no program,
and reads only what it was handed as standard input.
"""

import ctypes
import os
import platform
import resource
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from portal.kernel.inspection.system_calls import ALLOWED_CALLS

MEMORY = 512 * 1024 * 1024  # bytes of addresses; all else that is used stays below it
CPU_SECONDS, WALL_SECONDS = 15, 20
MAX_OUTPUT = 64 * 1024 * 1024  # bytes
_NOBODY = 65534
_NEW_IPC, _NEW_USER, _NEW_NET = 0x08000000, 0x10000000, 0x40000000
_PDEATHSIG, _SET_DUMPABLE, _SET_SECCOMP, _SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_FILTER = 2
# Classic BPF: load a word, compare it, return.
_LOAD, _EQUALS, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050001, 0x7FFF0000  # refused calls answer EPERM


@dataclass(frozen=True, slots=True)
class Confinement:
    """What this machine let us do. `user`: `nobody`, a `namespace` of its own, or none."""

    user: str
    network: bool
    calls: bool


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("then", ctypes.c_uint8),
        ("otherwise", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction)))


def limit_resources() -> None:
    """Limit time, memory and output. When time is over the process ends, also without its parent."""
    signal.alarm(WALL_SECONDS)
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))


def confine(parent: int) -> Confinement:
    """Give up all other rights, for good; the process ends with its parent."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)
    user, network = _leave_user(libc)
    # a change of user forgets this, so that it comes after it
    libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    no_new_privileges = libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    # no further descriptor: neither a file nor a connection can be opened, whoever owns them
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        resource.setrlimit(kind, (0, 0))
    return Confinement(user, network, no_new_privileges and _filter_calls(libc))


def _leave_user(libc: ctypes.CDLL) -> tuple[str, bool]:
    """Become nobody where we are root, else leave for a user namespace; and leave the network, either way."""
    network = os.geteuid() == 0 and libc.unshare(_NEW_NET | _NEW_IPC) == 0
    user = ""
    if os.geteuid() == 0:
        with suppress(OSError):  # inside a container root may be forbidden it
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
            user = "nobody"
    if libc.unshare(_NEW_USER | _NEW_NET | _NEW_IPC) == 0:
        return user or "namespace", True
    if libc.unshare(_NEW_USER) == 0:
        user = user or "namespace"
    return user, network


def _filter_calls(libc: ctypes.CDLL) -> bool:
    """Let the kernel answer only the system calls that reading, computing and writing need."""
    architecture, numbers = ALLOWED_CALLS.get(platform.machine(), (0, ()))
    if not numbers:
        return False
    program = _program(architecture, numbers)
    instructions = (_Instruction * len(program))(*(_Instruction(*line) for line in program))
    filtered = _Program(len(program), instructions)
    return bool(libc.prctl(_SET_SECCOMP, _SECCOMP_FILTER, ctypes.addressof(filtered), 0, 0) == 0)


def _program(architecture: int, numbers: Sequence[int]) -> list[tuple[int, int, int, int]]:
    count = len(numbers)
    return [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUALS, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((_EQUALS, count - place, 0, number) for place, number in enumerate(numbers)),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
