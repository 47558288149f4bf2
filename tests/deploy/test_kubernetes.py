"""The manifests of Kubernetes: kustomize joins them, their schemas take them, and all that they name is there."""

import re
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
import yaml
from django.urls import resolve

from portal import environment, web_server
from portal.celery import app
from tests.support import manifests
from tests.support.manifests import (
    KUBERNETES,
    SECRETS_FOLDER,
    containers,
    environment_of,
    kustomized,
    name_of,
    of_kind,
    pod_templates,
)

pytestmark = pytest.mark.xdist_group("kubernetes")

# the oldest that is still cared for somewhere, and the newest that there are schemas of
_VERSIONS = ("1.31", kubernetes_validate.latest_version())
# kinds of other people's operators: no schema of Kubernetes knows them
_FOREIGN = {"PodMonitor", "PrometheusRule"}
_SECRETS = {
    "portal": {
        "secret_key", "credential_keys", "database_url", "database_direct_url", "redis_url", "s3_access_key",
        "s3_secret_key", "email_password", "metrics_token",
    },
    "portal-owner": {"database_owner_url"},
}  # fmt: skip


@pytest.mark.parametrize("version", _VERSIONS)
def test_the_schemas_of_kubernetes_take_every_manifest(version: str) -> None:
    checked = [manifest for manifest in kustomized() if manifest["kind"] not in _FOREIGN]
    for manifest in checked:
        kubernetes_validate.validate(manifest, version, strict=True)
    assert {"Deployment", "Job", "CronJob", "HorizontalPodAutoscaler", "NetworkPolicy", "Ingress"} <= {
        manifest["kind"] for manifest in checked
    }


def test_the_base_is_whole_without_an_overlay() -> None:
    kinds = {manifest["kind"] for manifest in kustomized(KUBERNETES / "base")}
    assert "Deployment" in kinds
    assert kinds.isdisjoint({"Secret", "Ingress", *_FOREIGN})


def test_no_manifest_holds_a_secret() -> None:
    assert of_kind("Secret") == []
    text = yaml.safe_dump_all(kustomized())
    assert not re.search(r"://[^/\s]*:[^/\s]*@", text), "an address with a password"


def test_every_variable_is_one_that_the_settings_read() -> None:
    assert web_server.workers  # it reads its own when it is imported
    read = environment.read_names() | {"POD_IP"}
    for owner, template in pod_templates():
        for container in containers(template):
            assert manifests.variable_names(environment_of(container)) - read == set(), owner


def test_what_pods_mount_is_there() -> None:
    """Secrets by the names and keys that the manual makes, the ConfigMap by the name that kustomize gives it."""
    config_maps = {manifest["metadata"]["name"] for manifest in of_kind("ConfigMap")}
    accounts = {manifest["metadata"]["name"] for manifest in of_kind("ServiceAccount")}
    claims = {manifest["metadata"]["name"] for manifest in of_kind("PersistentVolumeClaim")}
    for owner, template in pod_templates():
        spec = template["spec"]
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        assert spec["serviceAccountName"] in accounts, owner
        for volume in volumes.values():
            assert volume.get("secret", {}).get("secretName", "portal") in _SECRETS
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in claims
        for container in containers(template):
            mounted = {
                mount["mountPath"].rstrip("/") + "/": volumes[mount["name"]]
                for mount in container["volumeMounts"]
            }
            assert {entry["configMapRef"]["name"] for entry in container["envFrom"]} <= config_maps, owner
            for name, path in environment_of(container).items():
                if name.endswith("_FILE") and path.startswith("/run/secrets/"):
                    folder, _slash, key = path.rpartition("/")
                    secret = mounted[f"{folder}/"]["secret"]["secretName"]
                    assert key in _SECRETS[secret], f"{owner}: {name}"


def test_only_migration_and_backup_have_the_secret_of_the_owner() -> None:
    holders = {
        owner
        for owner, template in pod_templates()
        if any(
            volume.get("secret", {}).get("secretName") == "portal-owner"
            for volume in template["spec"]["volumes"]
        )
    }
    assert holders == {"Job/portal-migrate", "CronJob/portal-backup"}


def test_every_pod_is_as_the_restricted_standard_wants_it() -> None:
    for owner, template in pod_templates():
        security = template["spec"]["securityContext"]
        assert security["runAsNonRoot"] is True, owner
        assert security["runAsUser"] == 10001
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert template["spec"]["automountServiceAccountToken"] is False
        for container in containers(template):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, owner
            assert {"requests", "limits"} <= container["resources"].keys(), owner
            assert container["image"].startswith("registry.example.org/portal:"), owner
            writable = {
                mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")
            }
            assert {"/scratch", "/tmp"} <= writable


