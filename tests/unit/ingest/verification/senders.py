"""Requests as senders made them, and the verifier of one source.

No signature here was made by the product. Where a vendor or another implementation publishes one it is that; the rest
were made with `openssl dgst -hmac` from the text that the vendor's page says is signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.ingest.guard import Content, Document
from services.ingest.submission import Submission
from services.ingest.verification.configuration import Verification
from services.ingest.verification.judgement import Judgement
from services.ingest.verification.verifier import Verifier

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
PUBLIC_URL = "https://leads.example.com"
EMPTY = Document({})


@dataclass(frozen=True, slots=True)
class Sender:
    """One signed request, how its source is configured, and who signed it."""

    made_by: str
    configuration: Mapping[str, Any]  # Any: as the YAML says it
    body: str
    headers: Mapping[str, str]
    at: datetime = AT
    method: str = "POST"
    path: str = "/v1/sources/sender"
    query: str = ""
    public_url: str = PUBLIC_URL
    is_timed: bool = True

    @property
    def signature_header(self) -> str:
        return Verification.model_validate(self.configuration).scheme.header

    def submission(self, *, body: str | None = None, **changed: str | None) -> Submission:
        """Build the request, with its body or some headers (by name, `_` for `-`; None takes it away) changed."""
        changes = {name.replace("_", "-"): value for name, value in changed.items()}
        headers = {name: value for name, value in {**self.headers, **changes}.items() if value is not None}
        return request(
            self.body if body is None else body,
            headers,
            at=self.at,
            method=self.method,
            path=self.path,
            query=self.query,
        )

    def judge(self, submission: Submission | None = None, *, now: datetime | None = None, **keys: Any) -> Judgement:
        """Judge a request, by default the right one at its time, with some keys of the configuration changed."""
        verifier = make_verifier({**self.configuration, **keys}, public_url=self.public_url)
        return verifier.verify(submission or self.submission(), EMPTY, now=now or self.at)


def request(
    body: str = "{}",
    headers: Mapping[str, str] | None = None,
    *,
    at: datetime = AT,
    method: str = "POST",
    path: str = "/v1/sources/sender",
    query: str = "",
) -> Submission:
    return Submission(
        source="sender",
        method=method,
        path=path,
        query=query.encode(),
        headers={name.encode(): value.encode() for name, value in (headers or {}).items()},
        body=body.encode(),
        received_at=at,
    )


def make_verifier(configuration: Mapping[str, Any], *, public_url: str | None = None) -> Verifier:
    return Verifier(Verification.model_validate(configuration), public_url)


def judge(
    configuration: Mapping[str, Any], submission: Submission, *, content: Content = EMPTY, peer: str | None = None
) -> Judgement:
    return make_verifier(configuration).verify(submission, content, now=AT, peer=peer)


SECONDS = "1777638600"
MILLISECONDS = "1777638600123"
HUBSPOT_SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"

SENDERS: Mapping[str, Sender] = {
    "standard_webhooks": Sender(
        made_by="the Standard Webhooks reference libraries (their tests' vector)",
        configuration={"preset": "standard_webhooks", "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]},
        body='{"test": 2432232314}',
        headers={
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        },
        at=datetime.fromtimestamp(1614265330, UTC),
    ),
    "standard_webhooks_ed25519": Sender(
        made_by="the Svix server (its test of asymmetric signing)",
        configuration={
            "preset": "standard_webhooks",
            "secrets": ["whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="],
        },
        body='{"test": 2432232314}',
        headers={
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+"
            "m7TBAg==",
        },
        at=datetime.fromtimestamp(1614265330, UTC),
    ),
    "typeform": Sender(
        made_by="a public TypeScript verifier (its tests' vector)",
        configuration={"preset": "typeform", "secrets": ["typeform_secret"]},
        body='{"event_id":"01H","event_type":"form_response","form_response":{"form_id":"abc","token":"tok",'
        '"submitted_at":"2023-11-14T22:13:20Z","answers":[]}}',
        headers={"typeform-signature": "sha256=tpceH674tX4nhoHSDRkfV4/WGakns3OkNWpJ7GGZMko="},
        is_timed=False,
    ),
    "calendly": Sender(
        made_by="a public TypeScript verifier (its tests' vector)",
        configuration={"preset": "calendly", "secrets": ["calendly_key"]},
        body='{"event":"invitee.created","created_at":"2023-11-14T22:13:20.000000Z",'
        '"created_by":"https://api.calendly.com/users/AAA","payload":{"email":"a@example.com"}}',
        headers={
            "calendly-webhook-signature": "t=1700000000,"
            "v1=d6e180d65490baad58eb05bee811735ef6e1d522baaa05b7ee56482716cf700d"
        },
        at=datetime.fromtimestamp(1700000000, UTC),
    ),
    "webflow": Sender(
        made_by="openssl",
        configuration={"preset": "webflow", "secrets": ["webflow-client-secret"]},
        body='{"triggerType":"form_submission"}',
        headers={
            "x-webflow-timestamp": MILLISECONDS,
            "x-webflow-signature": "68716416886ce038db1ff02ae1079b40a9d1e7394c3155d2da806254dd0a42ce",
        },
    ),
    "hubspot_v1": Sender(
        made_by="HubSpot (v1 request validation)",
        configuration={"preset": "hubspot_v1", "secrets": [HUBSPOT_SECRET]},
        body='[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,'
        '"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM",'
        '"changeFlag":"NEW","appId":54321}]',
        headers={"x-hubspot-signature": "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"},
        is_timed=False,
    ),
    "hubspot_v2": Sender(
        made_by="HubSpot (v2 request validation)",
        configuration={"preset": "hubspot_v2", "secrets": [HUBSPOT_SECRET]},
        body='{"example_field":"example_value"}',
        headers={"x-hubspot-signature": "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900"},
        path="/webhook_uri",
        public_url="https://www.example.com",
        is_timed=False,
    ),
    "hubspot_v3": Sender(
        made_by="HubSpot's Python library (its tests' vector)",
        configuration={"preset": "hubspot_v3", "secrets": [HUBSPOT_SECRET]},
        body="{'example_field':'example_value'}",
        headers={
            "x-hubspot-request-timestamp": "15000000",
            "x-hubspot-signature-v3": "HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=",
        },
        at=datetime.fromtimestamp(15000, UTC),
        path="/webhook_uri",
        public_url="https://www.example.com",
    ),
    "callrail": Sender(
        made_by="openssl (CallRail's published example, checked once, is a whole call)",
        configuration={"preset": "callrail", "secrets": ["callrail-signing-key"]},
        body='{"customer_phone_number":"+46701740605","direction":"inbound"}',
        headers={"signature": "61ckJuAy7Hw6HHIopvCucuhJm3k="},
        is_timed=False,
    ),
    "stripe": Sender(
        made_by="openssl",
        configuration={"preset": "stripe", "secrets": ["whsec_example"]},
        body='{"id":"evt_1","type":"lead.created"}',
        headers={
            "stripe-signature": f"t={SECONDS},v1=d83e52608dac4f4036e2c2db705532241920573d1b1fd12f7fa03f289cd71745,"
            "v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"
        },
    ),
    "github": Sender(
        made_by="GitHub (Validating webhook deliveries)",
        configuration={"preset": "github", "secrets": ["It's a Secret to Everybody"]},
        body="Hello, World!",
        headers={
            "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        },
        is_timed=False,
    ),
    "tally": Sender(
        made_by="openssl",
        configuration={"preset": "tally", "secrets": ["tally-signing-secret"]},
        body='{"eventType":"FORM_RESPONSE"}',
        headers={"tally-signature": "ejaeAuYCiqvM7/jlO/JKecLSkfv2Clygh+V0/TkVuNM="},
        is_timed=False,
    ),
    "meta": Sender(
        made_by="openssl",
        configuration={"preset": "meta", "secrets": ["meta-app-secret"]},
        body='{"object":"page","entry":[{"id":"Sm\\u00e5land\\/1"}]}',
        headers={
            "x-hub-signature-256": "sha256=1d40c1f73f8fc1b8dabbae16f5619d53281ca801901d2d032c8ffa3356468f3a",
        },
        is_timed=False,
    ),
    "linkedin": Sender(
        made_by="openssl",
        configuration={"preset": "linkedin", "secrets": ["linkedin-client-secret"]},
        body='{"leadAction":"CREATED"}',
        headers={"x-li-signature": "e91137309bb51cbccab7aa4c2ae63b8af9841ca059b4ccf2aa109fa1ef2994f6"},
        is_timed=False,
    ),
}
"""One request per preset, two for Standard Webhooks."""
