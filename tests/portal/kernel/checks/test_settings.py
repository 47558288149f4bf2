"""`check --deploy` on settings that an installation must not have: each is refused with what to do instead."""

from typing import Any

import pytest
from django.core.checks import CheckMessage, Error, registry
from django.core.checks.registry import run_checks

KEY = "q7Jv0uX3mB9sYt2LrWc5eNfA8hDkZ1gPiT4oUxMzVbCnQyRd"  # 48 characters
GOOD: dict[str, Any] = {
    "ORIGIN": "https://portal.example.org",
    "SECURE": True,
    "ALLOWED_HOSTS": ["portal.example.org", "127.0.0.1"],
    "DEMO": False,
    "OUTGOING_ALLOW_LOOPBACK": False,
    "DEBUG": False,
    "BEHIND_PROXY": True,
    "TLS_ENDS_BEFORE_US": False,
    "SECURE_HSTS_SECONDS": 63072000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
    "SECURE_HSTS_PRELOAD": False,
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECRET_KEY": f"{KEY}Hs",
    "SECRET_KEY_FALLBACKS": [],
    "CREDENTIAL_KEYS": [f"{KEY}cK"],
    "SECOND_FACTOR_DAYS": 7,
    "METRICS_TOKEN": "",
    "DEFAULT_FROM_EMAIL": "Alliance Portal <portal@example.org>",
    "BOUNCE_ADDRESS": "",
    "EMAIL_HOST": "smtp.example.org",
    "EMAIL_HOST_PASSWORD": "of the mail server",
    "EMAIL_USE_TLS": True,
}


@pytest.fixture
def installation(settings: Any) -> Any:
    """The settings of an installation that is as it should be."""
    for name, value in GOOD.items():
        setattr(settings, name, value)
    return settings


def faults() -> list[CheckMessage]:
    """What `check --deploy --tag security` says, without what it says of the data folder and the database."""
    issues = run_checks(tags=["security"], include_deployment_checks=True, databases=["default"])
    return [each for each in issues if each.id not in {"security.W005", "security.W021", "portal.E061"}]


def test_an_installation_as_it_should_be_has_no_faults(installation: Any) -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"ORIGIN": "https://portal.example.org/portal"}, "portal.E010"),
        ({"ORIGIN": "https://user@portal.example.org"}, "portal.E010"),
        ({"ORIGIN": "https://портал.рф"}, "portal.E010"),
        ({"ORIGIN": "portal.example.org", "ALLOWED_HOSTS": [None]}, "portal.E010"),
        ({"ORIGIN": "https://portal.example.org:https"}, "portal.E010"),
        ({"ORIGIN": "http://portal.example.org"}, "portal.E011"),
        ({"ORIGIN": "http://127.0.0.1:8000"}, "portal.W001"),
        ({"ALLOWED_HOSTS": ["portal.example.org", "*"]}, "portal.E012"),
        ({"ALLOWED_HOSTS": ["portal.example.org", ".example.org"]}, "portal.E012"),
        ({"DEMO": True}, "portal.E013"),
        ({"OUTGOING_ALLOW_LOOPBACK": True}, "portal.E029"),
        ({"DEBUG": True}, "portal.E013"),
        ({"BEHIND_PROXY": False}, "portal.E014"),
        ({"SECURE_HSTS_PRELOAD": True}, "portal.E015"),
        ({"SECRET_KEY": KEY}, "portal.E016"),
        ({"SECRET_KEY": "0123456" * 9}, "portal.E016"),
        ({"SECRET_KEY": "at-least-50-random-characters-from-python3--m-secrets-or-the-like"}, "portal.E016"),
        ({"SECRET_KEY_FALLBACKS": [KEY]}, "portal.E016"),
        ({"CREDENTIAL_KEYS": []}, "portal.E016"),
        ({"CREDENTIAL_KEYS": [f"{KEY}cK", KEY]}, "portal.E016"),
        ({"CREDENTIAL_KEYS": [f"{KEY}Hs"]}, "portal.E016"),
        ({"SECOND_FACTOR_DAYS": 31}, "portal.E019"),
        ({"METRICS_TOKEN": "monitor"}, "portal.E016"),
        ({"DEFAULT_FROM_EMAIL": "Alliance Portal <portal@example.org"}, "portal.E017"),
        ({"DEFAULT_FROM_EMAIL": "Alliance, Portal <portal@example.org>"}, "portal.E017"),
        ({"DEFAULT_FROM_EMAIL": "a@example.org, b@example.org"}, "portal.E017"),
        ({"DEFAULT_FROM_EMAIL": "portal@example.org\nBcc: a@example.org"}, "portal.E017"),
        ({"DEFAULT_FROM_EMAIL": ""}, "portal.E017"),
        ({"DEFAULT_FROM_EMAIL": "Alliance Portal <portal@localhost>"}, "portal.E017"),
        ({"BOUNCE_ADDRESS": "Bounces <bounces@example.org>"}, "portal.E017"),
        ({"BOUNCE_ADDRESS": "bounces+portal@example.org"}, "portal.E017"),
        ({"EMAIL_USE_TLS": False}, "portal.E018"),
    ],
)
def test_what_an_installation_must_not_have_is_refused(
    changes: dict[str, Any], fault: str, installation: Any
) -> None:
    for name, value in changes.items():
        setattr(installation, name, value)

    ours = [each for each in faults() if each.id and each.id.startswith("portal.")]

    assert [each.id for each in ours] == [fault]
    assert all(each.hint for each in ours)
    assert isinstance(ours[0], Error) == fault.startswith("portal.E")


@pytest.mark.parametrize(
    "changes",
    [
        {"BEHIND_PROXY": False, "TLS_ENDS_BEFORE_US": True, "SECURE_SSL_REDIRECT": False},
        {"SECURE_HSTS_PRELOAD": True, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True},
        {"DEFAULT_FROM_EMAIL": "Портал Альянса <portal@example.org>"},
        {"DEFAULT_FROM_EMAIL": "A. B. Portal <portal@example.org>"},
        {"BOUNCE_ADDRESS": "bounces@portal.example.org", "METRICS_TOKEN": KEY},
        {"EMAIL_HOST": "127.0.0.1", "EMAIL_USE_TLS": False},
    ],
)
def test_what_an_installation_may_have_is_not_refused(changes: dict[str, Any], installation: Any) -> None:
    for name, value in changes.items():
        setattr(installation, name, value)

    assert [each for each in faults() if each.id != "security.W008"] == []


def test_a_check_of_the_deployment_never_passes_over_the_database_in_silence() -> None:
    issues = run_checks(tags=["security"], include_deployment_checks=True)

    assert "portal.W002" in {each.id for each in issues}


def test_no_fault_has_two_names_and_no_name_two_faults() -> None:
    """Each check of the portal's is registered once."""
    checks = [*registry.registry.registered_checks, *registry.registry.deployment_checks]
    ours = [each for each in checks if each.__module__.startswith("portal.")]

    assert len({each.__name__ for each in ours}) == len(ours) > 15
