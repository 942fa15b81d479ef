"""What is fuzzed, by name: each target takes a request through a part of the door and tells what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from random import Random

from services.ingest.decoding.configuration import Decoding
from services.ingest.decoding.decoder import Decoder
from services.ingest.guard import Content, Document, read_json
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.mapping.guessing.likeness import could_be, is_email
from services.ingest.mapping.mapped import Mapped, Request
from services.ingest.mapping.mapping import Mapping as PayloadMapping
from services.ingest.mapping.moments import any_moment, reader
from services.ingest.mapping.transforms import make_transform
from services.ingest.mapping.words import consent_of
from services.ingest.presets import PRESETS
from services.ingest.sources.google_ads import GoogleAds
from services.ingest.submission import Misshapen, Verdict
from services.ingest.verification.configuration import Verification
from services.ingest.verification.verifier import Verifier
from shared.domain.contact_points import canonical_email, parse_phone
from tests.fuzz.invariants import check_content, check_json, check_lead, demand, lead_of
from tests.fuzz.losses import Losses
from tests.fuzz.mutations import changed_text
from tests.fuzz.sent import AT, Sent
from tests.fuzz.timing import Stopwatch
from tests.fuzz.vendors import SECRET, URL, VENDORS, Vendor
from tests.unit.ingest.doors import google

Target = Callable[[Sent, Stopwatch], str]
"""Takes a request through; returns what became of it in a word, by which the fuzzer knows something new.

Raises:
    Broken, TooSlow: a promise does not hold. Anything else that it raises was raised by what is tested.
"""

DECODINGS: Mapping[str, Decoding] = {
    "plain": Decoding(),
    "unfolding": Decoding(json_in=["*", "data.json"], query="with_body"),
    "flat": Decoding(brackets=False, charset="shift_jis"),
}
WRITTEN = {
    "fields": {
        "person.email": ["email", "contact.email", "data[?key=='email'].value"],
        "person.phone": {"from": "phone", "transform": [{"e164": "SE"}]},
        "person.first_name": {"from": ["name", "first_name"], "transform": "split_name"},
        "person.last_name": {"from": ["name", "last_name"], "transform": "split_name"},
        "submitted_at": {"from": "created_at", "zone": "Europe/Stockholm"},
        "answers.boende": {"from": "answers[*].value", "options": "options"},
        "purchase.cost": {"from": "cost", "transform": "number"},
        "signals.owner": {"join": ["owner", "owner.email"]},
    },
    "key_values": ["fields", "data.fields", {"path": "questions[*]", "labels": {"path": "definition.fields"}}],
    "consents": [{"field": "newsletter", "purpose": "newsletter", "text_from": "consent_text", "at": "consent_at"}],
    "honeypot": "company_url",
    "test_when": {"is_test": "true"},
    "not_leads": [{"when": {"event": ["deleted", "cancelled"]}, "becomes": "deletion", "reason": "a deletion"}],
    "ignore": ["signature"],
    "answer_names": "q\\d+_",
}
"""A mapping that uses every part of the configuration."""
EACH = {"each": "leads[*]", "guess": True, "when": {"email": {"exists": True}}}


def guard(sent: Sent, timed: Stopwatch) -> str:
    """Read JSON: as Python's own parser does, but for what is refused."""
    content = timed(read_json, sent.body)
    check_content(content)
    check_json(sent.body, content)
    demand(read_json(sent.body) == content, "the same bytes are read the same")
    return _word(content)


def google_ads(sent: Sent, timed: Stopwatch) -> str:
    """Take a request through the door of Google Ads, as if the key were right."""
    door, submission = _google(), sent.submission()
    content = timed(door.read, submission)
    timed(door.verify, submission, content)
    timed(door.identify, content)
    if not isinstance(content, Document):
        return _word(content)
    try:
        parsed = timed(door.parse, submission, content)
    except Misshapen as error:
        return error.code
    for submitted in parsed.leads:
        check_lead(submitted.lead)
    return f"{len(parsed.leads)} leads"


def readers(sent: Sent, timed: Stopwatch) -> str:
    """Read a text as everything that a field may be."""
    text = sent.body[:8_192].decode("utf-8", "replace")
    for read in _READERS.values():
        timed(read, text)
        timed(read, text[:64])
    return str(any_moment(text[:64]) is not None)


def decoder(name: str) -> Target:
    """Read any body, as one configuration has it."""
    known = Decoder(DECODINGS[name])

    def decode(sent: Sent, timed: Stopwatch) -> str:
        content = timed(known.read, sent.submission())
        check_content(content)
        demand(known.read(sent.submission()) == content, "the same bytes are read the same")
        return _word(content)

    return decode


def verifier(vendor: Vendor) -> Target:
    """Judge a request as it came, signed, and signed and then changed."""
    configuration = Verification.model_validate({"preset": vendor.preset, "secrets": [vendor.secret]})
    known = Verifier(configuration, URL.decode().partition("/v1/")[0])

    def is_authentic(sent: Sent, timed: Stopwatch, now: datetime = AT) -> bool:
        judgement = timed(known.verify, sent.submission(), Document(None), now=now)
        is_believed = judgement.verdict is Verdict.AUTHENTIC
        demand(
            vendor.may_be_authentic(sent, now) or not is_believed, "only what is signed is believed, and in its time"
        )
        return is_believed

    def verify(sent: Sent, timed: Stopwatch) -> str:
        is_believed = is_authentic(sent, timed)
        signed = vendor.signed(sent)
        demand(is_authentic(signed, timed), "what is rightly signed is believed")
        chance = Random(sent.number)
        for changed in _changed(signed, vendor, chance):
            is_authentic(changed, timed)
        is_authentic(signed, timed, AT + timedelta(seconds=chance.randint(-900, 900)))
        return str(is_believed)

    return verify


