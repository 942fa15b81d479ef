"""Checks of a shared secret that is sent along: in a header, the query, the body, as Basic, or in the path."""

import hmac
from binascii import Error, a2b_base64
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from services.ingest.decoding.percents import unquoted
from services.ingest.guard import Members, Unreadable
from services.ingest.verification.evidence import Evidence
from services.ingest.verification.judgement import Reason


class Tokens:
    """The secrets that are valid now, hashed, so that all have one length and none stands in memory twice."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._digests = [sha256(_bytes(secret)).digest() for secret in secrets]

    def hold(self, given: bytes) -> bool:
        """Tell whether a secret is one of these. Each is compared, in constant time (reliability 4.1)."""
        digest = sha256(given).digest()
        return sum([hmac.compare_digest(digest, ours) for ours in self._digests]) > 0

    def fault(self, given: Sequence[bytes]) -> Reason | None:
        """Judge a secret that may stand several times: then each must be right, so that nobody reads another one."""
        if not given:
            return Reason.TOKEN_MISSING
        return None if all(map(self.hold, given)) else Reason.TOKEN_WRONG


class HeaderTokenCheck:
    """A token in a header, after a scheme such as `Bearer` where one is given."""

    def __init__(self, name: str, tokens: Tokens, *, scheme: str | None = None) -> None:
        self._name = name.lower().encode()
        self._tokens = tokens
        self._scheme = scheme.lower().encode() if scheme else None

    def fault(self, evidence: Evidence) -> Reason | None:
        """Return why the header proves nothing, or None."""
        value = evidence.submission.headers.get(self._name)
        if value is None:
            return Reason.TOKEN_MISSING
        if self._scheme is None:
            return self._tokens.fault([_utf8(value.strip())])
        scheme, _, token = value.strip().partition(b" ")
        return self._tokens.fault([_utf8(token.strip())]) if scheme.lower() == self._scheme else Reason.TOKEN_MALFORMED


class BasicCheck:
    """A user and a password, as RFC 7617 writes them."""

    def __init__(self, user: str, passwords: Iterable[str]) -> None:
        self._tokens = Tokens(f"{user}:{password}" for password in passwords)

    def fault(self, evidence: Evidence) -> Reason | None:
        """Return why the header proves nothing, or None."""
        value = evidence.submission.headers.get(b"authorization")
        if value is None:
            return Reason.TOKEN_MISSING
        scheme, _, encoded = value.strip().partition(b" ")
        if scheme.lower() != b"basic":
            return Reason.TOKEN_MALFORMED
        try:
            return self._tokens.fault([_utf8(a2b_base64(encoded.strip(), strict_mode=True))])
        except Error:
            return Reason.TOKEN_MALFORMED


class QueryTokenCheck:
    """A token among the URL's parameters."""

    def __init__(self, name: str, tokens: Tokens) -> None:
        self._name = _bytes(name)
        self._tokens = tokens

    def fault(self, evidence: Evidence) -> Reason | None:
        """Return why the query proves nothing, or None."""
        pairs = (item.partition(b"=")[::2] for item in evidence.submission.query.split(b"&"))
        return self._tokens.fault([_unquoted(value) for name, value in pairs if _unquoted(name) == self._name])


def without_parameter(query: bytes, name: str) -> bytes:
    """Leave a parameter out of a query, wherever `QueryTokenCheck` would find it."""
    unwanted = _bytes(name)
    return b"&".join([item for item in query.split(b"&") if _unquoted(item.partition(b"=")[0]) != unwanted])


class BodyFieldCheck:
    """A token in the body: under a name at its top, else down a path of names with dots between."""

    def __init__(self, path: str, tokens: Tokens) -> None:
        self._paths = paths_of_field(path)
        self._tokens = tokens

    def fault(self, evidence: Evidence) -> Reason | None:
        """Return why the body proves nothing, or None."""
        content = evidence.content
        if isinstance(content, Unreadable):
            return Reason.BODY_UNREADABLE
        found = [_bytes(text) for path in self._paths for text in _texts(content.members, path)]
        return self._tokens.fault(found)


def paths_of_field(path: str) -> Sequence[tuple[str, ...]]:
    """Return the names from the top of a body on that a field's path may mean."""
    return [(path,), tuple(path.split("."))] if "." in path else [(path,)]


class SecretPathCheck:
    """A secret segment at the end of the URL's path: the proof of senders that can neither sign nor set a header."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def fault(self, evidence: Evidence) -> Reason | None:
        """Return why the path proves nothing, or None."""
        segment = evidence.submission.path.removesuffix("/").rpartition("/")[2]
        return None if self._tokens.hold(_bytes(segment)) else Reason.PATH_WRONG


def _texts(members: Members, path: Sequence[str]) -> Iterator[str]:
    """Yield what stands at the path, as often as it stands there. A list's items count each: forms send such."""
    name, *rest = path
    for its_name, value in members:
        if its_name != name:
            continue
        if rest:
            yield from _texts(_members(value), rest)
        else:
            yield from (
                item if isinstance(item, str) else "" for item in (value if isinstance(value, list) else [value])
            )


def _members(value: object) -> Members:
    if isinstance(value, dict):
        return tuple(value.items())
    # An object of an unusable body is a list of pairs, so that repeated names stay.
    return [item for item in value if isinstance(item, tuple)] if isinstance(value, list) else ()


def _unquoted(text: bytes) -> bytes:
    return unquoted(text.replace(b"+", b" "))


def _utf8(value: bytes) -> bytes:
    """Return a header's value in UTF-8: many clients write headers in Latin-1, others in UTF-8."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1").encode()
    return value


def _bytes(text: str) -> bytes:
    # A body may hold half a surrogate pair, which no encoding writes.
    return text.encode(errors="surrogatepass")
