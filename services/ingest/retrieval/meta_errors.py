"""What Meta's errors mean for a lead. Pure.

Source: developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting (inbound-sources 2.4).
Codes 4, 17, 32 and 613 as rate limits of lead forms are unconfirmed; 80005 is documented.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.ingest.guard import MAX_DIGITS, Json
from services.ingest.retrieval.platform_json import member_of, read_object
from services.ingest.retrieval.ports import EVERYTHING, NotAllowed, NotYet, Throttled

RATE_LIMITS = frozenset({4, 17, 32, 613}) | frozenset(range(80_000, 80_015))
"""The app's, the user's, the Page's and custom limits; 80000 and on are those of business use cases, 80005 of leads."""
TOKEN_FAULTS = frozenset({102, 190, 463, 467})
"""An access token that has expired, was revoked or never was one."""
PERMISSION_FAULTS = frozenset({3, 10, 283, *range(200, 300)})
NO_SUCH_NODE = (100, 33)
"""Code and subcode of "Unsupported get request": there is no such object, or it may not be seen. Meta does not say."""
WRONG_REQUEST = 100
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 5
NEARLY_SPENT = 95.0
"""Per cent of an allowance: beyond it a rest costs less than the refusals that follow."""
USAGE_HEADERS = ("x-app-usage", "x-page-usage")
BUSINESS_USAGE = "x-business-use-case-usage"
MINUTE_S = 60.0
LONGEST_REST_S = 24 * 3600.0
PERMISSIONS = (
    "leads_retrieval, pages_manage_metadata, pages_show_list, pages_read_engagement and ads_management "
    "(or pages_manage_ads)"
)

NO_TOKEN = NotAllowed(
    EVERYTHING,
    f"there is no access token: make a system user's token with {PERMISSIONS} (business.facebook.com, Settings, System "
    "users) and set it as access_token of the source",
)
BAD_TOKEN = NotAllowed(
    EVERYTHING,
    f"Meta takes the access token for expired or revoked: make a new one with {PERMISSIONS} and set it as access_token "
    "of the source",
)


@dataclass(frozen=True, slots=True)
class GraphError:
    """One error as Meta writes it; `code` 0 where it wrote none."""

    status: int
    code: int
    subcode: int
    is_transient: bool

    @property
    def words(self) -> str:
        """Name it without Meta's text, which may quote what was asked for."""
        return f"Meta answers {self.status}, code {self.code}, subcode {self.subcode}"


def read_error(status: int, body: bytes) -> GraphError:
    """Read an error's answer, whatever its body is."""
    error = member_of(read_object(body) or {}, "error")
    code, subcode = _whole(error.get("code")), _whole(error.get("error_subcode"))
    return GraphError(status, code, subcode, is_transient=error.get("is_transient") is True)


def refusal(
    error: GraphError, headers: Mapping[str, str], *, scope: str | None, asked_s: float | None, rest: timedelta
) -> Throttled | NotAllowed | NotYet:
    """Say what an error means. `scope` is the Page (or form) that a permission would be missing for.

    `asked_s` is the answer's Retry-After; `rest` is how long to let Meta be where it does not say.
    """
    if error.code in RATE_LIMITS or error.status == TOO_MANY_REQUESTS:
        said_s = asked_s if asked_s is not None else regained_in_s(headers)
        return Throttled(f"{error.words}: too many requests", rest.total_seconds() if said_s is None else said_s)
    if error.code in TOKEN_FAULTS:
        return BAD_TOKEN
    if error.code in PERMISSION_FAULTS:
        return not_allowed(scope, error.words)
    return NotYet(error.words, asked_s)


def not_allowed(scope: str | None, why: str) -> NotAllowed:
    """Say what to grant so that the leads of a Page can be read."""
    of = f"Page {scope}" if scope else "its Page"
    return NotAllowed(
        scope or EVERYTHING,
        f"{why}: the token may not read the leads of {of}. Grant the app {PERMISSIONS} for it (App Review), give its "
        "system user access to the Page's leads (Business settings, Integrations, Leads access), and subscribe the "
        "Page to leadgen",
    )


def is_nearly_spent(headers: Mapping[str, str]) -> bool:
    """Tell whether an allowance is as good as used up."""
    usages = [_object(headers.get(name)) for name in USAGE_HEADERS] + _business_usages(headers)
    shares = [usage.get(name) for usage in usages for name in ("call_count", "total_cputime", "total_time")]
    return any(_number(share) >= NEARLY_SPENT for share in shares)


def regained_in_s(headers: Mapping[str, str]) -> float | None:
    """Return when Meta says that access comes back, in seconds; None where it says nothing."""
    minutes = [_number(usage.get("estimated_time_to_regain_access")) for usage in _business_usages(headers)]
    longest = max(minutes, default=0.0)
    return min(longest * MINUTE_S, LONGEST_REST_S) if longest > 0 else None


def _business_usages(headers: Mapping[str, str]) -> list[Mapping[str, Json]]:
    """Read the usages of every business and use case: an object of lists by business id."""
    lists = _object(headers.get(BUSINESS_USAGE)).values()
    return [usage for usages in lists if isinstance(usages, list) for usage in usages if isinstance(usage, dict)]


def _object(header: str | None) -> Mapping[str, Json]:
    return read_object(header.encode()) or {} if header else {}


def _whole(value: Json) -> int:
    text = value if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else 0


def _number(value: Json) -> float:
    try:
        return float(value) if isinstance(value, str) else 0.0
    except ValueError:
        return 0.0
