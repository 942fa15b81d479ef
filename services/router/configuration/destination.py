"""What every destination's section of the configuration has."""

from shared.domain.model import Section


class DestinationSection(Section):
    """The keys all kinds share. `purpose` is what a lead needs a basis for; a disabled one gets no deliveries."""

    purpose: str = "sales_contact"
    enabled: bool = True
