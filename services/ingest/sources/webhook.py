"""Any sender that posts to us: how it proves itself, what it writes in and what it means are all configured.

Its rules are in `verification`, `decoding` and `mapping`; this file puts them in their order.
"""

from dataclasses import replace

from services.ingest.configuration.webhook import WebhookConfiguration
from services.ingest.decoding.decoder import Decoder
from services.ingest.guard import MAX_BODY_BYTES, Content, Document
from services.ingest.mapping.configuration import MappingConfiguration
from services.ingest.mapping.leftovers import path_text
from services.ingest.mapping.mapped import Mapped
from services.ingest.mapping.mapping import Mapping
from services.ingest.sources.context import SourceContext
from services.ingest.sources.mapped import MappedParser
from services.ingest.submission import Identity, Parsed, Submission
from services.ingest.verification.judgement import Judgement
from services.ingest.verification.tokens import paths_of_field, without_parameter
from services.ingest.verification.verifier import Verifier

CONTENT_ENCODING = b"content-encoding"


class Webhook:
    """One sender, by its configuration alone."""

    kind = "webhook"
    has_own_errors = False
    max_body_bytes = MAX_BODY_BYTES

    def __init__(self, configuration: WebhookConfiguration, context: SourceContext) -> None:
        verification = configuration.verification
        self.methods: frozenset[str] = frozenset(configuration.methods)
        self.has_secret_path = verification.secret_path is not None
        self._verifier = Verifier(verification, context.public_url)
        self._decoder = Decoder(configuration.decoding)
        self._parser = MappedParser(Mapping(_without_proof(configuration)), configuration, context, kind=self.kind)
        self._secret_parameter = verification.query_token.name if verification.query_token else None
        self._kept = {CONTENT_ENCODING, *(name.lower().encode() for name in configuration.mapping.idempotency_headers)}

    def greet(self, submission: Submission) -> None:
        """Shake no hands: a request without a body is a submission by its query."""

    def storable(self, submission: Submission) -> Submission:
        """Keep the body, the query without its secret, and the headers that are read."""
        return Submission(  # one is made for each lead, and `replace` takes three times as long
            source=submission.source,
            method=submission.method,
            path=submission.path,
            query=self._without_secret(submission.query),
            headers={name: value for name, value in submission.headers.items() if name in self._kept},
            body=submission.body,
            received_at=submission.received_at,
            peer=submission.peer,
        )

    def read(self, submission: Submission) -> Content:
        """Decode the body, or the query where there is none; a token of the query is no part of what it says."""
        query = self._without_secret(submission.query)
        return self._decoder.read(submission if query is submission.query else replace(submission, query=query))

    def verify(self, submission: Submission, content: Content) -> Judgement:
        """Apply every proof that is configured."""
        return self._verifier.verify(submission, content, now=submission.received_at, peer=submission.peer)

    def map(self, submission: Submission, content: Document) -> Mapped:
        """Apply the mapping alone, as `tratt map` shows it."""
        return self._parser.map(submission, content)

    def parse(self, submission: Submission, content: Document) -> Parsed:
        """Make leads of the items that are some, and of the others what the mapping says they are.

        Raises:
            Misshapen: nothing in it is shaped as the mapping has it.
        """
        return self._parser.parse(submission, content)

    def identify(self, content: Content) -> Identity:  # noqa: ARG002 - the port's; unusable content is not mapped
        """Tell nothing: what cannot be mapped has no id either."""
        return Identity()

    def _without_secret(self, query: bytes) -> bytes:
        return query if self._secret_parameter is None else without_parameter(query, self._secret_parameter)


def _without_proof(configuration: WebhookConfiguration) -> MappingConfiguration:
    """Return the mapping, which keeps nowhere what a field of the body proves: it must not travel on with a lead."""
    mapping, field = configuration.mapping, configuration.verification.body_field
    if field is None:
        return mapping
    proof = [path_text(("$", *names)) for names in paths_of_field(field.path)]
    return mapping.model_copy(update={"ignore": [*(mapping.ignore or ()), *proof]})
