"""What a seller is sent, and to whom."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.router.configuration.email import EmailSection
from services.router.destinations.email import Email
from services.router.destinations.email_words import WORDS
from services.router.matching import STATUSES, STRENGTHS
from services.router.outcome import Delivery, Kind, Outcome
from shared.adapters.mail import FolderMailer
from shared.domain.business import Seller
from shared.domain.decision import CustomerRef, Evidence, Match, Verdict
from shared.domain.errors import PermanentError, TransientError, UsedWrongly
from shared.domain.score import TEMPERATURES
from shared.ports import Mail
from tests.builders import a_lead, a_person, held, routed
from tests.deliveries import a_delivery

PEOPLE = {"sara": Seller(name="Sara Lind", email="sara@exempelsol.se")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


async def sent(folder: Path, delivery: Delivery, **keys: Any) -> EmailMessage:  # Any: keys of the section
    email = Email(EmailSection(kind="email", **keys), mailer=FolderMailer(folder), people=PEOPLE)
    (outcome,) = await email.push([delivery])
    assert outcome.kind is Kind.DELIVERED
    (file,) = folder.glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def outcome_for(delivery: Delivery, folder: Path, **keys: Any) -> Outcome:
    email = Email(EmailSection(kind="email", **keys), mailer=FolderMailer(folder), people=PEOPLE)
    (outcome,) = await email.push([delivery])
    return outcome


async def test_the_owner_gets_the_brief_first_and_then_the_evidence(folder: Path) -> None:
    message = await sent(folder, a_delivery())
    text = message.get_content()
    assert message["To"] == "sara@exempelsol.se"
    assert message["Subject"] == "Nytt lead: Lina Exempel (battery)"
    assert text.startswith("Lina vill ha ett batteri. Ring.")
    for told in ("Poäng: 35", "prospect, kallt", "+25  Bor i villa", "Ny för oss", "housing: Villa", "sara"):
        assert told in text


@pytest.mark.parametrize(
    ("match", "lines"),
    [
        (Match(verdict=Verdict.NEW, checked=["email", "mailbox"]), ["Ny för oss", "Söktes på e-postadress, brevlåda"]),
        (
            Match(
                verdict=Verdict.EXISTING_CUSTOMER,
                customer=CustomerRef(id="k-7", name="Exempel AB", status="open_opportunity"),
                evidence=[Evidence(key="organisation_number", strength="certain", matched="k-7")],
            ),
            ["Befintlig kund: Exempel AB (affär på gång)", "organisationsnummer: säker träff"],
        ),
        (
            Match(verdict=Verdict.KNOWN_PERSON, evidence=[Evidence(key="mailbox", strength="high", matched="lead-1")]),
            ["En person vi känner", "brevlåda: trolig träff"],
        ),
    ],
)
async def test_who_the_lead_is_stands_there_in_words(folder: Path, match: Match, lines: list[str]) -> None:
    text = (await sent(folder, a_delivery(event=routed(a_lead(), match=match)))).get_content()

    told = text.splitlines()
    place = told.index("Känd som:") + 1
    assert told[place : place + 2] == [f"  {line}" for line in lines]


async def test_nothing_to_look_for_is_said(folder: Path) -> None:
    event = routed(a_lead(), match=Match(verdict=Verdict.NEW))
    text = (await sent(folder, a_delivery(event=event), language="en")).get_content()

    assert "Looked for by nothing: no e-mail address" in text


def test_every_code_has_words_in_both_languages() -> None:
    assert WORDS["sv"].keys() == WORDS["en"].keys()
    codes = {f"verdict.{each}" for each in Verdict} | {f"temperature.{each}" for each in TEMPERATURES}
    codes |= {f"key.{kind}" for kind in STRENGTHS} | {f"strength.{each}" for each in STRENGTHS.values()}
    codes |= {f"status.{each}" for each in STATUSES if each != "customer"}
    assert codes <= WORDS["sv"].keys()


async def test_it_speaks_english_where_asked_to(folder: Path) -> None:
    text = (await sent(folder, a_delivery(), language="en")).get_content()
    assert text.startswith("Lina wants a battery. Call.")
    assert "+25  Lives in a house" in text


async def test_a_held_and_a_test_lead_say_so_in_the_subject(folder: Path) -> None:
    message = await sent(folder, a_delivery(event=held(a_lead(), is_test=True)))
    assert message["Subject"] == "[TEST] Vilande lead: Lina Exempel (battery)"


async def test_several_fixed_addresses_get_one_mail(folder: Path) -> None:
    message = await sent(folder, a_delivery(), to=["a@exempelsol.se", "b@exempelsol.se"])
    assert message["To"] == "a@exempelsol.se, b@exempelsol.se"


async def test_a_lead_of_nobody_goes_to_the_fallback(folder: Path) -> None:
    event = routed(a_lead(), owner="gone")
    message = await sent(folder, a_delivery(event=event), fallback="sales@exempelsol.se")
    assert message["To"] == "sales@exempelsol.se"


@pytest.mark.parametrize("owner", [None, "gone"])
async def test_a_lead_of_nobody_without_fallback_is_refused_with_its_reason(folder: Path, owner: str | None) -> None:
    outcome = await outcome_for(a_delivery(event=routed(a_lead(), owner=owner)), folder)
    assert (outcome.kind, outcome.vendor_code) == (Kind.PERMANENT, "no_recipient")


async def test_the_same_delivery_again_is_the_same_mail(folder: Path) -> None:
    first = await sent(folder, a_delivery())
    again = await sent(folder, a_delivery(token=2, maybe_sent=True))
    assert first["Message-ID"] == again["Message-ID"]


@pytest.mark.parametrize("name", ["Lina\r\nBcc: all@exempel.se", "Lina\nX: y", "Lina\u2028Bcc: x", "\x00\x1b[31mLina"])
async def test_a_name_never_becomes_a_header(folder: Path, name: str) -> None:
    message = await sent(folder, a_delivery(event=routed(a_lead(person=a_person(full_name=name), product=name))))
    assert set(message) == {
        "From", "To", "Subject", "Message-ID", "Auto-Submitted",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert str(message["Subject"]).isprintable()


@pytest.mark.parametrize("to", ["nobody", [], ["a@exempelsol.se", "b"], "a@exempelsol.se\r\nBcc: b@exempelsol.se"])
def test_what_is_no_address_is_refused_at_start(to: str | list[str]) -> None:
    with pytest.raises(ValidationError):
        EmailSection(kind="email", to=to)


class Refusing:
    """A mail server that says one thing."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def send(self, mail: Mail) -> str:
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PermanentError("no"), Kind.PERMANENT),
        (TransientError("later"), Kind.RETRYABLE),
        (UsedWrongly("mend the login"), Kind.CONFIGURATION),
    ],
)
async def test_what_the_mail_server_says_is_passed_on(error: Exception, kind: Kind) -> None:
    email = Email(EmailSection(kind="email"), mailer=Refusing(error), people=PEOPLE)
    (outcome,) = await email.push([a_delivery()])
    assert outcome.kind is kind


async def test_people_without_an_address_are_told_beforehand() -> None:
    people = {"erik": Seller(name="Erik", email="erik")}
    assert await Email(EmailSection(kind="email"), mailer=Refusing(OSError()), people=people).preflight()
