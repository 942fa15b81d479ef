"""Forms that ask to be sent elsewhere, and parameters that try to break out of the header."""

from collections.abc import Iterator
from urllib.parse import quote

from tests.payloads.hostile_forms.post import FOR_COMPANIES, PAGE, THANKS, Post, fields, urlencoded

_ELSEWHERE = (
    "https://evil.example", "//evil.example", "///evil.example", "////evil.example", "\\\\evil.example",
    "/\\evil.example", "\\/evil.example", "https:evil.example", "https:/evil.example", "https:\\\\evil.example",
    "http:\\evil.example", "HTTPS://EVIL.EXAMPLE", "hTTps://eViL.example/tack", "//evil.example/%2e%2e",
    f"{PAGE}@evil.example", f"{PAGE}:443@evil.example/tack", f"{PAGE}%40evil.example", f"{PAGE}.evil.example/tack",
    f"{PAGE}evil.example", f"https://user:pass@{PAGE[8:]}/tack", f"{PAGE}:8443/tack", f"http://{PAGE[8:]}/tack",
    f"{PAGE}/tack/../../evil", f"{PAGE}/tack/..%2f..%2fevil", f"{PAGE}/tackar", f"{PAGE}/tack/", f"{PAGE}//tack",
    f"{PAGE}/tack%00", f"{PAGE}/ta\tck2", f"{PAGE}/tack;x", f"{PAGE}\\@evil.example", f"{PAGE}#@evil.example/",
    f"{PAGE}?next=https://evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "ftp://evil.example/tack",
    "blob:https://evil.example/x", "mailto:a@example.se", "about:blank", "\thttps://evil.example", " //evil.example",
    "\x00https://evil.example", "https://evil.example\x00.exempelsol.se/tack", "%2f%2fevil.example",
    "%68ttps://evil.example", "https%3A%2F%2Fevil.example", "https://[::1]/tack", "https://0x7f000001/tack",
    "https://127.1/tack", "https://www.exempelsol.se\u3002evil.example/tack", "https://www.exempelsöl.se/tack",
    "https://www\u2024exempelsol\u2024se.evil.example",
    "//evil.example\\@www.exempelsol.se/tack", "https://", "http:///", "//",
    "/", "\\", ".", "..", "?", "#", "null", "x" * 5_000, f"{PAGE}/tack\r\nSet-Cookie: sid=1",
    f"{PAGE}/tack\r\n\r\n<script>", f"{PAGE}/tack%0d%0aSet-Cookie:sid=1", f"{PAGE}/tack\u560a\u560dSet-Cookie:x",
)  # fmt: skip
_OURS = {
    f"{PAGE}/tack-foretag": FOR_COMPANIES,
    f"{PAGE}:443/tack-foretag": FOR_COMPANIES,
    "HTTPS://WWW.EXEMPELSOL.SE/tack-foretag": FOR_COMPANIES,
    f"{PAGE}/tack-foretag?x=1#y": FOR_COMPANIES,
    "/tack-foretag": FOR_COMPANIES,
    THANKS: THANKS,
    "/tack": THANKS,
}
_BREAKING = {
    "a line": "x\r\nSet-Cookie: sid=1",
    "two lines": "x\r\n\r\n<script>alert(1)</script>",
    "a lone line feed": "x\nX-Injected: 1",
    "a lone carriage return": "x\rX-Injected: 1",
    "nul": "x\x00y",
    "a line in unicode": "x\u2028Set-Cookie: a=b\u0085X-Injected: 1",
    "letters whose low bytes are a line": "x\u560d\u560aSet-Cookie: a=b",
    "another parameter": "x&next=https://evil.example",
    "a fragment": "x#https://evil.example",
    "an address": "https://evil.example/?a=b",
    "half a pair": "x\ud800",
    "5 kB": "g" * 5_000,
    "900 characters": "EAIaIQ" * 150,
}


def redirects() -> Iterator[Post]:
    """Make them."""
    for number, address in enumerate(_ELSEWHERE):
        name = ("redirect", "next")[number % 2]
        yield Post(f"to {address[:40]!r}", urlencoded(fields(**{name: address})), to=THANKS)
    for address in ("//evil.example", "https://evil.example/tack", f"{PAGE}/tack%0d%0aX-Injected:1"):
        yield Post(f"to {address!r} by query", urlencoded(fields()), query=f"next={quote(address, safe='')}", to=THANKS)
    for address, page in _OURS.items():
        yield Post(f"to our own {address}", urlencoded(fields(next=address)), to=page)
    yield Post("to several", urlencoded([*fields().items(), ("next", "//evil.example"), ("next", "/tack")]), to=THANKS)
    yield Post("to a group", urlencoded(fields(**{"next[url]": "https://evil.example"})), to=THANKS)
    for name, value in _BREAKING.items():
        written = quote(value, safe="", errors="surrogatepass")
        yield Post(f"parameter: {name}", urlencoded(fields()) + f"&gclid={written}&utm_source=g".encode(), to=THANKS)
        yield Post(f"parameter by query: {name}", urlencoded(fields()), query=f"utm_campaign={written}", to=THANKS)
