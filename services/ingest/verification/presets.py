"""How known senders sign: one table. Where a vendor's page leaves something open, each way is accepted."""

from collections.abc import Mapping
from datetime import timedelta

from services.ingest.verification.scheme import Scheme

_THREE_MINUTES = timedelta(minutes=3)

PRESETS: Mapping[str, Scheme] = {
    # github.com/standard-webhooks/standard-webhooks, spec, "Signature scheme" and "Webhook headers": `v1` with whsec_,
    # `v1a` (ed25519) with whpk_. Svix and its users: the same with header: svix-signature, id_header: svix-id, ….
    "standard_webhooks": Scheme(
        header="webhook-signature",
        encoding=("base64",),
        header_format="list",
        signed=("{id}.{timestamp}.{body}",),
        id_header="webhook-id",
        timestamp_header="webhook-timestamp",
        secret_encoding="whsec",  # noqa: S106 - the name of an encoding
    ),
    # typeform.com/developers/webhooks/secure-your-webhooks: base64, over the body with its last newline.
    "typeform": Scheme(header="typeform-signature", encoding=("base64",), header_format="prefix", prefix="sha256="),
    # developer.calendly.com/api-docs/webhook-signatures: t and v1; its samples refuse what is older than 3 minutes.
    "calendly": Scheme(
        header="calendly-webhook-signature",
        header_format="pairs",
        timestamp_member="t",
        signed=("{timestamp}.{body}",),
        tolerance=_THREE_MINUTES,
    ),
    # developers.webflow.com/data/docs/working-with-webhooks, "Validating request signatures": time in milliseconds.
    # Webhooks made in the dashboard are not signed: for them set mode: if_present, and a secret path.
    "webflow": Scheme(
        header="x-webflow-signature",
        signed=("{timestamp}:{body}",),
        timestamp_header="x-webflow-timestamp",
        timestamp_unit="ms",
    ),
    # developers.hubspot.com/docs/faq/v1-request-validation: a plain hash, without time; v3 is the better one.
    "hubspot_v1": Scheme(header="x-hubspot-signature", algorithm="sha256", signed=("{secret}{body}",)),
    # developers.hubspot.com, Validating requests, v2: what a workflow's webhook is signed with where it has no v3.
    "hubspot_v2": Scheme(header="x-hubspot-signature", algorithm="sha256", signed=("{secret}{method}{url}{body}",)),
    # developers.hubspot.com, Validating requests, v3. The page decodes some characters of the URL before signing,
    # HubSpot's own libraries do not: both are accepted.
    "hubspot_v3": Scheme(
        header="x-hubspot-signature-v3",
        encoding=("base64",),
        signed=("{method}{url}{body}{timestamp}", "{method}{decoded_url}{body}{timestamp}"),
        timestamp_header="x-hubspot-request-timestamp",
        timestamp_unit="ms",
    ),
    # apidocs.callrail.com, Validating payloads. The time stands inside the body, so that no window can be held to.
    "callrail": Scheme(header="signature", algorithm="hmac_sha1", encoding=("base64",)),
    # docs.stripe.com/webhooks, "Verify webhook signatures manually": the whole whsec_… is the secret, as text.
    "stripe": Scheme(
        header="stripe-signature", header_format="pairs", timestamp_member="t", signed=("{timestamp}.{body}",)
    ),
    # docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries.
    "github": Scheme(header="x-hub-signature-256", header_format="prefix", prefix="sha256="),
    # tally.so/help/webhooks: base64 there; receivers in the wild read hexadecimal. Not confirmed, so both are accepted.
    "tally": Scheme(header="tally-signature", encoding=("base64", "hex")),
    # developers.facebook.com/docs/graph-api/webhooks/getting-started, "Validating payloads": over the escaped bytes.
    "meta": Scheme(header="x-hub-signature-256", header_format="prefix", prefix="sha256="),
    # learn.microsoft.com/linkedin/shared/api-guide/webhook-validation: "hmacsha256=" is part of the signed text.
    # Implementations disagree, on that and on the header, and no page speaks of lead notifications (inbound-sources
    # 3.1): every variant is accepted.
    "linkedin": Scheme(
        header="x-li-signature",
        header_format="optional_prefix",
        prefix="hmacsha256=",
        signed=("hmacsha256={body}", "{body}"),
    ),
}
"""Every preset by its name in the configuration. Any key of it can be overridden there."""
