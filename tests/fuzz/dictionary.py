"""The words of the fuzzer: what stands in real requests, and what has broken somebody's parser."""

import re
from collections.abc import Mapping, Sequence

TOKENS: Sequence[bytes] = [
    *(bytes([byte]) for byte in b"[]{}\",:\\/&=?%+#;'<>@.-_ \t\r\n\x00\x0b\x1f\x7f\x80\xff\xc0\xfe"),
    b"[]", b"{}", b'""', b"[[", b"{{", b"]]", b"}}", b'":"', b'","', b"[]=", b"[0]=", b"[a][b]=", b"a[][]=1&",
    b"null", b"true", b"false", b"NaN", b"-Infinity", b"1e400", b"-1e-400", b"1e9", b"-0", b"0.5", b"9" * 19, b"9" * 70,
    b"18446744073709551616", b"9007199254740993", b'"n/a"', b"None", b"undefined",
    b"\\u0000", b"\\u00e5", b"\\ud800", b"\\udfff", b"\\ud83d\\ude00", b"\\\\u0000", b"\\", b'\\"', b"\\x41", b"\\u",
    b"%00", b"%", b"%2", b"%25", b"%E5", b"%C3%A5", b"%5B%5D", b"%26", b"%3D", b"%ED%A0%80", b"%0D%0A", b"+",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\x1f\x8b\x08", b"\x1f\x8b", b"\x78\x9c",
    b"\xc3\xa5", b"\xe5", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80",
    b"--B\r\n", b"\r\n--B--\r\n", b"--", b"\r\n\r\n", b"\r\n",
    b'Content-Disposition: form-data; name="email"\r\n', b'; filename="a\x00.txt"', b"; filename*=utf-8''%00%ED",
    b"Content-Type: text/plain; charset=utf-16\r\n", b"Content-Transfer-Encoding: base64\r\n", b"_charset_=shift_jis&",
    b'"id":', b'"key":', b'"value":', b'"label":', b'"type":', b'"name":', b'"options":', b'"values":', b'"question":',
    b'"answer":', b'"ref":', b'"field":', b'"email":', b'"phone":', b'"fields":', b'"answers":', b'"data":',
    b'"leads":', b'"event":', b'"created_at":', b'"newsletter":', b'"consent":', b'"utm_source":', b'"owner":',
    b'"submitted_at":', b'"page_url":', b'"url":', b'"is_test":', b'"company":', b'"hidden":', b'"":',
    b'"lina@exempel.se"', b'"+46 70-174 06 05"', b'"Lina Exempel"', b'"ja"', b'"deleted"',
    b'"https://exempel.se/?utm_source=%00&gclid=Cj0&a[]=1"', b'"2026-05-01T12:30:00Z"', b'"1777638600000"',
    b'"Fri, 01 May 2026 12:30:00 +2400"', b'"0001-01-01T00:00:00+14:00"', b'"1 234,50 kr"', b'"{\\"a\\": [1]}"',
    b"rawRequest=", b"data.json=", b"payload=", b"email=", b"fields[email][value]=", b"entry[0][changes][0][value]=",
    b"t=", b",v1=", b"v1,", b"v1a,", b"sha256=", b"hmacsha256=", b"Bearer ", b"Basic ",
]  # fmt: skip

CONTENT_TYPES: Sequence[bytes] = [
    b"application/json", b"application/json; charset=utf-8", b"application/json;charset=utf-16", b"application/ld+json",
    b"application/x-www-form-urlencoded", b"application/x-www-form-urlencoded; charset=iso-8859-1",
    b"application/x-www-form-urlencoded; charset=shift_jis", b"multipart/form-data; boundary=B",
    b'multipart/form-data; boundary="B"; charset=gbk', b"multipart/form-data",
    b"multipart/mixed; boundary=" + b"B" * 300,
    b"text/plain", b"text/plain; charset=windows-1251", b"text/plain;charset=zip", b"text/xml", b"text/html", b"",
    b";;=",
    b"application/octet-stream", b"a/b; boundary=\xe5; charset=\xe5",
]  # fmt: skip
ENCODINGS: Sequence[bytes] = [b"gzip", b"x-gzip", b"deflate", b"br", b"identity", b"", b"gzip, gzip", b"\xff"]
CHARSETS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "cp1252", "shift_jis", "gbk", "big5")
HEADERS: Mapping[bytes, Sequence[bytes]] = {
    b"content-type": CONTENT_TYPES,
    b"content-encoding": ENCODINGS,
    b"webhook-id": [b"msg_1", b"", b"\xe5", b"\x00", b"x" * 600],
    b"idempotency-key": [b"\xff", b" ", b"a\nb"],
    b"x-forwarded-for": [b"203.0.113.9", b"::1, 10.0.0.1", b"[", b"1.2.3.4:5,", b"," * 500, b"\xff", b"9" * 400],
    b"authorization": [b"Basic ", b"Basic =", b"basic dTp1", b"Bearer", b"\xff", b"Basic " + b"A" * 500],
    b"x-token": [b"", b"\xff", b"Bearer x"],
}  # fmt: skip
QUERIES: Sequence[bytes] = [
    b"",
    b"a=1",
    b"email=lina%40exempel.se",
    b"%",
    b"a[b][]=1&a=2",
    b"token=%00",
    b"&&=",
    b"\xff",
]

A_VALUE = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null')
VALUES: Sequence[bytes] = [token for token in TOKENS if A_VALUE.fullmatch(token)] + [
    b"[]", b"{}", b"[null]", b'["a", "b"]', b'[[["a"]]]', b'{"value": ["x", {"y": "z"}]}', b'{"label": "A", "id": "1"}',
    b'[{"key": "email", "label": "E-post", "value": "lina@exempel.se"}]', b'{"en": {"first": "Lina", "last": "E"}}',
    b'[{"id": "1", "text": "x"}]', b'{"ids": ["1"], "labels": ["x"], "other": "y"}', b'[["1", {"ref": "a"}], 2]',
]  # fmt: skip
"""Values of JSON."""
