"""Whether a process of a container runs: `python -m portal.probe web`, or `… alive 60`; ends with 0 or 1.

For supervisors that start a program and read its end. Standard library only, since it is started every few seconds.
"""

import os
import sys
import time
from http.client import HTTPConnection, HTTPException

_SECONDS = 4.0


def web_is_ready(port: int) -> bool:
    """Whether the web server of this machine serves requests; without the broker it does."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def is_alive(path: str, seconds: float) -> bool:
    """Whether the process has touched its file since then."""
    try:
        return time.time() - os.stat(path).st_mtime <= seconds
    except OSError:
        return False


def main(words: list[str]) -> bool:
    """What the words ask; words that ask nothing end the program with a sentence."""
    match words:
        case ["web"]:
            return web_is_ready(8000)
        case ["alive", seconds] if seconds.isdecimal():
            return is_alive(os.environ.get("ALIVE_FILE", ""), float(seconds))
    sys.exit(
        "Ask for `web`, or for `alive` and a number of seconds; ALIVE_FILE names the file of the process."
    )


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
