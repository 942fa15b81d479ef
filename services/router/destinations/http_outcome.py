"""What an HTTP answer means where the vendor says no more than its status (crm-destinations 1.2). Pure."""

from datetime import datetime
from http import HTTPStatus

from services.router.backoff import retry_after_s
from services.router.outcome import Kind, Outcome

SUCCESS, REDIRECT, SERVER_ERROR = 2, 3, 5
_RETRYABLE = frozenset({408, 409, 423, 425})
"""Beside 5xx. 409 is a first attempt still at work (Idempotency-Key draft), 423 a lock of seconds."""
_CONFIGURATION = frozenset({401, 402, 403, 404, 405, 406, 407, 410, 411, 414, 415, 421, 426})
"""What would be answered to any lead: address, access, method or media type. 410 is how a receiver unsubscribes."""


def outcome_of(status: int, retry_after: str | None, *, now: datetime) -> Outcome:
    """Judge an answer. A redirect is never followed, and never right: the address must be mended."""
    code = str(status)
    if status // 100 == SUCCESS:
        return Outcome(Kind.DELIVERED, vendor_code=code)
    if status in _CONFIGURATION or status // 100 <= REDIRECT:
        return Outcome(Kind.CONFIGURATION, vendor_code=code, reason=f"answers {code} to every lead")
    wait_s = retry_after_s(retry_after, now=now)
    may_pass = status in _RETRYABLE or status // 100 == SERVER_ERROR
    if status == HTTPStatus.TOO_MANY_REQUESTS or (may_pass and wait_s is not None):
        return Outcome(Kind.THROTTLED, vendor_code=code, retry_after_s=wait_s)
    if may_pass:
        return Outcome(Kind.RETRYABLE, vendor_code=code, unknown=True)
    return Outcome(Kind.PERMANENT, vendor_code=code)
