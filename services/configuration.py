"""The whole configuration: every section, each declared by the service whose it is, and what must hold between them."""

from collections.abc import Iterator, Mapping, Sequence

from services.console.configuration import Doors
from services.ingest.configuration import FormConfiguration, Sources
from services.ingest.forms.checks import form_faults
from services.router.checks import routing_faults
from services.router.configuration import Customers, Routing
from services.router.destinations import AnyDestinationSection
from services.router.ports import Outlet
from services.scorer.configuration import Scoring, unasked
from shared.domain.business import Business, Privacy, Product, Question, Seller
from shared.domain.errors import ConfigurationError, Fault
from shared.domain.model import Section
from shared.domain.score import TEMPERATURES
from shared.runtime.configuration import Loaded


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


def check_between_sections(loaded: Loaded[Configuration], *, public_url: str | None) -> None:
    """Check what no section can see alone. `public_url` is where senders reach us, as far as it is set.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    faults = [*_faults(loaded), *_source_faults(loaded, public_url)]
    if faults:
        raise ConfigurationError(sorted(faults, key=lambda fault: (fault.file, fault.line)))


def _faults(loaded: Loaded[Configuration]) -> Iterator[Fault]:
    model = loaded.model
    for path, message in routing_faults(
        model.routing,
        model.customers,
        outlets=model.outlets,
        people=model.people,
        purposes=model.privacy.purposes,
        orders=model.orders,
    ):
        yield loaded.fault(path, message)
    for field in unasked(model.scoring, model.questions):
        name = field.removeprefix("facts.answers.")
        yield loaded.fault(("scoring",), f"reads {field}, but no question is named '{name}': add it to questions")


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
