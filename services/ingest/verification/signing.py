"""Sign as a sender would, so that a door can be tried out without its sender."""

from binascii import b2a_base64, hexlify
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote_from_bytes

from pydantic import SecretStr

from services.ingest.submission import Submission
from services.ingest.verification.configuration import Verification
from services.ingest.verification.keys import (
    PRIVATE_PREFIX,
    PUBLIC_PREFIX,
    make_private_key,
    make_shared_key,
)
from services.ingest.verification.scheme import Algorithm, Encoding, Scheme
from services.ingest.verification.template import Templates
from shared.domain.errors import UsedWrongly

Headers = dict[bytes, bytes]


def _base64(signature: bytes) -> bytes:
    return b2a_base64(signature, newline=False)


ENCODERS: Mapping[Encoding, Callable[[bytes], bytes]] = {
    "hex": hexlify,
    "base64": _base64,
    "base64url": lambda signature: _base64(signature).translate(bytes.maketrans(b"+/", b"-_")),
}


def sign(
    submission: Submission,
    configuration: Verification,
    *,
    now: datetime,
    public_url: str | None = None,
    secret: str | None = None,
) -> Submission:
    """Return the submission with its sender's proof added: headers, and where so configured path and query.

    A field of the body is the payload's own and is not added. `secret` takes the place of the first configured one;
    with ed25519 it must be given, as the configuration holds public keys only (`whsk_…`). The message id is that of the
    header if there is one, else made of the body, so that the same body is a repeat.

    Raises:
        UsedWrongly: it cannot be signed with what is known; the text says what is missing.
    """
    proved = _with_tokens(submission, configuration)
    if not configuration.checks_signature:
        return proved
    secrets = [] if configuration.secrets is None else configuration.secrets
    text = secret if secret is not None else secrets[0].get_secret_value()
    if configuration.needs_public_url and not public_url:
        raise UsedWrongly("the address is signed too: set TRATT_PUBLIC_URL")
    try:
        headers = _signature(proved, configuration.scheme, text, now=now, public_url=public_url)
    except ValueError as error:
        raise UsedWrongly(f"the secret {error}") from None  # the cause would quote it
    return replace(proved, headers={**proved.headers, **headers})


def _with_tokens(submission: Submission, configuration: Verification) -> Submission:
    headers: Headers = {}
    path, query = submission.path, submission.query
    if (token := configuration.header_token) is not None:
        scheme = f"{token.scheme} " if token.scheme else ""
        headers[token.name.lower().encode()] = scheme.encode() + _first(token.tokens)
    if (basic := configuration.basic) is not None:
        headers[b"authorization"] = b"Basic " + _base64(basic.user.encode() + b":" + _first(basic.passwords))
    if (parameter := configuration.query_token) is not None:
        pair = f"{quote_from_bytes(parameter.name.encode())}={quote_from_bytes(_first(parameter.tokens))}".encode()
        query = query + b"&" + pair if query else pair
    if configuration.secret_path is not None:
        path = f"{path.removesuffix('/')}/{configuration.secret_path[0].get_secret_value()}"
    return replace(submission, path=path, query=query, headers={**submission.headers, **headers})


def _signature(
    submission: Submission, scheme: Scheme, secret: str, *, now: datetime, public_url: str | None
) -> Headers:
    headers: Headers = {}
    message_id = timestamp = b""
    if scheme.id_header is not None:
        name = scheme.id_header.lower().encode()
        message_id = submission.headers.get(name) or b"msg_" + sha256(submission.body).hexdigest()[:27].encode()
        headers[name] = message_id
    if scheme.is_timed:
        timestamp = str(int(now.timestamp() * (1000 if scheme.timestamp_unit == "ms" else 1))).encode()
    if scheme.timestamp_header is not None:
        headers[scheme.timestamp_header.lower().encode()] = timestamp
    templates = Templates(scheme.signed[:1], public_url)
    values = templates.values(submission, message_id=message_id, timestamp=timestamp)
    algorithm, signature = _signed(scheme, secret, templates, values)
    encoded = ENCODERS[scheme.encoding[0]](signature)
    headers[scheme.header.lower().encode()] = _header(scheme, algorithm, encoded, timestamp)
    return headers


def _signed(scheme: Scheme, secret: str, templates: Templates, values: Mapping[str, bytes]) -> tuple[Algorithm, bytes]:
    if secret.startswith(PUBLIC_PREFIX):
        raise ValueError("is a public key (whpk_), which cannot sign: give the private one (whsk_)")
    if scheme.algorithm == "ed25519" or secret.startswith(PRIVATE_PREFIX):
        (text,) = templates.fill(values)
        return "ed25519", make_private_key(secret, scheme).sign(text)
    key = make_shared_key(secret, scheme)
    (text,) = templates.fill({**values, "secret": key.material})
    return key.algorithm, key.sign(text)


def _header(scheme: Scheme, algorithm: Algorithm, signature: bytes, timestamp: bytes) -> bytes:
    if scheme.header_format == "pairs":
        members = [f"{scheme.signature_member}=".encode() + signature]
        if scheme.timestamp_member is not None:
            members.insert(0, f"{scheme.timestamp_member}=".encode() + timestamp)
        return scheme.separator.encode().join(members)
    if scheme.header_format == "list":
        return scheme.versions[algorithm].encode() + b"," + signature
    # An optional prefix is left out: the vendors' pages do not have it.
    return scheme.prefix.encode() + signature if scheme.header_format == "prefix" else signature


def _first(secrets: Sequence[SecretStr]) -> bytes:
    return secrets[0].get_secret_value().encode()
