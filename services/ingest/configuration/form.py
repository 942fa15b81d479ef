"""The section of a source of kind `form`: a page that posts to us, of the company's own or of a builder's."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from services.ingest.configuration.forms import SourceSettings
from services.ingest.decoding.configuration import Decoding
from services.ingest.forms.addresses import Origin, PageAddress
from services.ingest.forms.origins import Policy
from services.ingest.mapping.configuration import MappingConfiguration
from shared.domain.lead import Basis
from shared.domain.model import Duration, Section, Text, listed

AUTO = "auto"
"""The segment that is told by the answers."""
KEPT_PARAMETERS = (
    *(f"utm_{name}" for name in ("source", "medium", "campaign", "term", "content", "id")),
    *("gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "li_fat_id", "ttclid", "ScCid", "twclid", "rdt_cid"),
)
"""What the page after a form needs to count the conversion; a redirect that drops it costs the campaign its proof."""
HONEYPOTS = ("honeypot", "_gotcha", "_honey", "bot-field")
"""Names that hidden fields for machines usually have: ours, and those of Formspree, FormSubmit and Netlify."""

FieldName = Annotated[str, Field(min_length=1, max_length=200)]
FieldNames = Annotated[list[FieldName], BeforeValidator(listed)]


class FormConsent(Section):
    """One box of the form: what ticking it means, and exactly what the person read beside it.

    A box that is not ticked sends nothing. `unticked: refused` records that as a refusal; do so only where the form
    always shows the box. `yes` are further values that a ticked box of this form sends.
    """

    field: FieldName
    purpose: str
    text: Text | str
    version: str
    channels: list[str] = []
    basis: Basis = "consent"
    unticked: Literal["nothing", "refused"] = "nothing"
    yes: list[str] = []


class Stamping(Section):
    """The signed time of rendering, in a hidden field. Off these limits a lead waits for a person to release it.

    `required` where every page carries one. A page out of a cache has an old stamp: raise `at_most` for those.
    """

    field: FieldName = "tratt_stamp"
    required: bool = False
    at_least: Duration = Field("2s", validate_default=True)
    at_most: Duration = Field("24h", validate_default=True)

    @model_validator(mode="after")
    def _lets_somebody_in(self) -> "Stamping":
        if self.at_least >= self.at_most:
            raise ValueError("at_least must be shorter than at_most, or every stamped lead is held")
        return self


class FormConfiguration(SourceSettings):
    """Pages that post a form, told by their origin: a public form has no secret.

    `origins` are the pages' schemes and hosts. `missing_origin` and `null_origin` say what becomes of posts that tell
    none, as older browsers and pages with a strict referrer policy do. `thank_you_url` and `redirects` are the pages
    that people may be sent to; a field of `redirect_fields` chooses among them, and `keep_parameters` go along.

    `fields` are the form's fields: usual names find their place in the lead, any other is an answer. What is not listed
    is taken too. `honeypot` are fields that only machines fill in. `segment: auto` follows `segments`: by segment the
    questions and options that make it one, else `segment_otherwise`. A field of `language_fields` tells the page's
    language, else it is `language`.
    """

    kind: Literal["form"]
    origins: Annotated[list[Origin], BeforeValidator(listed), Field(min_length=1)]
    missing_origin: Policy = "accept"
    null_origin: Policy = "accept"
    thank_you_url: PageAddress | None = None
    redirects: Annotated[list[PageAddress], BeforeValidator(listed)] = []
    redirect_fields: FieldNames = ["redirect", "next"]
    keep_parameters: FieldNames = list(KEPT_PARAMETERS)
    fields: FieldNames = []
    consents: list[FormConsent] = []
    honeypot: FieldNames = list(HONEYPOTS)
    stamp: Stamping = Stamping()
    language: Literal["sv", "en"] = "sv"
    language_fields: FieldNames = ["lang", "language", "locale"]
    segments: dict[str, dict[str, Annotated[list[str], BeforeValidator(listed)]]] = {"b2b": {"housing": ["company"]}}
    segment_otherwise: str = "b2c"
    decoding: Decoding = Decoding()
    mapping: MappingConfiguration = MappingConfiguration()

    @model_validator(mode="after")
    def _has_a_usual_page(self) -> "FormConfiguration":
        if self.redirects and self.thank_you_url is None:
            raise ValueError("redirects: write thank_you_url too, for forms that ask for no page")
        return self

    @property
    def pages(self) -> list[str]:
        """Return every page that people may be sent to, the usual one first."""
        return [self.thank_you_url, *self.redirects] if self.thank_you_url else []

    @property
    def warnings(self) -> list[str]:
        """Say what works and is still unwise."""
        unsafe = [origin for origin in self.origins if origin.startswith("http:") and "//localhost" not in origin]
        return [f"origins: {origin} is not encrypted, so anyone between can change the form" for origin in unsafe]

    @property
    def needs_public_url(self) -> bool:
        """Tell whether the sender signs the address it calls, so that `TRATT_PUBLIC_URL` must be set."""
        return False
