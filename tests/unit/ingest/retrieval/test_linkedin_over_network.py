"""The fetcher against a LinkedIn that misbehaves, over a real connection."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.configuration import LinkedInConfiguration
from services.ingest.guard import Document
from services.ingest.retrieval.linkedin import LinkedInFetcher
from services.ingest.retrieval.ports import Fetched, Gone, NotAllowed, NotYet, Throttled
from services.ingest.sources.context import SourceContext
from services.ingest.sources.linkedin import LinkedIn
from services.ingest.submission import Submission, SubmittedNotice, Verdict
from shared.domain.errors import PermanentError
from tests.proof.fake_linkedin import FORBIDDEN_OWNER, FakeLinkedIn, fake_linkedin
from tests.proof.fake_platform import Trouble

CONTEXT = SourceContext("linkedin", b"invented")
NOW = datetime.now(UTC)


@pytest.fixture
def fake() -> Iterator[FakeLinkedIn]:
    with fake_linkedin() as running:
        yield running


def section(fake: FakeLinkedIn) -> LinkedInConfiguration:
    return LinkedInConfiguration.model_validate(fake.section)


def notified(fake: FakeLinkedIn, lead: str) -> SubmittedNotice:
    """Send a notice through the door."""
    door, sent = LinkedIn(section(fake), CONTEXT), fake.notice([lead])
    headers = {name.encode(): value.encode() for name, value in sent.headers.items()}
    came = Submission("linkedin", "POST", "/v1/sources/linkedin", b"", headers, sent.body, NOW)
    document = door.read(came)
    assert isinstance(document, Document)
    assert door.verify(came, document).verdict is Verdict.AUTHENTIC
    (notice,) = door.parse(came, document).notices
    return notice


@pytest.mark.parametrize(
    ("trouble", "meanwhile"),
    [
        (Trouble.TOO_MANY, Throttled),
        (Trouble.FAILS, NotYet),
        (Trouble.THROTTLED, Throttled),
        (Trouble.DRIPS, NotYet),
        (Trouble.NOT_YET, NotYet),
    ],
)
async def test_a_trouble_that_passes_ends_with_the_lead(fake: FakeLinkedIn, trouble: Trouble, meanwhile: type) -> None:
    notice = notified(fake, fake.put(7, trouble))
    fetcher = LinkedInFetcher(section(fake).model_copy(update={"timeout": timedelta(milliseconds=500)}), CONTEXT)

    results = [await fetcher.fetch(notice, received_at=NOW)]
    while not isinstance(results[-1], Fetched) and len(results) < 4:
        results.append(await fetcher.fetch(notice, received_at=NOW))
    await fetcher.close()

    *before, last = results
    assert {type(result) for result in before} == {meanwhile}
    assert isinstance(last, Fetched)
    assert last.lead.lead.person.email == "lead7@example.se"
    assert last.lead.lead.answers == {"När vill du börja?": "Inom 3 månader"}
    assert fake.fetches[notice.notice_id] == len(results)
    assert notice.notice_id in fake.given_at


async def test_a_missing_permission_is_told_until_it_is_granted(fake: FakeLinkedIn) -> None:
    held, other = notified(fake, fake.put(1, Trouble.FORBIDDEN)), notified(fake, fake.put(2))
    fetcher = LinkedInFetcher(section(fake), CONTEXT)

    refused = await fetcher.fetch(held, received_at=NOW)
    assert isinstance(refused, NotAllowed)
    assert refused.scope == FORBIDDEN_OWNER == held.page_id
    assert isinstance(await fetcher.fetch(other, received_at=NOW), Fetched)

    fake.grant()

    assert isinstance(await fetcher.fetch(held, received_at=NOW), Fetched)
    await fetcher.close()


async def test_a_lead_that_is_gone_is_gone(fake: FakeLinkedIn) -> None:
    fetcher = LinkedInFetcher(section(fake), CONTEXT)

    assert isinstance(await fetcher.fetch(notified(fake, fake.put(1, Trouble.GONE)), received_at=NOW), Gone)
    await fetcher.close()


async def test_what_is_there_is_listed_in_pages_and_a_refusal_told_after_it(fake: FakeLinkedIn) -> None:
    put = [fake.put(number) for number in range(250)]
    fake.put(250, Trouble.FORBIDDEN)
    fetcher = LinkedInFetcher(section(fake), CONTEXT)
    listed: list[str] = []

    async def listing() -> None:
        async for notice in fetcher.list(NOW - timedelta(hours=1)):
            listed.append(notice.notice_id)  # noqa: PERF401 - a comprehension would lose what came before the error

    with pytest.raises(PermanentError, match=FORBIDDEN_OWNER):
        await listing()
    await fetcher.close()

    assert listed == put


async def test_one_form_serves_many_leads(fake: FakeLinkedIn) -> None:
    fetcher = LinkedInFetcher(section(fake), CONTEXT)
    for number in range(20):
        assert isinstance(await fetcher.fetch(notified(fake, fake.put(number)), received_at=NOW), Fetched)
    await fetcher.close()

    assert fake.form_fetches == {"9": 1}
