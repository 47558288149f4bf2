"""Checks that ask the servers around the portal, each for a few seconds; `check --deploy`, or `--tag servers` alone.

Where no server is around, in the making of an image for example, another tag is named: `check --deploy --tag security`.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from portal.kernel import files, mail, monitoring, valkey
from portal.kernel.checks.folders import is_root_elsewhere
from portal.kernel.monitoring import StorageState

TAG = "servers"
_SECONDS = 5.0


@register(TAG, deploy=True)
def broker_keeps_what_it_is_given(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A broker that is away delays all work; one that evicts loses hints."""
    try:
        policy = _eviction_policy()
    except (*valkey.ERRORS, OSError) as error:
        hint = "Start Valkey or Redis, or put REDIS_URL right."
        text = f"The broker does not answer at {_without_password(settings.REDIS_URL)}: {_words(error)}."
        return [Error(text, hint=hint, id="portal.E040")]
    if policy == "noeviction":
        return []
    if not policy:
        text = "The broker does not say what it does when its memory is full."
        return [Warning(text, hint="Make sure that its maxmemory-policy is noeviction.", id="portal.W004")]
    hint = "In valkey.conf or redis.conf: maxmemory-policy noeviction"
    return [
        Error(f"The broker throws work away when its memory is full ({policy}).", hint=hint, id="portal.E041")
    ]


@register(TAG, deploy=True)
def cache_answers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without the cache tries are not counted."""
    if monitoring.cache_answers(_SECONDS):
        return []
    address = _without_password(str(settings.CACHES["default"]["LOCATION"]))
    hint = "Start it, or put CACHE_URL right; where that is not set, it is database 1 beside the broker."
    return [Error(f"The cache does not answer at {address}.", hint=hint, id="portal.E042")]


@register(TAG, deploy=True)
def mail_server_lets_us_in(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The mail server answers, encrypts where it is asked to, and takes the password. No letter is sent."""
    if settings.DEMO:
        return []
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        mail.try_connection(_SECONDS)
    except mail.SignInRefused:
        text = f"The mail server {where} does not accept name and password."
        hint = "Put EMAIL_HOST_USER and EMAIL_HOST_PASSWORD right."
        return [Error(text, hint=hint, id="portal.E043")]
    except OSError as error:
        text = f"The mail server {where} does not let us in: {_words(error)}."
        hint = "Put EMAIL_HOST, EMAIL_PORT and EMAIL_USE_TLS right, and let this machine connect there."
        return [Error(text, hint=hint, id="portal.E043")]
    return []


@register(TAG, deploy=True)
def virus_scanner_answers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """While a configured scanner is silent, every upload is refused."""
    if not settings.CLAMAV or monitoring.scanner_answers(_SECONDS):
        return []
    hint = "Start clamd, or put CLAMAV right: host:port, or the path of its socket."
    return [Error(f"The virus scanner does not answer at {settings.CLAMAV}.", hint=hint, id="portal.E044")]


@register(TAG, deploy=True)
def storage_takes_files(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The folder or the bucket is there, takes files, and answers in time."""
    if is_root_elsewhere(settings.DATA_DIR):
        return []
    state = monitoring.storage_state(files.probe_storage, files.PROBE_STATES, _SECONDS)
    if state is StorageState.OK:
        return _files_can_be_erased()
    if state is StorageState.MISSING:
        hint = (
            "Mount its disk, or name the right PORTAL_DATA_DIR or bucket; nothing is made in its place. In a new "
            "installation `init` makes the folder, and so does the first file."
        )
        return [
            Error("The folder or bucket of uploads and documents is not there.", hint=hint, id="portal.E045")
        ]
    if state is StorageState.RESTORING:
        hint = (
            "Start `restore` again with the same archive: it does what is left, such as to purge and erase what the "
            "backup has brought back. Until it has ended /health/ready says that the portal is unavailable."
        )
        return [Error("A restore into the storage of files has not finished.", hint=hint, id="portal.E045")]
    hint = (
        "A folder must belong to the user of the service and have room; a bucket must answer, and its keys must let "
        "the portal write: docs/how-to/deploy.md, “Files in a bucket”."
    )
    return [Error("The storage of uploads and documents takes no files.", hint=hint, id="portal.E045")]


def _files_can_be_erased() -> list[CheckMessage]:
    """A key that may not see the versions of a bucket is found out before a purge has to remove them."""
    try:
        if files.is_storage_shared():
            files.probe_erasing()
    except files.StorageError:
        hint = (
            "Give the keys s3:ListBucketVersions, and s3:DeleteObjectVersion in a bucket with versions: "
            "docs/how-to/deploy.md, “Files in a bucket”."
        )
        return [
            Error(
                "The bucket does not list its versions: no file can be purged.", hint=hint, id="portal.E046"
            )
        ]
    return []


def _eviction_policy() -> str:
    """What the broker does when its memory is full; empty when it does not say."""
    with monitoring.broker_client(_SECONDS) as client:
        client.ping()
        return str(client.info("memory").get("maxmemory_policy", ""))


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="").geturl()  # that of Sentinels may hold one too


def _words(error: Exception) -> str:
    """The reason in one line."""
    lines = str(getattr(error, "strerror", "") or error).splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
