"""The examples that `tratt send` posts, for the shipped configuration and for odd ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest
from pydantic import SecretStr

from services.commands.addresses import Addresses
from services.commands.dry_run import NO_KEYS, dry_source, known_keys, lead_ids_of, said_by, submission_of
from services.commands.examples import EXAMPLES, Making, Payload
from services.commands.examples.payload_file import payload_of
from services.commands.examples.proof import proved
from services.commands.sending import Door
from services.configuration import configured
from services.ingest.configuration import FormConfiguration, WebhookConfiguration
from services.ingest.presets import PRESETS
from services.ingest.sources import SOURCES
from services.ingest.submission import Parsed
from shared.domain.errors import UsedWrongly
from shared.domain.ids import PROBABLE_BUCKET_S
from shared.runtime.settings import Settings

AT = datetime(2026, 5, 1, 12, 30, 1, tzinfo=UTC)
PATH = "a-path-that-nobody-guesses"


def door(preset: str = "generic", **more: object) -> WebhookConfiguration:
    written = {"kind": "webhook", "preset": preset, "secret_path": PATH, **more}
    return WebhookConfiguration.model_validate(written)


def making(source: str = "door", *, is_test: bool = False) -> Making:
    return Making(token_hex(16), AT, source=source, is_test=is_test)


def sent(settings: Settings, name: str) -> tuple[Payload, Making]:
    """Make a new example of a configured source."""
    section, made = configured(settings).model.sources[name], making(name)
    payload = EXAMPLES[section.kind](None, section, made)
    return proved(payload, section, source=name, public_url=None), made


def said(settings: Settings, name: str, payload: Payload) -> Parsed:
    return said_by(dry_source(settings, name), submission_of(name, payload))


@pytest.mark.parametrize("name", ["google-search", "website", "demo-request", "partner", "phone"])
def test_a_source_of_the_shipped_example_has_one_that_becomes_a_new_lead(name: str) -> None:
    first, made = sent(Settings(), name)
    second, _ = sent(Settings(), name)

    (lead,) = said(Settings(), name, first).leads

    assert lead.is_test is False
    assert made.person.phone in str(lead.lead.person)
    assert "probable_id" not in lead.lead.signals
    (other,) = said(Settings(), name, second).leads
    assert other.lead.id != lead.lead.id


def test_every_kind_of_source_has_an_example() -> None:
    assert EXAMPLES.keys() == SOURCES.keys()


def test_a_handshake_holds_no_lead() -> None:
    section = configured(Settings()).model.sources["linkedin"]
    payload = EXAMPLES["linkedin"]("challenge", section, making("linkedin"))

    assert said(Settings(), "linkedin", payload) == Parsed(not_a_lead="it is a handshake")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_an_example(preset: str) -> None:
    section = door(preset)

    payload = EXAMPLES["webhook"](None, section, making())

    assert payload.method == "POST"
    assert payload.body
    assert b"<" not in payload.body, "a mark was not filled in"


def test_a_source_without_a_preset_has_the_example_that_is_named_as_itself() -> None:
    section = WebhookConfiguration.model_validate(
        {"kind": "webhook", "secret_path": PATH, "mapping": {"each": "data.leads"}}
    )

    assert b"lead.created" in EXAMPLES["webhook"](None, section, making("partner")).body
    with pytest.raises(UsedWrongly, match="no example 'vendor': give --file, or --example with one of calendly, "):
        EXAMPLES["webhook"](None, section, making("vendor"))


def test_a_door_that_is_called_gets_everything_in_the_query() -> None:
    called = EXAMPLES["webhook"](None, door("callrail", methods="GET"), making())
    posted = EXAMPLES["webhook"](None, door("callrail", methods=["GET", "POST"]), making())

    assert (called.method, called.body, called.query[:3]) == ("GET", b"", "id=")
    assert (posted.method, posted.query) == ("POST", "")
    with pytest.raises(UsedWrongly, match="there is no example 'tally'"):
        EXAMPLES["webhook"](None, door("tally", methods="GET"), making())


def test_a_proof_stands_where_its_sender_puts_it() -> None:
    token = {"name": "token", "tokens": ["a-token-of-some-length"]}
    section = door("unbounce", verification={"query_token": token, "secret_path": PATH})

    added = proved(Payload(b"", {}, query="a=%C3%A5"), section, source="door", public_url=None)

    assert (added.path, added.query) == (f"/{PATH}", "a=%C3%A5&token=a-token-of-some-length")


def test_a_file_for_a_form_comes_from_its_page() -> None:
    page = FormConfiguration.model_validate({"kind": "form", "origins": ["https://www.exempelsol.se"]})

    assert proved(Payload(b"a=b", {}), page, source="door", public_url=None).headers == {
        "origin": "https://www.exempelsol.se"
    }


@pytest.mark.parametrize(
    ("written", "ending", "media_type"),
    [
        (b"{}", ".json", "application/json"),
        (b"{}", "", "application/json"),
        (b"a=b", ".form", "application/x-www-form-urlencoded"),
        (b"a: b", ".txt", "text/plain; charset=utf-8"),
        (
            b'--x1\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x1--',
            ".txt",
            "multipart/form-data; boundary=x1",
        ),
    ],
)
def test_a_file_tells_what_it_was_sent_as(written: bytes, ending: str, media_type: str) -> None:
    assert payload_of(written, ending).headers == {"content-type": media_type}
    assert payload_of(written, ending, media_type="a/b").headers == {"content-type": "a/b"}


def test_a_query_is_a_request_without_a_body() -> None:
    payload = payload_of(b"a=b\n", ".query")

    assert (payload.method, payload.query, payload.body) == ("GET", "a=b", b"")


UNDATED = Payload(b'{"email": "asa@exempel.se"}', {"content-type": "application/json"}, path=f"/{PATH}")


@pytest.fixture
def generic(tmp_path: Path) -> Settings:
    file = tmp_path / "tratt.yaml"
    file.write_text(
        f"sources: {{door: {{kind: webhook, preset: generic, secret_path: {PATH}}}}}\n"
        "destinations: {journal: {kind: journal, path: delivered.jsonl}}\n"
    )
    return Settings(config=file, data_dir=tmp_path / "data")


def test_a_lead_whose_id_only_the_keys_can_tell_is_not_followed_without_them(generic: Settings) -> None:
    found = said(generic, "door", UNDATED)

    assert lead_ids_of(found, "door", knows_keys=False) == [None]
    assert lead_ids_of(found, "door", knows_keys=True) == [found.leads[0].lead.id]
    assert known_keys(generic) is None
    assert not generic.data_dir.exists(), "keys were made by a command that only reads"


def test_keys_that_are_set_are_known(generic: Settings) -> None:
    given = {"person_key": SecretStr("p" * 43), "secret_key": (SecretStr("s" * 43),)}

    keys = known_keys(generic.model_copy(update=given))

    assert keys is not None
    assert keys.person == b"p" * 43


def test_a_lead_that_came_as_the_minutes_turned_over_is_looked_for_under_both_its_ids(generic: Settings) -> None:
    seen = Door("door", Addresses("", ""), dry_source(generic, "door", NO_KEYS), knows_keys=True)
    turn = datetime.fromtimestamp(AT.timestamp() // PROBABLE_BUCKET_S * PROBABLE_BUCKET_S, UTC)
    moment = timedelta(milliseconds=1)

    ((one,),) = seen.leads(UNDATED, between=(turn, turn + moment))
    ((before, after),) = seen.leads(UNDATED, between=(turn - moment, turn))

    assert after == one
    assert before != after
