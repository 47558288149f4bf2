"""A machine in namespaces of its own, in which systemd runs as on a real one; for tests.support.machine, as root.

Nothing of it stays: what is written into /etc, /usr, /var, /srv, /opt lies in memory, and every process ends with
the first.
"""

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from portal.local.environment import ROOT

STORE = Path("/run/of-the-test")
PYTHON = Path("/opt/python")
_LOWER = ("/etc", "/srv", "/var", "/usr", "/opt")
_UNITS = (Path("/usr/lib/systemd/system"), Path("/etc/systemd/system"))
_TARGET = "machine.target"
_NEW_CGROUP = 0x02000000
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")


def run(*command: str, environment: dict[str, str] | None = None, cwd: str | None = None) -> str:
    """Run a command to its end and return what it said; raises with that when it fails."""
    done = subprocess.run(
        command, env=environment, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{shlex.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def start(*command: str) -> None:
    """Start a server; it ends with the machine."""
    with Path(f"/var/log/{Path(command[-1]).name}-of-the-test").open("ab") as log:
        subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


def wait_until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Look again and again until it holds; raises when it does not in time."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise RuntimeError(f"waited {seconds} s for {what}")
        time.sleep(0.1)


def build(shared: dict[str, Path]) -> None:
    """Make this process's mounts those of a fresh machine; `shared` are folders that it has in STORE, by name."""
    run("mount", "--make-rprivate", "/")
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    for name, folder in shared.items():
        (STORE / name).mkdir(parents=True)
        run("mount", "--bind", str(folder), str(STORE / name))
    _open_up(ROOT, Path(sys.prefix), Path(sys.base_prefix))
    for folder in map(Path, (*_LOWER, "/root")):
        if not os.path.ismount(folder):
            _cover(folder)
    _move_python()
    _make_devices()
    _make_control_groups()
    for folder in ("/tmp", "/dev/shm"):
        run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", folder)
    for folder in ("/proc/sys", "/sys"):  # of the machine below
        run("mount", "--bind", folder, folder)
        run("mount", "-o", "remount,bind,ro", folder)
    run("mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup")


def boot(follow: Callable[[], None]) -> None:
    """Become the machine's first process, systemd; `follow` is called beside it, and the machine ends with that."""
    _keep_one_target()
    if os.fork() == 0:
        code = 1
        try:
            wait_until(lambda: Path("/run/systemd/private").exists(), "systemd")
            follow()
            code = 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            Path(STORE / "results" / "code").write_text(str(code))
            run("systemctl", "poweroff", "--force", "--force")
            os._exit(code)
    systemd = "/usr/lib/systemd/systemd"
    # what runs in a container leaves the kernel, its clock and its devices alone
    environment = {
        "container": "test",
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
        "LANG": "C.UTF-8",
    }
    os.execve(systemd, [systemd, "--system", f"--unit={_TARGET}", "--show-status=no"], environment)


def _open_up(*paths: Path) -> None:
    """Let everybody come to these folders: what is private on the way is covered, in this machine alone."""
    private = {
        folder for path in paths for folder in path.resolve().parents if not folder.stat().st_mode & 0o001
    }
    for cover in sorted(private, key=lambda folder: len(folder.parts))[:1]:
        inside = [path.resolve() for path in paths if cover in path.resolve().parents]
        aside = STORE / "aside"
        for number, path in enumerate(inside):
            (aside / str(number)).mkdir(parents=True)
            run("mount", "--bind", str(path), str(aside / str(number)))
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(cover))
        for number, path in enumerate(inside):
            path.mkdir(parents=True, exist_ok=True)
            run("mount", "--bind", str(aside / str(number)), str(path))


def _cover(folder: Path) -> None:
    """What is written into the folder is this machine's alone."""
    store = STORE / "written" / folder.name
    for name in ("upper", "work"):
        (store / name).mkdir(parents=True)
    (store / "upper").chmod(folder.stat().st_mode & 0o7777)
    layers = f"lowerdir={folder},upperdir={store}/upper,workdir={store}/work"
    run("mount", "-t", "overlay", "overlay", "-o", layers, str(folder))


def _move_python() -> None:
    """The tests' Python under a name that a service may read: nothing of it lies in anybody's home."""
    PYTHON.mkdir()
    run("mount", "--bind", sys.base_prefix, str(PYTHON))
    Path("/etc/ld.so.conf.d/of-the-test.conf").write_text(f"{PYTHON}/lib\n")
    run("ldconfig")
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    python3 = Path("/usr/local/bin/python3")
    python3.unlink(missing_ok=True)
    python3.write_text(f'#!/bin/sh\nexec {PYTHON}/bin/{name} "$@"\n')
    python3.chmod(0o755)
    os.environ["PATH"] = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _make_devices() -> None:
    numbers = {name: os.stat(f"/dev/{name}").st_rdev for name in _DEVICES}
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/dev")
    for name, number in numbers.items():
        os.mknod(f"/dev/{name}", 0o20666, number)
        os.chmod(f"/dev/{name}", 0o666)
    for name in ("pts", "shm"):
        Path("/dev", name).mkdir()
    run("mount", "-t", "devpts", "-o", "newinstance,ptmxmode=0666,mode=620", "devpts", "/dev/pts")
    for name, target in (("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd")):
        Path("/dev", name).symlink_to(target)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        Path("/dev", name).symlink_to(f"/proc/self/fd/{number}")


def _make_control_groups() -> None:
    """A group of our own as the root of all that systemd will make."""
    groups = STORE / "groups"
    groups.mkdir()
    run("mount", "-t", "cgroup2", "cgroup2", str(groups))
    for left in groups.glob("portal-machine-*"):
        _remove_group(left)
    ours = groups / f"portal-machine-{os.urandom(4).hex()}"
    ours.mkdir()
    (ours / "cgroup.procs").write_text("0")
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_CGROUP):
        raise OSError(ctypes.get_errno(), "unshare")
    run("umount", str(groups))
    run("umount", "--recursive", "/sys/fs/cgroup")


def _remove_group(group: Path) -> None:
    """Remove a group of a machine that has ended, with those below it; one in use stays."""
    for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
        _try_to_remove(folder)
    _try_to_remove(group)


def _try_to_remove(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return


def _keep_one_target() -> None:
    """Nothing starts by itself but a log: what this machine is set up with otherwise is none of the manual's."""
    for folder in _UNITS:
        for wants in folder.glob("*.wants"):
            shutil.rmtree(wants)
    for name in _masked(_UNITS[0].glob("*.mount")):
        (_UNITS[1] / name).unlink(missing_ok=True)
        (_UNITS[1] / name).symlink_to("/dev/null")
    (_UNITS[1] / _TARGET).write_text(
        "[Unit]\nDescription=A machine for a test\nWants=systemd-journald.service timers.target\nAllowIsolate=yes\n"
    )
    Path("/etc/fstab").write_text("")
    Path("/etc/machine-id").write_text(f"{os.urandom(16).hex()}\n")


def _masked(mounts: Iterable[Path]) -> Iterable[str]:
    yield from (path.name for path in mounts)
    yield from ("systemd-tmpfiles-setup.service", "systemd-tmpfiles-clean.timer", "systemd-udevd.service")
