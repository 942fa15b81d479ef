"""The whole configuration: every section, each declared by the service whose it is, and what must hold between them."""

from collections.abc import Iterator, Mapping, Sequence

from services.ingest.configuration import Sources
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


def check_between_sections(loaded: Loaded[Configuration]) -> None:
    """Check what no section can see alone.

    Raises:
        ConfigurationError: with every fault that was found.
    """
    faults = list(_faults(loaded))
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
    for name, section in model.sources.items():
        for form, settings in section.forms.items():
            if settings.product is not None and settings.product not in model.products:
                yield loaded.fault(
                    ("sources", name, "forms", form, "product"),
                    f"no product '{settings.product}': there are {', '.join(model.products) or 'none'}",
                )