def test_every_deployment_has_a_budget_probes_and_is_spread() -> None:
    budgets = [manifest["spec"]["selector"]["matchLabels"] for manifest in of_kind("PodDisruptionBudget")]
    for manifest in of_kind("Deployment"):
        template = manifest["spec"]["template"]
        labels = template["metadata"]["labels"].items()
        assert manifest["spec"]["selector"]["matchLabels"].items() <= labels
        assert sum(selector.items() <= labels for selector in budgets) == 1, name_of(manifest)
        spread = template["spec"]["topologySpreadConstraints"]
        assert all(rule["labelSelector"]["matchLabels"].items() <= labels for rule in spread)
        (container,) = template["spec"]["containers"]
        assert {"startupProbe", "livenessProbe"} <= container.keys(), name_of(manifest)


def _http_probes() -> Iterator[dict[str, Any]]:
    for _owner, template in pod_templates():
        for container in containers(template):
            for name in ("startupProbe", "livenessProbe", "readinessProbe"):
                if "httpGet" in container.get(name, {}):
                    yield container[name]["httpGet"]


def test_probes_ask_addresses_that_exist_by_a_host_name_that_is_allowed() -> None:
    (web,) = (manifest for manifest in of_kind("Deployment") if name_of(manifest) == "Deployment/portal-web")
    (container,) = web["spec"]["template"]["spec"]["containers"]
    hosts = environment_of(container)["ALLOWED_HOSTS"].split()
    probes = list(_http_probes())
    assert {resolve(probe["path"]).func.__name__ for probe in probes} == {"health_live", "health_ready"}
    for probe in probes:
        assert probe["port"] in {port["name"] for port in container["ports"]}
        assert next(header["value"] for header in probe["httpHeaders"] if header["name"] == "Host") in hosts


def test_a_web_node_that_has_begun_stays_in_service_while_the_database_or_the_bucket_is_away() -> None:
    """All would be taken out at the same moment, and nobody would answer with the public pages that each has."""
    (web,) = (manifest for manifest in of_kind("Deployment") if name_of(manifest) == "Deployment/portal-web")
    (container,) = web["spec"]["template"]["spec"]["containers"]
    asked = {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}

    assert asked == {
        "startupProbe": "/health/ready", "livenessProbe": "/health/live", "readinessProbe": "/health/live"
    }  # fmt: skip


def test_services_policies_and_ingress_lead_to_the_web_server() -> None:
    (service,), (ingress,) = of_kind("Service"), of_kind("Ingress")
    (web,) = (manifest for manifest in of_kind("Deployment") if name_of(manifest) == "Deployment/portal-web")
    pod = web["spec"]["template"]
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    (port,) = service["spec"]["ports"]
    assert port["targetPort"] in {each["name"] for each in pod["spec"]["containers"][0]["ports"]}
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert (backend["name"], backend["port"]["name"]) == (service["metadata"]["name"], port["name"])
    everybody, only_web = sorted(of_kind("NetworkPolicy"), key=name_of)
    assert everybody["spec"]["podSelector"].get("matchLabels", {}).keys() <= {"app.kubernetes.io/name"} | {
        "app.kubernetes.io/part-of"
    }
    assert only_web["spec"]["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()


def test_workers_grow_with_the_age_of_the_oldest_job() -> None:
    (autoscaler,) = of_kind("HorizontalPodAutoscaler")
    (metric,) = autoscaler["spec"]["metrics"]
    name = metric["external"]["metric"]["name"]
    target = autoscaler["spec"]["scaleTargetRef"]
    (worker,) = (each for each in of_kind("Deployment") if each["metadata"]["name"] == target["name"])
    assert "replicas" not in worker["spec"], "each apply would undo what the autoscaler has chosen"
    adapter = yaml.safe_load((KUBERNETES / "components/autoscaling/prometheus-adapter.yaml").read_text())
    assert [rule["name"]["as"] for rule in adapter["rules"]["external"]] == [name]


def test_a_worker_has_time_to_finish_what_it_has_begun() -> None:
    (worker,) = (each for each in of_kind("Deployment") if each["metadata"]["name"] == "portal-worker")
    assert worker["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > app.conf.task_time_limit


def test_the_rules_for_the_operator_of_prometheus_are_ours() -> None:
    (rules,) = of_kind("PrometheusRule")
    ours = yaml.safe_load((manifests.DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    assert rules["spec"] == ours


def test_prometheus_asks_the_web_nodes_with_the_token() -> None:
    (monitor,) = of_kind("PodMonitor")
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    assert resolve(endpoint["path"]).url_name == "metrics"
    credentials = endpoint["authorization"]["credentials"]
    assert credentials["key"] in _SECRETS[credentials["name"]]
    assert f"{SECRETS_FOLDER}{credentials['key']}" == manifests.settings_map()["METRICS_TOKEN_FILE"]
