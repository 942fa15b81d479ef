"""Each rule of `fields` gives the value it promises."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.ingest.mapping.mappings import apply, compiled, lead, one

LINA = {
    "id": 12345678901234567890,
    "name": " ",
    "first": "Lina",
    "last": "Exempel",
    "contact": {"email": "N/A", "mail": "lina@exempel.se", "tel": 701740605},
    "tags": ["Villa", "Sol"],
    "each": ["Uppsala"],
    "created": 1777638600000,
    "size": "1 200,50 kr",
    "flag": True,
    "note": "order 4711 av 12",
    "url": "https://exempel.se/?utm_source=google&gclid=Cj0",
}


def value(target: str, rule: Any) -> object:  # Any: as a file says it
    found: object = one(LINA, fields={target: rule}).members
    for step in target.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


@pytest.mark.parametrize(
    ("target", "rule", "expected"),
    [
        ("person.email", "contact.mail", "lina@exempel.se"),
        ("person.email", ["contact.email", "nowhere", "contact.mail"], "lina@exempel.se"),
        ("person.email", "contact.email", None),
        ("person.full_name", ["name", {"join": ["first", "last"]}], "Lina Exempel"),
        ("person.full_name", {"join": ["last", "nowhere", "first"], "separator": ", "}, "Exempel, Lina"),
        ("person.phone", "contact.tel", "701740605"),
        ("person.phone", {"from": "contact.tel", "transform": {"e164": "SE"}}, "+46701740605"),
        ("person.phone", {"from": "first", "transform": {"e164": "SE"}}, "Lina"),
        ("person.first_name", {"from": {"join": ["first", "last"]}, "transform": "split_name"}, "Lina"),
        ("person.last_name", {"from": {"join": ["first", "last"]}, "transform": "split_name"}, "Exempel"),
        ("person.last_name", {"join": ["last", "first"], "separator": ",", "transform": "last_name"}, "Exempel"),
        ("address.city", "each", "Uppsala"),
        ("address.city", "tags", "Villa"),
        ("answers.tags", "tags", ["Villa", "Sol"]),
        ("answers.each", "each", "Uppsala"),
        ("answers.tags", {"from": "tags", "transform": ["lower", {"lookup": {"villa": "house"}}]}, ["house", "sol"]),
        ("answers.size", {"from": "size", "transform": "number"}, "1200.5"),
        ("answers.flag", "flag", "true"),
        ("answers.flag", {"from": "flag", "values": {"true": "ja"}}, "ja"),
        ("answers.order", {"from": "note", "transform": {"extract": r"order (\d+)"}}, "4711"),
        ("answers.order", [{"from": "note", "transform": {"extract": "faktura"}}, "first"], "Lina"),
        ("answers.digits", {"from": "note", "transform": "digits"}, "471112"),
        ("attribution.click_ids.gclid", {"from": "url", "transform": {"parameter": "gclid"}}, "Cj0"),
        ("attribution.last_touch.source", {"from": "url", "transform": {"parameter": "utm_source"}}, "google"),
        ("channel", {"const": "partner"}, "partner"),
        ("product", {"from": "nowhere", "default": "solar"}, "solar"),
        ("purchase.cost", "size", 1200.5),
        ("purchase.opt_in_at", {"from": "created", "format": "epoch_ms"}, datetime(2026, 5, 1, 12, 30, tzinfo=UTC)),
        ("submitted_at", "created", datetime(2026, 5, 1, 12, 30, tzinfo=UTC)),
        ("submitted_at", "note", None),
        ("signals.captcha", {"from": "nowhere", "default": "unavailable"}, "unavailable"),
        ("answers.a.b?", "first", None),
    ],
)
def test_a_rule_finds_its_value(target: str, rule: Any, expected: object) -> None:
    assert value(target, rule) == expected


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("Exempel &amp; S&ouml;ner", "Exempel & Söner"),
        ("O&#039;Exempel &#x41;B", "O'Exempel AB"),
        ("R&D &copy 2026; &nosuch;", "R&D &copy 2026; &nosuch;"),
    ],
)
def test_what_a_page_made_of_a_name_is_undone_and_answers_stay_verbatim(sent: str, typed: str) -> None:
    item = one({"name": sent, "note": sent}, fields={"company.name": "name", "answers.note": "note"})

    assert (item.members["company"], item.members["answers"]) == ({"name": typed}, {"note": sent})


def test_an_open_target_may_have_any_name() -> None:
    assert one(LINA, fields={"answers.a.b?": "first"}).members["answers"]["a.b?"] == "Lina"


def test_ids_of_any_length_stay_exact() -> None:
    assert one(LINA, fields={"submission_id": "id"}).submission_id == "12345678901234567890"


def test_options_tell_their_labels() -> None:
    payload = {"choice": ["2", "9"], "options": [{"id": 1, "text": "BRF"}, {"id": 2, "text": "Villa"}]}

    item = one(payload, fields={"answers.boende": {"from": "choice", "options": "options"}}, ignore="options")

    assert item.members["answers"] == {"boende": ["Villa", "9"]}


def test_of_several_texts_the_first_counts_and_all_are_kept() -> None:
    item = one({"mails": ["a@exempel.se", "b@exempel.se"]}, fields={"person.email": "mails"})

    assert item.members["person"] == {"email": "a@exempel.se"}
    assert item.members["answers"] == {"mails": ["a@exempel.se", "b@exempel.se"]}


def test_what_no_rule_names_is_an_answer_under_its_own_name() -> None:
    payload = {
        "email": "lina@exempel.se",
        "svar": {"Hur bor du?": "Villa", "name": "Sol"},
        "a": {"note": "x"},
        "b": {"note": "y"},
        "owner": {"email": "saljare@exempel.se"},
        "empty": [None, "", " null "],
    }

    item = one(payload, fields={"person.email": "email", "person.phone": "tel"})

    assert item.members["answers"] == {
        "Hur bor du?": "Villa",
        "svar.name": "Sol",
        "a.note": "x",
        "b.note": "y",
        "owner.email": "saljare@exempel.se",
    }
    assert item.unmapped == ["svar['Hur bor du?']", "svar.name", "a.note", "b.note", "owner.email"]
    assert item.missing == ["person.phone", "person.full_name"]


def test_an_answer_that_is_named_by_a_rule_is_not_mixed_with_another() -> None:
    item = one({"a": {"boende": "Villa"}, "b": {"boende": "BRF"}}, fields={"answers.boende": "a.boende"})

    assert item.members["answers"] == {"boende": "Villa", "b.boende": "BRF"}


def test_what_is_ignored_is_kept_nowhere() -> None:
    item = one({"token": "t", "a": {"noise": "x", "boende": "Villa"}}, ignore=["token", "a.noise"])

    assert item.members["answers"] == {"boende": "Villa"}


def test_prefixes_of_names_are_cut_off() -> None:
    item = one({"q3_hurBorDu": "Villa", "q12_": "x"}, answer_names=r"q\d+_")

    assert item.members["answers"] == {"hurBorDu": "Villa", "q12_": "x"}


def test_a_time_that_no_form_was_sent_at_is_kept_as_an_answer() -> None:
    item = one({"at": "2031-01-01T00:00:00Z"}, fields={"submitted_at": "at"})

    assert not item.is_dated
    assert item.members["answers"] == {"at": "2031-01-01T00:00:00Z"}


def test_a_filled_honeypot_is_a_signal_and_never_an_answer() -> None:
    mapping = {"honeypot": ["website_url", "fax"], "fields": {"person.email": "email"}}

    filled = one({"email": "lina@exempel.se", "fax": "spam"}, **mapping)
    empty = one({"email": "lina@exempel.se", "fax": ""}, **mapping)

    assert filled.members["signals"] == {"honeypot": True, "honeypot_text": "spam"}
    assert (filled.members["answers"], empty.members["signals"]) == ({}, {})


@pytest.mark.parametrize(
    ("payload", "is_test"),
    [({"test": True}, True), ({"test": "yes"}, True), ({"test": "no"}, False), ({"mode": "TEST"}, True), ({}, False)],
)
def test_tests_are_told_by_a_flag_or_a_filter(payload: dict[str, Any], is_test: bool) -> None:
    item = one({**payload, "email": "x@y.se"}, fields={"is_test": "test"}, test_when={"mode": "test"})

    assert item.is_test is is_test


def test_the_senders_id_goes_before_a_headers() -> None:
    mapping = compiled(fields={"submission_id": "id"})

    (own,) = apply(mapping, {"id": 7, "a": "b"}, webhook_id="msg_1").leads
    (headers,) = apply(mapping, {"a": "b"}, webhook_id="msg_1").leads
    (nothing,) = apply(mapping, {"a": "b"}, webhook_id="\x07").leads

    assert (own.submission_id, headers.submission_id, nothing.submission_id) == ("7", "msg_1", None)


def test_leads_of_one_request_share_a_headers_id_by_their_place() -> None:
    mapped = apply(compiled(each="leads"), {"leads": [{"a": "b"}, {"a": "c"}]}, webhook_id="msg_1")

    assert [item.submission_id for item in mapped.leads] == ["msg_1#0", "msg_1#1"]


CONSENT = {
    "field": "nyhetsbrev",
    "purpose": "newsletter",
    "text": {"sv": "Ja, skicka", "en": "Yes, send"},
    "version": 3,
}


@pytest.mark.parametrize(
    ("given", "granted"),
    [
        ("on", True),
        (True, True),
        ("Ja, skicka nyhetsbrevet", True),
        ("nej", False),
        ("0", False),
        ("No, thanks", False),
        ("kanske", None),
        ("", None),
    ],
)
def test_a_consent_is_given_only_by_an_explicit_yes(given: object, granted: bool | None) -> None:
    item = one({"nyhetsbrev": given, "email": "lina@exempel.se"}, consents=[CONSENT])

    consents = [(one.purpose, one.granted, one.version, one.text) for one in lead(item).consents]
    assert consents == ([] if granted is None else [("newsletter", granted, "3", "Ja, skicka / Yes, send")])
    if granted is None and given:
        assert item.members["answers"]["nyhetsbrev"] == given


def test_an_unticked_box_may_be_a_refusal() -> None:
    item = one({"email": "lina@exempel.se"}, consents=[{**CONSENT, "when_absent": "refused"}])

    assert [consent.granted for consent in lead(item).consents] == [False]


def test_own_words_and_texts_of_a_consent_are_read() -> None:
    rule = {
        "field": "c.v",
        "purpose": "sales_contact",
        "yes": ["GRANTED"],
        "no": ["yes"],
        "text_from": "c.t",
        "at": "c.at",
    }

    item = one({"c": {"v": "granted", "t": "Ring mig", "at": "2026-05-01T10:00:00Z"}}, consents=[rule])

    (consent,) = lead(item).consents
    assert (consent.granted, consent.text, consent.at) == (True, "Ring mig", datetime(2026, 5, 1, 10, tzinfo=UTC))
    assert item.members["answers"] == {}
    assert [consent.granted for consent in lead(one({"c": {"v": "yes"}}, consents=[rule])).consents] == [False]
