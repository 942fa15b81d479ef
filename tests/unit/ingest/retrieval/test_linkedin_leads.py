"""What a LinkedIn response and its form become."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.ids import lead_id
from tests.unit.ingest.linkedin import AT, SOURCE
from tests.unit.ingest.retrieval.linkedin_api import FOLDER, FORM, LEAD, NOTICE, Api, fetched, payload, saying

PAYLOADS = sorted(path for path in FOLDER.glob("*.json") if not path.name.endswith(".expected.json"))


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
async def test_a_response_becomes_the_lead_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text())
    response, form = payload(path.stem)

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}))

    lead = submitted.lead.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    assert {"is_test": submitted.is_test, "is_dated": submitted.is_dated, "lead": lead} == expected


def test_there_are_payloads() -> None:
    assert len(PAYLOADS) >= 6


async def test_a_lead_has_the_id_that_its_notice_and_its_deletion_have() -> None:
    response, form = payload("contact_and_own_questions")
    response["id"] = "urn:li:leadGenFormResponse:abc-1"

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}))

    assert submitted.lead.id == lead_id(SOURCE, "abc-1")
    assert submitted.lead.submission_id == "abc-1"


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"textQuestionAnswer": {"answer": "  fritt  "}}, "  fritt  "),
        ({"textQuestionAnswer": {"answer": 65}}, "65"),
        ({"multipleChoiceAnswer": {"options": [1]}}, "Omgående"),
        ({"multipleChoiceAnswer": {"options": ["1", 2]}}, ["Omgående", "Inom 3 månader"]),
        ({"multipleChoiceAnswer": {"options": 2}}, "Inom 3 månader"),
        ({"multipleChoiceAnswer": {"options": [{"id": 2}]}}, "Inom 3 månader"),
        ({"multipleChoiceAnswer": {"options": [7]}}, "7"),
        ({"textQuestionAnswer": {"answer": "   "}}, None),
        ({"textQuestionAnswer": {"answer": None}}, None),
        ({"multipleChoiceAnswer": {"options": []}}, None),
        ({"multipleChoiceAnswer": {"options": [[1]]}}, None),
        ({"textQuestionAnswer": "?"}, None),
        ({}, None),
    ],
)
async def test_an_answer_is_read_in_each_shape(details: dict[str, Any], said: str | list[str] | None) -> None:
    response, form = payload("contact_and_own_questions")
    response["formResponse"]["answers"] = [{"questionId": 5, "answerDetails": details}]

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}))

    assert submitted.lead.answers.get("När vill du börja?") == said


async def test_two_questions_of_one_wording_are_one_list() -> None:
    response, form = payload("contact_and_own_questions")
    form["content"]["questions"][5]["question"] = form["content"]["questions"][4]["question"]

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}))

    assert submitted.lead.answers["När vill du börja?"] == ["Inom 3 månader", "Solceller", "Batteri"]


async def test_an_empty_private_address_gives_way_to_the_one_at_work() -> None:
    response, form = payload("two_addresses")
    response["formResponse"]["answers"][2]["answerDetails"]["textQuestionAnswer"]["answer"] = "n/a"

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}))

    assert submitted.lead.person.email == "lina@exempelbolaget.se"
    assert submitted.lead.answers["EMAIL"] == "n/a"


async def test_an_address_that_says_nothing_is_nobodys() -> None:
    response, form = payload("two_addresses")
    response["formResponse"]["answers"] = response["formResponse"]["answers"][2:3]
    response["formResponse"]["answers"][0]["answerDetails"]["textQuestionAnswer"]["answer"] = "n/a"

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}))

    assert submitted.lead.person.email is None


@pytest.mark.parametrize("given", [None, "soon", 17, 99999999999999, True])
async def test_a_time_that_cannot_be_meant_is_that_of_the_notice(given: object) -> None:
    response, form = payload("contact_and_own_questions")
    response["submittedAt"] = given
    notice = replace(NOTICE, occurred_at=AT - timedelta(seconds=3))

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}), notice)

    assert submitted.lead.submitted_at == notice.occurred_at
    assert not submitted.is_dated


@pytest.mark.parametrize("given", [1716383418, 1716383418000, 1716383418000000, "1716383418000"])
async def test_the_unit_of_a_time_is_told_by_its_magnitude(given: object) -> None:
    response, form = payload("contact_and_own_questions")
    response["submittedAt"] = given

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}))

    assert submitted.lead.submitted_at == AT - timedelta(seconds=2)


async def test_a_notice_of_a_test_makes_a_test_of_its_lead() -> None:
    response, form = payload("contact_and_own_questions")

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}), replace(NOTICE, is_test=True))

    assert submitted.is_test


async def test_what_no_database_holds_is_taken_out_of_texts() -> None:
    response, form = payload("contact_and_own_questions")
    response["formResponse"]["answers"][0]["answerDetails"]["textQuestionAnswer"]["answer"] = "Li\0na\ud800"

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}))

    assert submitted.lead.person.first_name == "Lina"


async def test_a_consent_that_says_neither_yes_nor_no_is_none() -> None:
    response, form = payload("consents")
    response["formResponse"]["consentResponses"] = [
        {"consentId": 31},
        {"accepted": True},
        "31",
        {"consentId": 31, "accepted": "?"},
    ]

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}))

    assert submitted.lead.consents == []


async def test_a_consent_of_no_configured_purpose_keeps_its_id_and_text() -> None:
    response, form = payload("consents")

    submitted = await fetched(Api({LEAD: saying(response), FORM: saying(form)}), consents={})

    assert [(consent.purpose, consent.granted) for consent in submitted.lead.consents] == [
        ("consent_31", True),
        ("consent_32", False),
    ]
    assert submitted.lead.consents[0].text == "Ja, ring mig om min förfrågan"
