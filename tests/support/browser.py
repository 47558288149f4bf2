"""Finds a Chromium for the browser tests, or says plainly why there is none."""

import os

from tests.support import packages

# The first is the one without windows, made for this: it takes two thirds of the processor time of the others.
_PACKAGE = "chromium-headless-shell"
_NAMES = (_PACKAGE, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-quic",
    # What is drawn nobody sees: no process of its own for it.
    "--disable-gpu", "--in-process-gpu",
)  # fmt: skip


def launch_arguments() -> dict[str, object]:
    """How Playwright starts the browser; without one the test is skipped; REQUIRE_BROWSER=1 fails it."""
    executable = find_browser()
    if executable is None:
        packages.unavailable(
            f"There is no Chromium here: install {_PACKAGE}, or set CHROMIUM to the path of one."
        )
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": executable, "args": [*_ARGUMENTS, *sandbox]}


def find_browser() -> str | None:
    """`$CHROMIUM`, else one on PATH, else (as root) Debian's package, installed for the tests."""
    return os.environ.get("CHROMIUM") or packages.find(_PACKAGE, *_NAMES)
