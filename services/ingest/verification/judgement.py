"""What the verifier says of a submission: whether it is its sender's own and, where not, why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.ingest.submission import Verdict


class Reason(StrEnum):
    """Why a submission was judged so. Safe as a label and in a log: it never holds anything of a secret or a body."""

    UNSIGNED = "unsigned"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_MALFORMED = "signature_malformed"
    SIGNATURE_WRONG = "signature_wrong"
    ID_MISSING = "id_missing"
    TIMESTAMP_MISSING = "timestamp_missing"
    TIMESTAMP_MALFORMED = "timestamp_malformed"
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    TOKEN_MISSING = "token_missing"  # noqa: S105 - the name of a reason, no secret
    TOKEN_MALFORMED = "token_malformed"  # noqa: S105 - as above
    TOKEN_WRONG = "token_wrong"  # noqa: S105 - as above
    BODY_UNREADABLE = "body_unreadable"
    PATH_WRONG = "path_wrong"
    ADDRESS_UNKNOWN = "address_unknown"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    ORIGIN_MISSING = "origin_missing"
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"


WORDS: Mapping[Reason, str] = {
    Reason.UNSIGNED: "it carries no signature, which mode: if_present allows",
    Reason.SIGNATURE_MISSING: "the signature's header is missing: switch signing on at the sender, or correct `header`",
    Reason.SIGNATURE_MALFORMED: "the signature's header is not of the configured form: compare `header_format`, "
    "`encoding` and `algorithm` with the sender's page",
    Reason.SIGNATURE_WRONG: "the signature does not fit: compare the secret with the sender's, and see that no proxy "
    "rewrites the body",
    Reason.ID_MISSING: "the message id's header is missing: correct `id_header`",
    Reason.TIMESTAMP_MISSING: "the time of signing is missing: correct `timestamp_header` or `timestamp_member`",
    Reason.TIMESTAMP_MALFORMED: "the time of signing is no whole number: compare it with the sender's page",
    Reason.TOO_OLD: "it was signed longer ago than `tolerance`: compare both clocks and `timestamp_unit`; else an old "
    "request was sent again",
    Reason.IN_THE_FUTURE: "it was signed later than now and `tolerance`: compare both clocks and `timestamp_unit`",
    Reason.TOKEN_MISSING: "the key is missing: set it at the sender, or correct its name",
    Reason.TOKEN_MALFORMED: "the key does not have the configured form: compare it with the sender's page",
    Reason.TOKEN_WRONG: "the key does not fit: compare the sender's with the one in our configuration",
    Reason.BODY_UNREADABLE: "the key lies in a body that does not parse",
    Reason.PATH_WRONG: "the URL does not end in the secret segment: paste the whole URL at the sender",
    Reason.ADDRESS_UNKNOWN: "the sender's address is not known: behind a proxy, list it in `trusted_proxies`",
    Reason.ADDRESS_NOT_ALLOWED: "it comes from an address outside `networks.allow`: behind a proxy, list the proxy in "
    "`trusted_proxies`",
    Reason.ORIGIN_MISSING: "it tells no page that it comes from: see `missing_origin` and `null_origin`",
    Reason.ORIGIN_NOT_ALLOWED: "it comes from a page that is not this form's: add its scheme and host to `origins`",
}
"""What each reason means and the way out, for whoever set the sender up."""

_VERDICTS = {Reason.UNSIGNED: Verdict.AUTHENTIC, Reason.BODY_UNREADABLE: Verdict.CANNOT_TELL}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and why. `reason` is None for an ordinary, fully proved submission."""

    verdict: Verdict
    reason: Reason | None = None


PROVED = Judgement(Verdict.AUTHENTIC)
JUDGEMENTS: Mapping[Reason, Judgement] = {
    reason: Judgement(_VERDICTS.get(reason, Verdict.NOT_AUTHENTIC), reason) for reason in Reason
}
"""One judgement per reason, made once."""