def proofs(sent: Sent, timed: Stopwatch) -> str:
    """Judge by tokens that nobody has sent, and by addresses."""
    content = _plain().read(sent.submission())
    peer = Random(sent.number).choice((None, "", "10.0.0.1", "203.0.113.9", "::ffff:10.0.0.1", "%", "fe80::1%eth0"))
    for name, known in _proofs().items():
        judgement = timed(known.verify, sent.submission(), content, now=AT, peer=peer)
        demand(judgement.verdict is not Verdict.AUTHENTIC or name == "networks", f"{name} opens to nobody")
    return ""


def mapping(decoding: Decoding, configuration: MappingConfiguration) -> Target:
    """Read a body and map it: the same each time, into leads that can be stored, with nothing lost."""
    decode, known, losses = Decoder(decoding), PayloadMapping(configuration), Losses(configuration)

    def apply(sent: Sent, timed: Stopwatch) -> str:
        content = decode.read(sent.submission())
        if not isinstance(content, Document):
            return ""
        request = Request(sent.headers, AT)
        mapped = timed(known.apply, content, request)
        demand(known.apply(content, request) == mapped, "the same document gives the same")
        for item in (*mapped.leads, *(other.item for other in mapped.others)):
            lead_of(item)
        lost = losses.of(content.value, mapped)
        demand(not lost, f"nothing is lost: {lost[:3]!r:.300}")
        return _became(mapped)

    return apply


def targets(part: str = "") -> dict[str, Target]:
    """Make the targets that have a part in their name. Presets are found where the product finds them."""
    makers: dict[str, Callable[[], Target]] = {
        "guard": lambda: guard,
        "google_ads": lambda: google_ads,
        "readers": lambda: readers,
        "proofs": lambda: proofs,
        **{f"decoder {name}": partial(decoder, name) for name in DECODINGS},
        **{f"verifier {name}": partial(verifier, vendor) for name, vendor in VENDORS.items()},
        "mapping written": lambda: mapping(DECODINGS["unfolding"], MappingConfiguration.model_validate(WRITTEN)),
        "mapping each": lambda: mapping(DECODINGS["unfolding"], MappingConfiguration.model_validate(EACH)),
        **{f"mapping {name}": partial(_of_preset, name) for name in PRESETS},
    }
    return {name: make() for name, make in makers.items() if part in name}


def _of_preset(name: str) -> Target:
    preset = PRESETS[name]
    return mapping(
        Decoding.model_validate(preset.decoding), MappingConfiguration.model_validate(preset.mapping or {"guess": True})
    )


def _changed(signed: Sent, vendor: Vendor, chance: Random) -> list[Sent]:
    """Change a signed request where its signature covers it."""
    headers = dict(signed.headers)
    for name in (vendor.header, *vendor.others):
        headers[name] = changed_text(chance, headers[name])
    name = chance.choice((vendor.header, *vendor.others))
    return [
        replace(signed, body=changed_text(chance, signed.body)),
        replace(signed, body=signed.body + b"\n"),
        replace(signed, query=changed_text(chance, signed.query)),
        replace(signed, headers=headers),
        replace(signed, headers={**signed.headers, name: headers[name]}),
        replace(signed, headers={**signed.headers, name: changed_text(chance, headers[name])}),
    ]


def _word(content: Content) -> str:
    if not isinstance(content, Document):
        return content.code
    return f"{type(content.value).__name__} {content.nul_stripped} {' '.join(name for name, _ in content.signals)}"


def _became(mapped: Mapped) -> str:
    """Tell which members were filled, by which a mapping shows that it saw something new."""
    filled = {
        f"{group}.{name}" if group != "answers" else group
        for item in mapped.leads[:3]
        for group, members in item.members.items()
        for name in (members if isinstance(members, dict) else ("",))
        if members
    }
    kinds = {other.becomes for other in mapped.others}
    return f"{min(len(mapped.leads), 2)} {len(mapped.faults) > 0} {sorted(kinds)} {sorted(filled)}"


@cache
def _google() -> GoogleAds:
    return google()


@cache
def _plain() -> Decoder:
    return Decoder(DECODINGS["plain"])


@cache
def _proofs() -> dict[str, Verifier]:
    token = SECRET.decode()
    sections = {
        "header_token": {"name": "x-token", "tokens": token},
        "header_token with scheme": {"name": "authorization", "tokens": token, "scheme": "Bearer"},
        "query_token": {"name": "a", "tokens": token},
        "body_field": {"path": "data.email", "tokens": token},
        "basic": {"user": "u", "passwords": token},
        "secret_path": [token],
        "networks": {"allow": ["203.0.113.0/24", "2001:db8::/32"], "trusted_proxies": ["10.0.0.0/8"]},
    }
    return {
        name: Verifier(Verification.model_validate({name.split()[0]: section})) for name, section in sections.items()
    }


_READERS: Mapping[str, Callable[[str], object]] = {
    "moment": any_moment,
    "told moment": reader("%d/%m/%Y %H:%M", "Europe/Stockholm"),
    "consent": consent_of,
    "e-mail": is_email,
    "phone": lambda text: could_be("person.phone", text),
    "number": make_transform("number", None),
    "names": lambda text: (make_transform("first_name", None)(text), make_transform("last_name", None)(text)),
    "parameter": make_transform("parameter", "utm_source"),
    "e164": lambda text: parse_phone(text, "SE"),
    "canonical": canonical_email,
}
