"""What every destination promises the delivery loop, written once and run against each kind."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from services.router.configuration.destinations import AnyDestinationSection
from services.router.destinations import Destination, Surroundings, build
from services.router.outcome import Kind
from shared.adapters.mail import FolderMailer
from shared.domain.business import Seller
from tests.deliveries import a_delivery
from tests.loopback import loopback, saying

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
SECTION: TypeAdapter[AnyDestinationSection] = TypeAdapter(AnyDestinationSection)


@dataclass
class Outside:
    """A destination and what can be seen of it from outside: the ids it holds."""

    destination: Destination
    ids: Callable[[], set[str]]


@pytest.fixture(params=["webhook", "journal", "email"])
async def outside(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Outside]:
    around = Surroundings(
        data_dir=tmp_path,
        mailer=FolderMailer(tmp_path / "mail"),
        people={"sara": Seller(name="Sara Lind", email="sara@exempelsol.se")},
    )
    async with AsyncExitStack() as stack:
        section: dict[str, object] = {"kind": request.param}
        if request.param == "webhook":
            server = await stack.enter_async_context(loopback(saying(OK)))
            section |= {"url": server.url(), "secret": SECRET, "allow_private": "true"}
        destination = build(SECTION.validate_python(section), around)
        seen: dict[str, Callable[[], set[str]]] = {
            "webhook": lambda: {_header(request, b"webhook-id") for request in server.requests},
            "journal": lambda: {
                json.loads(line)["delivery_id"] for line in (tmp_path / "delivered.jsonl").read_text().splitlines()
            },
            "email": lambda: {file.stem for file in (tmp_path / "mail").glob("*.eml")},
        }
        yield Outside(destination, seen[request.param])
        await destination.close()


def _header(request: bytes, name: bytes) -> str:
    return request.partition(name + b": ")[2].partition(b"\r\n")[0].decode()


async def test_every_delivery_has_an_outcome_in_order(outside: Outside) -> None:
    deliveries = [a_delivery(f"s-{number}") for number in range(3)]
    outcomes = await outside.destination.push(deliveries)
    assert [outcome.kind for outcome in outcomes] == [Kind.DELIVERED] * 3
    assert outside.ids() == {delivery.delivery_id for delivery in deliveries}


async def test_the_same_delivery_again_is_known_by_the_same_id(outside: Outside) -> None:
    delivery = a_delivery()
    await outside.destination.push([delivery])
    (again,) = await outside.destination.push([replace(delivery, token=2, maybe_sent=True)])
    assert again.kind in {Kind.DELIVERED, Kind.DUPLICATE}
    assert outside.ids() == {delivery.delivery_id}


async def test_a_destination_that_is_well_has_nothing_to_complain_of(outside: Outside) -> None:
    assert await outside.destination.preflight() == []


async def test_it_says_how_much_it_takes_at_once(outside: Outside) -> None:
    assert outside.destination.pushes >= 1
    assert outside.destination.batch >= 1


@pytest.mark.parametrize("section", [{"kind": "pigeon"}, {}, {"kind": "journal", "paht": "x"}])
def test_what_is_no_destination_is_refused(section: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SECTION.validate_python(section)


@pytest.mark.parametrize("kind", ["journal", "email"])
def test_a_section_of_its_kind_alone_works(kind: str) -> None:
    section = SECTION.validate_python({"kind": kind, "enabled": "false"})
    assert (section.purpose, section.enabled) == ("sales_contact", False)
