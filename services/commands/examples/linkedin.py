"""LinkedIn's requests: a notice that a lead is there or gone, and the challenge (inbound-sources 3.1)."""

import json
from urllib.parse import urlencode
from uuid import UUID

from services.commands.examples.payload import Making, Payload
from services.ingest.configuration import LinkedInConfiguration
from shared.domain.errors import UsedWrongly

ACTIONS = {"created": "CREATED", "deleted": "DELETED"}
CHALLENGE = "challenge"


def linkedin(example: str | None, _section: LinkedInConfiguration, making: Making) -> Payload:
    """Write a notice of `making`, or a challenge. The lead itself lies at LinkedIn and is not there.

    Raises:
        UsedWrongly: there is no example of that name.
    """
    name = example or "created"
    if name == CHALLENGE:
        return Payload(b"", {}, query=urlencode({"challengeCode": UUID(making.token)}), method="GET")
    if name not in ACTIONS:
        raise UsedWrongly(f"there is no example '{name}': choose one of {', '.join((*ACTIONS, CHALLENGE))}")
    return Payload(_notice(ACTIONS[name], making), {"content-type": "application/json"})


def _notice(action: str, making: Making) -> bytes:
    notice = {
        "type": "LEAD_ACTION",
        "leadGenFormResponse": f"urn:li:leadGenFormResponse:{UUID(making.token)}-1",
        "leadGenForm": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
        "owner": {"sponsoredAccount": "urn:li:sponsoredAccount:522529623"},
        "associatedEntity": {"creative": "urn:li:sponsoredCreative:367378525"},
        "leadType": "SPONSORED",
        "leadAction": action,
        "occurredAt": int(making.submitted_at.timestamp() * 1000),
        **({"testLead": True} if making.is_test else {}),
    }
    return json.dumps(notice).encode()
