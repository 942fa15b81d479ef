"""Who posts and how: origins, referrers, methods, preflights, and lengths that lie."""

from collections.abc import Iterator

from tests.payloads.hostile_forms.post import PAGE, URLENCODED, Becomes, Post, fields, of_type, urlencoded

_HOST = PAGE.removeprefix("https://")
_WRONG = (
    "https://evil.example", f"http://{_HOST}", f"{PAGE}.evil.example", f"{PAGE}:8443", f"https://evil{_HOST}",
    "https://exempelsol.se", "https://sub.www.exempelsol.se", f"{PAGE} https://evil.example", f"{PAGE},{PAGE}", "*",
    "https://*", "file://", "chrome-extension://abc", f"{PAGE}@evil.example", f"https://evil.example/{PAGE}", "nil",
    f"{PAGE}.", "https://www.exempelsöl.se".encode(), b"https://\xff\xfe.se", "x" * 6_000, "undefined", "https://",
    "android-app://com.example", f"{PAGE}%00", f"javascript://{_HOST}", f"https://user@{_HOST}",
)  # fmt: skip
_RIGHT = (PAGE, PAGE.upper(), f"{PAGE}:443", "http://localhost:3000", f"{PAGE}/")
_REFUSED = {"becomes": Becomes.REFUSED, "statuses": frozenset({401})}


def senders() -> Iterator[Post]:
    """Make them."""
    yield from _origins()
    yield from _referrers()
    yield from _methods()
    yield from _lengths()


def _origins() -> Iterator[Post]:
    for origin in _WRONG:
        headers: dict[str, bytes | str] = {"content-type": URLENCODED, "origin": origin}
        yield Post(f"origin {origin[:40]!r}", urlencoded(fields()), headers, **_REFUSED)
    for origin in _RIGHT:
        yield Post(f"our origin {origin}", urlencoded(fields()), {"content-type": URLENCODED, "origin": origin})
    for accept in ("application/json", "text/html", "*/*"):
        headers = {"content-type": URLENCODED, "origin": "https://evil.example", "accept": accept}
        yield Post(f"a wrong origin that accepts {accept}", urlencoded(fields()), headers, **_REFUSED)


def _referrers() -> Iterator[Post]:
    plain = {"content-type": URLENCODED}
    silent = {
        "no origin": (plain, "missing"),
        "an empty origin": ({**plain, "origin": ""}, "missing"),
        "the origin null": ({**plain, "origin": "null"}, "null"),
    }
    for name, (headers, signal) in silent.items():
        yield Post(name, urlencoded(fields()), headers, signal=("origin", signal))
        ours = {**headers, "referer": f"{PAGE}/batteri?utm_source=brev"}
        yield Post(f"{name}, our page in the referrer", urlencoded(fields()), ours)
        theirs = {**headers, "referer": "https://evil.example/?x=" + PAGE}
        yield Post(f"{name}, another page in the referrer", urlencoded(fields()), theirs, **_REFUSED)
    odd = {"referer": f"{PAGE}/?gclid=%0d%0aX-Injected:1&utm_source=a%00b"}
    yield Post("a referrer that breaks lines", urlencoded(fields()), {**plain, **odd})
    yield Post(
        "a referrer in latin-1", urlencoded(fields()), {**plain, "referer": f"{PAGE}/".encode() + b"\xe5?a=\xff"}
    )
    yield Post("a referrer that is none", urlencoded(fields()), {**plain, "referer": "not an address"}, **_REFUSED)


def _methods() -> Iterator[Post]:
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        refused = {"becomes": Becomes.REFUSED, "statuses": frozenset({405})}
        yield Post(f"method {method}", urlencoded(fields()), of_type(URLENCODED), method=method, **refused)
    asks = {"access-control-request-method": "POST"}
    wishes = ("content-type", "x-a, x-b", "a\tb", ", ".join(f"x-{n}" for n in range(500)), "x: y", "")
    for origin in (PAGE, "https://evil.example", "null"):
        for wish in wishes:
            headers = {"origin": origin, **asks, "access-control-request-headers": wish}
            name = f"preflight from {origin} for {wish[:20]!r}"
            yield Post(name, b"", headers, method="OPTIONS", becomes=Becomes.EMPTY, statuses=frozenset({200}))


def _lengths() -> Iterator[Post]:
    body = urlencoded(fields())
    lies = {"becomes": Becomes.EMPTY, "statuses": frozenset({0, 400, 408, 413})}
    yield Post("says it is longer than it is", body, declared=len(body) + 100, **lies)
    yield Post("says it is 10 GB", body, declared=10**10, **lies)
    yield Post("says a length of 5,000 digits", body, declared=10**4_000, **lies)
    yield Post("says it is shorter than it is", urlencoded(fields()), declared=20)
    yield Post("says it is empty", urlencoded(fields()), declared=0, becomes=Becomes.EMPTY)
