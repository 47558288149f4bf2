"""A disk of the bench's own, which can be filled without harm to anything else."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_NAMESPACE = "PORTAL_CHAOS_NAMESPACE"


def enter_namespace() -> None:
    """Go on in a mount namespace of one's own, where the machine allows it: nothing stays mounted."""
    unshare = shutil.which("unshare")
    if os.environ.get(_NAMESPACE) or unshare is None or os.geteuid() != 0:
        return
    if subprocess.run([unshare, "--mount", "true"], capture_output=True, check=False).returncode:
        return
    os.environ[_NAMESPACE] = "1"
    command = [unshare, "--mount", "--propagation", "private", sys.executable, "-m", "bench.chaos"]
    os.execv(unshare, [*command, *sys.argv[1:]])


@contextlib.contextmanager
def own_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A disk of this size at the folder, gone afterwards; false where the machine does not allow one."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
    mounted = (
        _NAMESPACE in os.environ and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
