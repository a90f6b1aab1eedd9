"""docker-compose.yml: valid by the Compose schema, and a set-up that can work and is locked down."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from server.config import PREFIX, Settings, load
from server.keys import load_keys
from tests.deploy.compose import ROOT, compose_file, last_stage

COMPOSE = compose_file()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
JOBS = {"migrate"}
OURS = {name for name, service in SERVICES.items() if "build" in service}
every_service = pytest.mark.parametrize("name", SERVICES)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets as an operator makes them."""
    folder = tmp_path_factory.mktemp("secrets")
    subprocess.run([ROOT / "deploy" / "make-secrets.sh", folder], check=True, capture_output=True)
    return folder


def test_the_file_fits_the_compose_schema() -> None:
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text()))


@every_service
def test_a_service_tells_whether_it_is_well(name: str) -> None:
    assert name in JOBS or SERVICES[name]["healthcheck"]["test"]


@every_service
def test_a_service_is_not_root_and_cannot_become_it(name: str) -> None:
    service = SERVICES[name]
    assert not re.match(r"(root|0)\b", service["user"])
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")


@every_service
def test_an_image_is_pinned_to_a_version(name: str) -> None:
    tag = SERVICES[name]["image"].partition(":")[2]
    assert re.match(r"v?\d+\.\d+", tag)


@every_service
def test_a_service_waits_for_those_it_needs(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in JOBS else "service_healthy"
        assert wait["condition"] == expected
        assert set(SERVICES[name]["networks"]) & set(SERVICES[other]["networks"])


@every_service
def test_a_service_mounts_only_what_is_declared(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    for source, _, _ in (mount.partition(":") for mount in service.get("volumes", [])):
        if source.startswith("."):
            assert (ROOT / source).is_file()
        else:
            assert source in COMPOSE["volumes"]


@every_service
def test_a_secret_is_never_in_the_file(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL|REDIS_URL", variable):
            assert variable.endswith("_FILE")
            assert value.removeprefix("/run/secrets/") in SERVICES[name]["secrets"]


def test_nothing_declared_is_left_unused() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    mounts = {m.partition(":")[0] for s in SERVICES.values() for m in s.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= mounts


def test_only_the_proxy_and_turn_clients_can_reach_in() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"server", "coturn"}
    assert all(port.startswith("127.0.0.1:") for port in published["server"])


def test_the_databases_are_on_a_network_without_a_way_out() -> None:
    inner = {name for name, network in COMPOSE["networks"].items() if network and network.get("internal")}
    for name in ("postgres", "valkey", "objects"):
        assert set(SERVICES[name]["networks"]) <= inner


def test_our_services_run_as_the_user_of_the_image() -> None:
    made = " ".join(line.rest for line in last_stage())
    group = re.search(r"--gid (\d+)", made)
    user = re.search(r"--uid (\d+)", made)
    assert user
    assert group
    assert {SERVICES[name]["user"] for name in OURS} == {f"{user[1]}:{group[1]}"}


def test_the_secrets_script_makes_exactly_what_is_mounted(secrets: Path) -> None:
    declared = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert {file.name for file in secrets.iterdir()} == declared


def test_the_secrets_script_changes_nothing_the_second_time(secrets: Path) -> None:
    before = {file.name: file.read_bytes() for file in secrets.iterdir()}
    subprocess.run([ROOT / "deploy" / "make-secrets.sh", secrets], check=True, capture_output=True)
    assert {file.name: file.read_bytes() for file in secrets.iterdir()} == before


@pytest.fixture
def settings(secrets: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The settings as the server reads them in its container, with the secrets mounted elsewhere."""
    monkeypatch.chdir(tmp_path)
    for name, value in SERVICES["server"]["environment"].items():
        given = value.replace("/run/secrets", str(secrets))
        given = re.sub(r"\$\{OFFICINA_PUBLIC_URL[^}]*\}", "https://video.example.org", given)
        monkeypatch.setenv(name, re.sub(r"\$\{TURN_HOST[^}]*\}", "turn.example.org", given))
    return load({"data_dir": tmp_path})


def test_every_variable_is_a_setting() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in OURS:
        given = {variable.removesuffix("_FILE") for variable in SERVICES[name]["environment"]}
        assert given <= known


def test_the_server_starts_from_the_secrets_alone(settings: Settings, tmp_path: Path) -> None:
    load_keys(settings)
    assert not list(tmp_path.rglob("*.pem"))
    assert settings.turn_urls == ("turn:turn.example.org:3478",)


def test_the_server_knows_its_neighbours_by_name_and_password(settings: Settings, secrets: Path) -> None:
    database = urlsplit(settings.database)
    assert database.hostname in SERVICES
    assert database.username == SERVICES["postgres"]["environment"]["POSTGRES_USER"]
    assert database.path[1:] == SERVICES["postgres"]["environment"]["POSTGRES_DB"]
    assert database.password == (secrets / "postgres_password").read_text().strip()
    assert settings.redis_url is not None
    redis = urlsplit(settings.redis_url.get_secret_value())
    assert redis.hostname in SERVICES
    assert redis.password == (secrets / "valkey_password").read_text().strip()


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_command_is_one_the_program_has(name: str) -> None:
    command = [sys.executable, "-m", "server", *SERVICES[name]["command"], "--help"]
    shown = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
