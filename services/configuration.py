"""The whole configuration: every section, each declared by the service whose it is, and what must hold between them."""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from services.console.configuration import Doors
from services.console.doors import Measure
from services.ingest.configuration import FormConfiguration, Sources
from services.ingest.forms.checks import form_faults
from services.router.checks import routing_faults, without_owner
from services.router.configuration import Customers, Routing
from services.router.configuration.destinations import AnyDestinationSection
from services.router.configuration.email import OWNER, EmailSection
from services.router.ports import Outlet
from services.scorer.configuration import Scoring, whens_of
from services.scorer.fields import fact_members, lead_members
from shared.domain.business import Business, Privacy, Product, Question, Seller
from shared.domain.conditions import compile_condition
from shared.domain.decision import Match, Verdict
from shared.domain.errors import ConfigurationError, Fault
from shared.domain.model import Section
from shared.domain.score import TEMPERATURES, Score
from shared.domain.vocabulary import Vocabulary
from shared.domain.wording import wording
from shared.runtime.configuration import Loaded, load
from shared.runtime.settings import Settings, environment


class Configuration(Section):
    """One company's configuration. Everything but `sources` and `destinations` has a default that works."""

    company: Business = Business()
    people: dict[str, Seller] = {}
    products: dict[str, Product] = {}
    questions: dict[str, Question] = {}
    privacy: Privacy = Privacy()
    sources: Sources
    doors: Doors = Doors()
    scoring: Scoring = Scoring()
    customers: Customers = Customers()
    routing: Routing = Routing()
    destinations: dict[str, AnyDestinationSection]

    @property
    def outlets(self) -> Sequence[Outlet]:
        """Return the destinations as decisions see them."""
        return [Outlet(name, to.purpose, to.enabled) for name, to in self.destinations.items()]

    @property
    def orders(self) -> Mapping[str, Sequence[str]]:
        """Return the ordered scales that `at_least` and `at_most` follow, lowest first."""
        return {"score.stage": list(self.scoring.stages), "score.temperature": TEMPERATURES}

    @property
    def vocabulary(self) -> Vocabulary:
        """Return what a rule of the routing may ask for; scoring's may ask for a part of it."""
        options = {
            f"facts.answers.{name}": list(question.options)
            for name, question in self.questions.items()
            if question.type == "choice" and question.options
        }
        return Vocabulary(
            {**lead_members(), "facts": fact_members(self.questions), "score": Score, "match": Match},
            {**self.orders, "match.verdict": list(Verdict), **options},
        )

    @property
    def door_measure(self) -> Measure:
        """Return what the doors are measured by."""
        return Measure(ZoneInfo(self.company.time_zone), self.doors.quiet_below)


def configured(settings: Settings) -> Loaded[Configuration]:
    """Read the configuration that the settings name.

    Raises:
        ConfigurationError: with every fault that a section can see alone.
    """
    return load(settings.config, Configuration, environment())


def check_between_sections(loaded: Loaded[Configuration], *, public_url: str | None) -> None:
    """Check what no section can see alone. `public_url` is where senders reach us, as far as it is set.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    faults = [
        *_faults(loaded),
        *_question_faults(loaded),
        *_source_faults(loaded, public_url),
    ]
    if faults:
        raise ConfigurationError(sorted(faults, key=lambda fault: (fault.file, fault.line)))


def warnings(model: Configuration) -> Iterator[str]:
    """Say what works and is still unwise, or does not do yet what it says."""
    for name, source in model.sources.items():
        yield from (f"sources.{name}.{warning}" for warning in source.warnings)
    for name, to in model.destinations.items():
        if to.enabled and isinstance(to, EmailSection) and to.to == OWNER and to.fallback is None:
            for origin in without_owner(model.routing, name):
                yield f"destinations.{name}: {origin}: without an owner its mail fails; name one, or a fallback here"
    if model.privacy.retention:
        yield "privacy.retention: is not built yet: nothing is deleted by it"
    for name, question in model.questions.items():
        if question.sensitive or question.purpose:
            yield f"questions.{name}: sensitive and purpose are not built yet: its answers go wherever the lead goes"


def _faults(loaded: Loaded[Configuration]) -> Iterator[Fault]:
    model = loaded.model
    for path, message in routing_faults(
        model.routing,
        model.customers,
        outlets=model.outlets,
        people=model.people,
        purposes=model.privacy.purposes,
        orders=model.orders,
        vocabulary=model.vocabulary,
    ):
        yield loaded.fault(path, message)
    for place, when in whens_of(model.scoring):
        for message in model.vocabulary.faults(compile_condition(when)):
            yield loaded.fault(("scoring", *place), message)


def _question_faults(loaded: Loaded[Configuration]) -> Iterator[Fault]:
    """Find what can never be an answer, and what would be the answer to another question."""
    products, meant = loaded.model.products, dict[str, str]()
    for name, question in loaded.model.questions.items():
        if question.type == "choice" and not question.options:
            yield loaded.fault(("questions", name), "has no options, so no answer can be chosen: add options")
        for option in question.options:
            if question.sets == "product" and option not in products:
                there = ", ".join(products) or "none"
                yield loaded.fault(("questions", name, "options", option), f"sets no product: there are {there}")
        for text in (name, *question.aliases):
            other = meant.setdefault(wording(text), name)
            if other != name:
                yield loaded.fault(("questions", name), f"'{text}' is asked by '{other}' already: keep it in one")


def _source_faults(loaded: Loaded[Configuration], public_url: str | None) -> Iterator[Fault]:
    products = loaded.model.products
    for name, section in loaded.model.sources.items():
        if section.needs_public_url and not public_url:
            yield loaded.fault(
                ("sources", name),
                "its sender signs the address it calls: set TRATT_PUBLIC_URL to what stands before /v1/ in the URL "
                "that you paste there, such as https://leads.example.com",
            )
        named: dict[tuple[str, ...], str | None] = {("product",): section.product}
        named |= {("forms", form, "product"): settings.product for form, settings in section.forms.items()}
        for path, product in named.items():
            if product is not None and product not in products:
                yield loaded.fault(
                    ("sources", name, *path), f"no product '{product}': there are {', '.join(products) or 'none'}"
                )
        if isinstance(section, FormConfiguration):
            questions, purposes = loaded.model.questions, loaded.model.privacy.purposes
            for place, message in form_faults(section, questions=questions, purposes=purposes):
                yield loaded.fault(("sources", name, *place), message)
