"""The verifier of one source, compiled once from its configuration."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pydantic import SecretStr

from services.ingest.guard import Content
from services.ingest.submission import Submission, Verdict
from services.ingest.verification.configuration import Verification
from services.ingest.verification.evidence import Check, Evidence
from services.ingest.verification.judgement import JUDGEMENTS, PROVED, Judgement
from services.ingest.verification.keys import make_key
from services.ingest.verification.networks import NetworkCheck
from services.ingest.verification.signature import SignatureCheck
from services.ingest.verification.tokens import (
    BasicCheck,
    BodyFieldCheck,
    HeaderTokenCheck,
    QueryTokenCheck,
    SecretPathCheck,
    Tokens,
)
from shared.domain.errors import UsedWrongly


class Verifier:
    """Tells whether submissions are their sender's own. Pure: it keeps nothing between two.

    `public_url` is where senders reach us (`TRATT_PUBLIC_URL`); behind a proxy no header of a request can be believed
    about it.

    Raises:
        UsedWrongly: the sender signs the address it calls, and `public_url` is not given.
    """

    def __init__(self, configuration: Verification, public_url: str | None = None) -> None:
        if configuration.needs_public_url and not public_url:
            raise UsedWrongly(
                f"{configuration.preset or 'this sender'} signs the address it calls: set TRATT_PUBLIC_URL to what "
                "stands before /v1/ in the URL that you paste there, such as https://leads.example.com"
            )
        self._checks: Sequence[Check] = list(_checks(configuration, public_url))

    def verify(self, submission: Submission, content: Content, *, now: datetime, peer: str | None = None) -> Judgement:
        """Judge a submission: from its raw bytes, and from the content only where the proof lies in the body.

        `peer` is the address at the other end of the connection. Never raises, whatever was sent.
        """
        evidence = Evidence(submission, content, now, peer)
        judgement = PROVED
        for check in self._checks:
            reason = check.fault(evidence)
            if reason is None:
                continue
            judgement = JUDGEMENTS[reason]
            if judgement.verdict is not Verdict.AUTHENTIC:
                return judgement
        return judgement


def _checks(configuration: Verification, public_url: str | None) -> Iterator[Check]:
    """Yield the checks. That of the body comes last: only who passes all others is told that it is unreadable."""
    if (networks := configuration.networks) is not None:
        yield NetworkCheck(networks.allow, networks.trusted_proxies)
    if configuration.secret_path is not None:
        yield SecretPathCheck(_tokens(configuration.secret_path))
    if (header := configuration.header_token) is not None:
        yield HeaderTokenCheck(header.name, _tokens(header.tokens), scheme=header.scheme)
    if (basic := configuration.basic) is not None:
        yield BasicCheck(basic.user, _texts(basic.passwords))
    if (query := configuration.query_token) is not None:
        yield QueryTokenCheck(query.name, _tokens(query.tokens))
    if configuration.checks_signature:
        yield _signature_check(configuration, public_url)
    if (body := configuration.body_field) is not None:
        yield BodyFieldCheck(body.path, _tokens(body.tokens))


def _signature_check(configuration: Verification, public_url: str | None) -> Check:
    scheme = configuration.scheme
    keys = [make_key(secret, scheme) for secret in _texts(configuration.secrets or [])]
    return SignatureCheck(scheme, keys, is_optional=configuration.mode == "if_present", public_url=public_url)


def _tokens(secrets: Sequence[SecretStr]) -> Tokens:
    return Tokens(_texts(secrets))


def _texts(secrets: Sequence[SecretStr]) -> list[str]:
    return [secret.get_secret_value() for secret in secrets]
