"""The Compose file: its schema takes it, all that it names is there, and no service has more than it needs."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from portal import environment, web_server
from portal.celery import app
from portal.local.environment import ROOT
from tests.support import manifests, manual, packages
from tests.support.manifests import DEPLOY

COMPOSE = manifests.compose()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {"migrate", "web", "worker", "sweeper", "beat", "backup"}
_OF_THE_IMAGE = {"POD_IP"}


def secret_names(service: dict[str, Any]) -> dict[str, str]:
    """The secrets of a service, and below which name each is found in /run/secrets."""
    listed = service.get("secrets", ())
    return {
        (entry if isinstance(entry, str) else entry["source"]): (
            entry if isinstance(entry, str) else entry["target"]
        )
        for entry in listed
    }


def test_the_schema_of_compose_takes_it() -> None:
    schema = json.loads(
        files("check_jsonschema")
        .joinpath("builtin_schemas/vendor/compose-spec.json")
        .read_text(encoding="utf-8")
    )
    jsonschema.validators.validator_for(schema)(schema).validate(COMPOSE)


def test_a_misspelt_key_is_refused() -> None:
    schema = json.loads(
        files("check_jsonschema")
        .joinpath("builtin_schemas/vendor/compose-spec.json")
        .read_text(encoding="utf-8")
    )
    wrong = {**COMPOSE, "services": {"web": {**SERVICES["web"], "read_onyl": True}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validators.validator_for(schema)(schema).validate(wrong)


def test_all_that_a_service_names_is_defined() -> None:
    for name, service in SERVICES.items():
        assert secret_names(service).keys() <= COMPOSE["secrets"].keys(), name
        assert set(service.get("networks", ())) <= COMPOSE["networks"].keys(), name
        assert {entry["source"] for entry in service.get("configs", ())} <= COMPOSE["configs"].keys(), name
        assert {volume.partition(":")[0] for volume in service.get("volumes", ())} <= COMPOSE[
            "volumes"
        ].keys(), name
        assert service.get("depends_on", {}).keys() <= SERVICES.keys(), name
    used = {secret for service in SERVICES.values() for secret in secret_names(service)}
    assert used == COMPOSE["secrets"].keys()
    for config in COMPOSE["configs"].values():
        assert (DEPLOY / config["file"]).is_file()


def test_whoever_is_waited_for_can_say_that_it_is_there() -> None:
    for name, service in SERVICES.items():
        for other, wish in service.get("depends_on", {}).items():
            healthcheck = SERVICES[other].get("healthcheck", {})
            if wish["condition"] == "service_healthy":
                assert "test" in healthcheck, f"{name} waits for {other}"
            else:
                assert SERVICES[other]["restart"] == "no", f"{name} waits for the end of {other}"


def test_an_upgrade_migrates_by_itself_then_makes_each_service_anew_and_nothing_else() -> None:
    """What waits for the migration would be stopped before it; what stands behind the portal is left alone."""
    text = (ROOT / "docs" / "how-to" / "many-hosts.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    docker compose (.*)$", text, re.MULTILINE)
    waiting = {name for name, service in SERVICES.items() if "migrate" in service.get("depends_on", {})}

    first = commands.index("run --rm --no-deps migrate")
    starts = [command.split("--no-deps ") for command in commands[first + 1 :]]

    assert {start for start, _services in starts} == {"up --detach --wait "}
    assert sorted(name for _start, services in starts for name in services.split()) == sorted(waiting)
    assert starts[0][1] == "web"  # it does not wait for workers that finish what they have begun
    after_the_first = commands[commands.index("run --rm backup") :]
    assert "up --detach --wait" not in after_the_first
    assert {
        command for command in after_the_first if "worker" in command and "--no-deps" not in command
    } == set()


def test_every_service_is_limited_read_only_and_has_no_rights() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert {"cpus", "memory", "pids"} <= service["deploy"]["resources"]["limits"].keys(), name
        assert {"driver", "options"} <= service["logging"].keys(), name
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == OURS | {
        "proxy"
    }


def test_what_is_ours_is_the_image_with_nothing_to_write_to_but_scratch() -> None:
    for name in OURS:
        service = SERVICES[name]
        assert service["user"] == "10001:10001", name
        assert {entry.partition(":")[0] for entry in service["tmpfs"]} == {"/var/lib/portal", "/tmp"}
        assert list(service.get("volumes", ())) == (["backups:/backups"] if name == "backup" else [])
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    made = re.findall(r"install --directory .* --owner portal --group portal (.*)$", image, re.MULTILINE)
    assert "/backups" in made[0].split()  # else the volume is root's


def test_every_variable_is_one_that_the_settings_read_and_every_file_a_secret() -> None:
    assert web_server.workers  # it reads its own when it is imported
    for name in OURS:
        variables = SERVICES[name]["environment"]
        assert manifests.variable_names(variables) - environment.read_names() == set(), name
        secrets = {f"/run/secrets/{target}" for target in secret_names(SERVICES[name]).values()}
        named = {
            path
            for variable, path in variables.items()
            if variable.endswith("_FILE") and variable != "ALIVE_FILE"
        }
        assert named == secrets, name


def test_only_migration_and_backup_have_the_secret_of_the_owner() -> None:
    holders = {name for name in OURS if "database_owner_url" in secret_names(SERVICES[name])}
    assert holders == {"migrate", "backup"}


def test_a_worker_has_time_to_finish_what_it_has_begun() -> None:
    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) > app.conf.task_time_limit


def test_the_broker_throws_nothing_away() -> None:
    script = (DEPLOY / "compose" / "make-secrets").read_text(encoding="utf-8")
    assert "maxmemory-policy noeviction" in script


_READ_SETTINGS = """
import json
from portal import settings
names = ("SECRET_KEY", "CREDENTIAL_KEYS", "REDIS_URL", "METRICS_TOKEN", "EMAIL_HOST_PASSWORD")
facts = {name: getattr(settings, name) for name in names}
facts["database"] = {key: settings.DATABASES["default"][key] for key in ("HOST", "USER", "PASSWORD")}
facts["owner"] = {key: settings.DATABASES["owner"][key] for key in ("HOST", "USER", "PASSWORD")}
facts["bucket"] = settings.STORAGES["default"]["OPTIONS"]
print(json.dumps(facts))
"""


def test_the_settings_read_what_make_secrets_has_made(tmp_path: Any) -> None:
    folder = tmp_path / "secrets"
    for _twice in range(2):
        subprocess.run([DEPLOY / "compose" / "make-secrets", folder], check=True, capture_output=True)
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert {
        path.rpartition("/")[2] for path in (each["file"] for each in COMPOSE["secrets"].values())
    } <= made.keys()
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert os.geteuid() != 0 or path.stat().st_gid == 10001
    variables = {
        name: value.replace("/run/secrets", str(folder)) for name, value in SERVICES["migrate"]["environment"].items()
        if "${" not in value
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _READ_SETTINGS],
        env={"PATH": os.environ["PATH"], **variables}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)

    assert len(facts["SECRET_KEY"]) >= 50
    assert [len(key) >= 50 for key in facts["CREDENTIAL_KEYS"]] == [True]
    assert facts["database"] == {"HOST": "pool", "USER": "portal", "PASSWORD": made["database_password"]}
    assert facts["owner"] == {
        "HOST": "database",
        "USER": "portal_owner",
        "PASSWORD": made["database_owner_password"],
    }
    assert facts["REDIS_URL"] == f"redis://:{made['broker_password']}@broker:6379/0"
    assert facts["bucket"]["secret_key"] == made["s3_secret_key"]
    assert (
        json.loads(made["s3.json"])["identities"][0]["credentials"][0]["secretKey"] == made["s3_secret_key"]
    )
    assert facts["METRICS_TOKEN"] == made["metrics_token"]
    assert facts["EMAIL_HOST_PASSWORD"] == ""


def test_the_roles_are_those_of_the_manual() -> None:
    """Its SQL, statement by statement, with passwords by reference."""

    def statements(text: str) -> set[str]:
        return {" ".join(part.split()) for part in text.split(";") if part.strip()}

    script = (DEPLOY / "compose" / "roles.sh").read_text(encoding="utf-8")
    ours = {
        statement
        for block in re.findall(r"<<'SQL'\n(.*?)^SQL$", script, re.DOTALL | re.MULTILINE)
        for statement in statements(block)
    }
    blocks = [block.text for block in manual.blocks("sql")][:3]
    wanted = {
        re.sub(r"PASSWORD '(owner|application)-secret'", r"PASSWORD :'\1'", statement)
        for block in blocks
        for statement in statements(block)
    }
    assert wanted - ours == set()
    assert {statement.split("SET ")[0] for statement in ours - wanted} <= {"ALTER ROLE portal "}


def test_the_pool_keeps_no_session_and_takes_our_limits_for_the_roles() -> None:
    text = (DEPLOY / "compose" / "pgbouncer.ini").read_text(encoding="utf-8")
    assert re.search(r"^pool_mode = transaction$", text, re.MULTILINE)
    assert re.search(r"^ignore_startup_parameters = options$", text, re.MULTILINE)


def test_the_proxy_understands_its_configuration() -> None:
    """And sends on what the manual's proxy does: the portal believes these headers."""
    path = DEPLOY / "compose" / "Caddyfile"
    done = subprocess.run(
        [packages.of_environment("caddy"), "adapt", "--config", path, "--adapter", "caddyfile"],
        env={"PATH": os.environ["PATH"], "HOME": "/tmp", "PORTAL_HOST": "portal.example.org"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    [proxy] = [each for each in _handlers(facts) if each["handler"] == "reverse_proxy"]
    assert proxy["dynamic_upstreams"]["name"] == "web"
    assert proxy["headers"]["request"]["set"].keys() == {
        "Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id",
    }  # fmt: skip


def _handlers(facts: object) -> Iterator[dict[str, Any]]:
    """Every handler, however deep it lies."""
    if isinstance(facts, dict):
        if "handler" in facts:
            yield facts
        for value in facts.values():
            yield from _handlers(value)
    elif isinstance(facts, list):
        for value in facts:
            yield from _handlers(value)
