"""Settings and where they come from."""

from pathlib import Path

import pytest

from server.config import ConfigError, load, redacted


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_flag_wins_over_the_environment_over_toml_over_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load().port == 8080
    (tmp_path / "officina.toml").write_text("port = 1\nhost = '::1'\n")
    assert (load().port, load().host) == (1, "::1")
    monkeypatch.setenv("OFFICINA_PORT", "2")
    assert load().port == 2
    assert load({"port": 3, "host": None}).port == 3


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://u:canary@db/officina\n")
    monkeypatch.setenv("OFFICINA_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert load().database == "postgresql+asyncpg://u:canary@db/officina"


def test_a_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFICINA_TURN_SECRET_FILE", "nowhere")
    with pytest.raises(ConfigError, match="nowhere"):
        load()


def test_a_bad_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFICINA_PORT", "canary-4711")
    with pytest.raises(ConfigError) as failure:
        load()
    assert "OFFICINA_PORT" in str(failure.value)
    assert "4711" not in str(failure.value)


def test_an_unknown_setting_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "officina.toml").write_text("prot = 1\n")
    with pytest.raises(ConfigError, match="PROT"):
        load()


def test_the_public_url_is_an_origin() -> None:
    assert load({"public_url": "https://video.example.org/"}).public_url == "https://video.example.org"
    with pytest.raises(ConfigError):
        load({"public_url": "https://video.example.org/path"})


def test_turn_servers_need_their_secret() -> None:
    with pytest.raises(ConfigError, match="turn_secret"):
        load({"turn_urls": "turn:turn.example.org"})


def test_secrets_are_not_shown() -> None:
    settings = load({"database_url": "postgresql://u:canary@db/officina"})
    assert redacted(settings)["database_url"] == "(set)"
    assert "canary" not in str(redacted(settings)) + repr(settings)
