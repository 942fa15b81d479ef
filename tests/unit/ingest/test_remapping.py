"""What came before is mapped anew: what is the same stays, what changed is a correction, nobody becomes two."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from services.ingest.configuration import Sources
from services.ingest.events import Keys
from services.ingest.remapping import Became, Known, Remapped, Remapping
from services.ingest.sources import make_sources
from services.ingest.submission import Submission
from shared.domain.events import LeadReceived, SubmissionSetAside
from tests.unit.ingest.doors import AT, PERSON_KEY, Published
from tests.unit.ingest.sources.test_webhook import OPEN, PARTNER, PATH, anna, door, posted

Section = dict[str, Any]
"""A source as the YAML has it. Any: that is what YAML holds."""
Kept = LeadReceived | SubmissionSetAside


def with_fields(**fields: str) -> Section:
    named = {name.replace("__", "."): path for name, path in fields.items()}
    return PARTNER | {"mapping": PARTNER["mapping"] | {"fields": PARTNER["mapping"]["fields"] | named}}


def mapped_anew(events: list[Kept], section: Section, name: str = "partner") -> list[Remapped]:
    known = Known()
    for event in events:
        if isinstance(event, LeadReceived):
            known.add(event)
    configured = TypeAdapter(Sources).validate_python({name: section})
    source = make_sources(configured, person_key=PERSON_KEY, public_url=None)[name]
    remapping = Remapping(source, name, keys=Keys(PERSON_KEY, "SE"), known=known)
    return [remapped for event in events for remapped in remapping.of(event)]


async def came(*items: Any, section: Section = PARTNER) -> list[Kept]:  # Any: whatever a sender may put there
    published = Published()
    await door(published, partner=section).accept(posted(list(items)))
    return [event for event in published.events if isinstance(event, Kept)]


async def test_the_same_mapping_changes_nothing_also_under_a_new_version() -> None:
    events = await came(anna(1), anna(2))
    newer = PARTNER | {"mapping": PARTNER["mapping"] | {"version": "3"}}

    assert [one.became for one in mapped_anew(events, newer)] == [Became.SAME, Became.SAME]


async def test_a_better_mapping_corrects_its_leads_under_their_own_ids() -> None:
    events = await came(anna(1, tel="070-174 06 05"), anna(2))

    corrected, same = mapped_anew(events, with_fields(person__phone="tel"))

    assert (corrected.became, same.became) == (Became.CORRECTED, Became.SAME)
    assert corrected.event is not None
    assert corrected.event.subject == events[0].subject
    assert corrected.event.id != events[0].id
    assert corrected.event.data.lead.person.phone == "070-174 06 05"
    assert {"person.phone", "answers.tel"} <= {*corrected.fields}
    assert corrected.event.data.lead.received_at == events[0].time


async def test_mapped_anew_twice_is_mapped_anew_once() -> None:
    events = await came(anna(1, tel="070-174 06 05"))
    better = with_fields(person__phone="tel")
    (corrected,) = mapped_anew(events, better)
    assert corrected.event is not None

    assert {one.became for one in mapped_anew([*events, corrected.event], better)} == {Became.SAME}


async def test_a_lead_without_an_id_of_its_own_stays_the_lead_it_was() -> None:
    published = Published()
    body = b'{"e-post": "anna@exempel.se", "tel": "070-174 06 05"}'
    submission = Submission("open", "POST", f"/v1/sources/open/{PATH}", b"", {}, body, AT)
    before = OPEN | {"mapping": {"fields": {"person.email": "['e-post']"}}}
    await door(published, open=before).accept(submission)
    (event,) = [event for event in published.events if isinstance(event, LeadReceived)]

    after = OPEN | {"mapping": {"fields": {"person.email": "['e-post']", "person.phone": "tel"}}}
    (corrected,) = mapped_anew([event], after, "open")

    assert corrected.became is Became.CORRECTED
    assert corrected.event is not None
    assert corrected.event.subject == event.subject


async def test_what_was_set_aside_by_mistake_comes_out_as_new() -> None:
    strict = PARTNER | {"mapping": PARTNER["mapping"] | {"when": {"event": "created"}}}
    (aside,) = await came(anna(1), section=strict)
    assert isinstance(aside, SubmissionSetAside)

    (found,) = mapped_anew([aside], PARTNER)

    assert found.became is Became.NEW
    assert found.event is not None
    assert found.event.data.lead.person.full_name == "Anna Exempel"


@pytest.mark.parametrize(
    ("change", "became"),
    [({"when": {"event": "created"}}, Became.NONE), ({"each": "nowhere"}, Became.UNREADABLE)],
)
async def test_a_worse_mapping_takes_nothing_back(change: Section, became: Became) -> None:
    events = await came(anna(1))

    (one,) = mapped_anew(events, PARTNER | {"mapping": PARTNER["mapping"] | change})

    assert one.became is became
