"""One decoder for everything that senders post: a submission in, a value or what is wrong with it out."""

import re
from collections.abc import Callable
from dataclasses import replace

from services.ingest.decoding.brackets import BeyondLimits, flat, nested
from services.ingest.decoding.charsets import in_utf8
from services.ingest.decoding.compression import is_packed, unpacked
from services.ingest.decoding.configuration import Decoding
from services.ingest.decoding.embedded_json import looks_like_json, unfolded
from services.ingest.decoding.fields import (
    MAX_FIELDS,
    RawFields,
    in_text,
    looks_like_lines,
    looks_urlencoded,
    split_lines,
    split_urlencoded,
)
from services.ingest.decoding.media_type import Kind, MediaType, media_type
from services.ingest.decoding.multipart_form import split_multipart
from services.ingest.guard import (
    FINDINGS,
    MAX_TEXT,
    MAX_VALUES,
    Content,
    Document,
    Json,
    Unreadable,
    Unusable,
    inspected,
    read_json,
)
from services.ingest.submission import Submission

_OBJECT_OR_LIST = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*+[\[{]")
NO_XML = "the body is XML, which is not read: set the sender to JSON or to a form"


class Decoder:
    """Read a source's submissions, whatever they are written in, under the guard's limits."""

    def __init__(self, configuration: Decoding) -> None:
        self._json_in = tuple(configuration.json_in)
        self._charset = configuration.charset
        self._arranged: Callable[..., dict[str, Json]] = nested if configuration.brackets else flat
        self._adds_query = configuration.query == "with_body"

    def read(self, submission: Submission) -> Content:
        """Make one value of a submission: of its body or, where that is empty, of its query string. Never raises.

        A form gives an object of texts and lists of texts. Files in it are left out and named in the document's
        signal `files`.
        """
        body: bytes | Unusable | Unreadable = submission.body
        encoding = submission.headers.get(b"content-encoding")
        if is_packed(submission.body, encoding):
            body = unpacked(submission.body, encoding)
        if not isinstance(body, bytes):
            return body
        if submission.query and not body.strip():
            return self._form(submission.query, None)
        content = self._of_body(body, media_type(submission.headers.get(b"content-type", b"")))
        if self._adds_query and submission.query and isinstance(content, Document):
            return self._with_query(content, submission.query)
        return content

    def _of_body(self, body: bytes, media: MediaType) -> Content:
        if media.kind is Kind.JSON:
            return self._of_json(body, media)
        if media.kind is Kind.MULTIPART:
            return self._of_parts(body, media)
        if _OBJECT_OR_LIST.match(body):
            content = self._json(body, media)
            if media.kind is not Kind.URLENCODED or not isinstance(content, Unreadable):
                return content
        if media.kind is Kind.URLENCODED:
            return self._form(body, media.charset)
        if media.kind is Kind.XML or body.lstrip().startswith(b"<"):
            return Unreadable(NO_XML, code="xml")
        return self._of_text(body, media)

    def _of_json(self, body: bytes, media: MediaType) -> Content:
        content = self._json(body, media)
        if isinstance(content, Unreadable) and looks_urlencoded(body):
            return self._form(body, media.charset)
        return content

    def _of_text(self, body: bytes, media: MediaType) -> Content:
        if looks_like_lines(body):
            return self._fields(split_lines(body), media.charset, size=len(body))
        if looks_urlencoded(body):
            return self._form(body, media.charset)
        return self._json(body, media)

    def _json(self, body: bytes, media: MediaType) -> Content:
        content = read_json(in_utf8(body, media.charset))
        if not isinstance(content, Document):
            return content
        if isinstance(content.value, str) and looks_like_json(content.value):
            content = read_json(content.value.encode(errors="surrogatepass"))  # written twice over by its sender
        if self._arranged is nested and isinstance(content, Document) and isinstance(content.value, dict):
            content = _without_brackets(content.value, content)
        if self._json_in and isinstance(content, Document) and isinstance(content.value, dict):
            return _whole(unfolded(content.value, self._json_in), nul_stripped=content.nul_stripped)
        return content

    def _of_parts(self, body: bytes, media: MediaType) -> Content:
        parts = split_multipart(body, media.boundary)
        if isinstance(parts, (Unusable, Unreadable)):
            return parts
        content = self._fields(parts.fields, media.charset, size=len(body))
        if parts.files and isinstance(content, Document):
            return replace(content, signals=(*content.signals, ("files", "; ".join(parts.files)[:MAX_TEXT])))
        return content

    def _form(self, body: bytes, charset: str | None) -> Content:
        if body.count(b"&") >= MAX_FIELDS:
            return Unusable("too_many_fields", FINDINGS["too_many_fields"], ())
        return self._fields(split_urlencoded(body), charset, size=len(body))

    def _fields(self, raw: RawFields, charset: str | None, *, size: int) -> Content:
        fields, is_guessed = in_text(raw, [charset, self._charset] if charset else [self._charset])
        has_nul = any("\0" in name or "\0" in value for name, value in fields)
        if has_nul:
            fields = [(name.replace("\0", ""), value.replace("\0", "")) for name, value in fields]
        try:
            value = self._arranged(fields)
        except BeyondLimits as error:
            return Unusable(str(error), FINDINGS[str(error)], tuple(fields))
        content = unfolded(value, self._json_in) if self._json_in else Document(value)
        if size > MAX_VALUES or has_nul or self._json_in:  # a smaller form cannot break a limit by itself
            content = _whole(content, nul_stripped=has_nul)
        if not isinstance(content, Document):
            return replace(content, members=tuple(fields))
        return replace(content, signals=(("charset_guessed", True),)) if is_guessed else content

    def _with_query(self, content: Document, query: bytes) -> Content:
        beside = self._form(query, None)
        if not isinstance(beside, Document):
            return beside
        if not isinstance(content.value, dict) or not isinstance(beside.value, dict):
            return content
        held = inspected({**beside.value, **content.value})
        if not isinstance(held, Document):
            return held
        signals = dict((*beside.signals, *content.signals))
        return Document(held.value, content.nul_stripped or beside.nul_stripped, tuple(signals.items()))


def _without_brackets(members: dict[str, Json], content: Document) -> Document | Unusable:
    """Nest what a relay read of a form without its brackets, as `{"fields[email][value]": "lina@exempel.se"}`."""
    if not any("[" in name for name in members):
        return content
    fields = [(name.removesuffix("[]") if isinstance(value, list) else name, value) for name, value in members.items()]
    try:
        return _whole(replace(content, value=nested(fields)), nul_stripped=content.nul_stripped)
    except BeyondLimits as error:
        return Unusable(str(error), FINDINGS[str(error)], tuple(members.items()))


def _whole(content: Document | Unusable, *, nul_stripped: bool) -> Document | Unusable:
    if not isinstance(content, Document):
        return content
    held = inspected(content.value)
    if isinstance(held, Document) and (nul_stripped or content.nul_stripped):
        return replace(held, nul_stripped=True)
    return held
