"""Landing pages: a form that a browser posts, told by its page's origin, answered with a page or with JSON.

Source: inbound-sources 5.1, 5.3, 5.5. A public form has no secret; what looks like a machine is marked, taken in, and
waits for a person, because a lead lost costs more than one that waits.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.ingest.configuration.form import FormConfiguration
from services.ingest.decoding.decoder import Decoder
from services.ingest.forms.cors import Header, cors_headers
from services.ingest.forms.form_mapping import REFERER, FormMapping
from services.ingest.forms.form_rules import decoding_of
from services.ingest.forms.origins import Headers, Origins
from services.ingest.forms.redirects import Redirects
from services.ingest.forms.wishes import wants_json
from services.ingest.guard import MAX_BODY_BYTES, Content, Document
from services.ingest.mapping.mapped import Mapped
from services.ingest.sources.context import SourceContext
from services.ingest.sources.mapped import MappedParser
from services.ingest.submission import Greeting, Identity, Parsed, Submission
from services.ingest.verification.judgement import Judgement

PREFLIGHT = "OPTIONS"
_NOTHING = Greeting(b"", "text/plain")
_KEPT = frozenset({b"content-encoding", b"origin", REFERER})


class Form:
    """One form, by its configuration."""

    kind = "form"
    methods = frozenset({"POST", PREFLIGHT})
    has_secret_path = False
    has_own_errors = False
    max_body_bytes = MAX_BODY_BYTES

    def __init__(self, configuration: FormConfiguration, context: SourceContext) -> None:
        self._origins = Origins(
            configuration.origins, null=configuration.null_origin, missing=configuration.missing_origin
        )
        self._decoder = Decoder(decoding_of(configuration))
        mapping = FormMapping(configuration, context, self._origins)
        self._parser = MappedParser(mapping, configuration, context, kind=self.kind)
        self._redirects = Redirects(
            configuration.pages, asked_in=configuration.redirect_fields, kept=configuration.keep_parameters
        )
        ids = configuration.mapping.idempotency_headers
        self._kept = _KEPT | {name.lower().encode("latin-1", "replace") for name in ids}

    def greet(self, submission: Submission) -> Greeting:  # noqa: ARG002 - the port's; the headers say it all
        """Answer a preflight, whose answer is in the headers: an origin that is not allowed finds none there."""
        return _NOTHING

    def storable(self, submission: Submission) -> Submission:
        """Keep body and query, and the headers that are read."""
        headers = {name: value for name, value in submission.headers.items() if name in self._kept}
        return replace(submission, headers=headers)

    def read(self, submission: Submission) -> Content:
        """Decode the body, and the query of the form's address."""
        return self._decoder.read(submission)

    def verify(self, submission: Submission, content: Content) -> Judgement:  # noqa: ARG002 - the port's; others sign
        """Look at the page's origin."""
        return self._origins.judge(submission.headers)

    def map(self, submission: Submission, content: Document) -> Mapped:
        """Apply the mapping alone, as `tratt map` shows it."""
        return self._parser.map(submission, content)

    def parse(self, submission: Submission, content: Document) -> Parsed:
        """Make the lead that the form holds."""
        return self._parser.parse(submission, content)

    def identify(self, content: Content) -> Identity:  # noqa: ARG002 - the port's; unusable content is not mapped
        """Tell nothing: what cannot be mapped has no id either."""
        return Identity()

    def next_page(self, submission: Submission, content: Content) -> str | None:
        """Return the address of the page to send the person to; None for a script, and where no page is configured."""
        if wants_json(submission.headers):
            return None
        fields = content.value if isinstance(content, Document) and isinstance(content.value, dict) else {}
        return self._redirects.address(fields, submission.headers.get(REFERER, b"").decode("latin-1"))

    def headers(self, asked: Headers) -> Sequence[Header]:
        """Return what lets the page that asked read the answer, whatever the answer is."""
        return cors_headers(self._origins.echoed(asked), asked)
