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


def test_mail_and_text_messages_need_their_parts() -> None:
    with pytest.raises(ConfigError, match="mail_from"):
        load({"smtp_url": "smtp://mail.example.org", "public_url": "https://video.example.org"})
    with pytest.raises(ConfigError, match="sms_secret"):
        load({"sms_url": "https://sms.example.org", "public_url": "https://video.example.org"})
    with pytest.raises(ConfigError, match="public_url"):
        load({"smtp_url": "smtp://mail.example.org", "mail_from": "no-reply@example.org"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smtp_url", "https://canary.example.org"),
        ("sms_url", "http://canary.example.org/send"),
        ("sms_url", "canary"),
        ("sms_secret", "whsec_canary"),
        ("sms_secret", "whsec_c2hvcnQ="),
        ("mail_from", "Canary <a@example.org>"),
        ("sender_name", "Canary\r\nBcc: a@example.org"),
    ],
)
def test_setting_of_messages_that_cannot_work_is_refused_without_its_value(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as failure:
        load({name: value})
    assert name.upper() in str(failure.value)
    assert "anary" not in str(failure.value)


def test_text_gateway_on_this_host_may_speak_in_clear() -> None:
    settings = load(
        {
            "sms_url": "http://127.0.0.1:9000/send",
            "sms_secret": "whsec_b2ZmaWNpbmEgdGVzdHMgYW5kIG5vdGhpbmcgZWxzZQ==",
            "public_url": "https://video.example.org",
        }
    )
    assert redacted(settings)["sms_url"] == "(set)"
