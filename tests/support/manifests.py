"""What `deploy/` says, read: Compose, Kubernetes, the variables that both give to the portal."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from portal.local.environment import ROOT
from tests.support import packages

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
SECRETS_FOLDER = "/run/secrets/portal/"

Manifest = dict[str, Any]


def compose() -> dict[str, Any]:
    """The Compose file, with the merges of YAML done."""
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))


@cache
def kustomized(folder: Path = KUBERNETES / "overlays" / "example") -> tuple[Manifest, ...]:
    """What would be applied: the output of kustomize."""
    kubectl = packages.program("kubectl", "kubectl")
    done = subprocess.run([kubectl, "kustomize", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(filter(None, yaml.safe_load_all(done.stdout)))


def of_kind(*kinds: str) -> list[Manifest]:
    return [manifest for manifest in kustomized() if manifest["kind"] in kinds]


def name_of(manifest: Manifest) -> str:
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def pod_templates() -> Iterator[tuple[str, Manifest]]:
    """Each pod that the manifests make: whose it is, and its template."""
    for manifest in kustomized():
        spec = manifest.get("spec", {})
        template = spec.get("jobTemplate", manifest).get("spec", {}).get("template")
        if template:
            yield name_of(manifest), template


def containers(template: Manifest) -> list[Manifest]:
    return [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]


def settings_map() -> dict[str, str]:
    """The variables that every pod is given."""
    (config,) = of_kind("ConfigMap")
    return dict(config["data"])


def environment_of(container: Manifest) -> dict[str, str]:
    """The variables of one container, without those that Kubernetes fills in."""
    own = {entry["name"]: entry["value"] for entry in container.get("env", ()) if "value" in entry}
    return {**(settings_map() if container.get("envFrom") else {}), **own}


def variable_names(environment: Mapping[str, object]) -> set[str]:
    """What the portal is asked to read; a file is another way to say the same."""
    return {re.sub(r"_FILE$", "", name) if name != "ALIVE_FILE" else name for name in environment}
