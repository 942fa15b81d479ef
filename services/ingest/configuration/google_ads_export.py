"""How the file that Google's page exports is written, where it is not as expected: Google documents none of it."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.ingest.mapping.moments import reader
from shared.domain.model import Duration, Section

TOLERANCE = timedelta(minutes=1)
"""A file whose times have no seconds is up to a minute before the webhook's."""


class ExportSettings(Section):
    """What to know of the file before a back-fill.

    `columns` tells by header what a column is: a member of Google's webhook (`lead_id`, `lead_submit_time`,
    `form_id`, …), a column id of it (`EMAIL`, or that of a question), or null for one to leave out. `time_zone` is
    that of its times (the company's, unless told), `time_format` as of a mapping, where days and months look alike.
    Two leads of one person within `tolerance` are one, where the file has no ids.
    """

    columns: dict[str, str | None] = {}
    time_zone: str | None = None
    time_format: str | None = None
    tolerance: Annotated[Duration, Field(gt=timedelta(), le=timedelta(minutes=10))] = TOLERANCE

    @model_validator(mode="after")
    def _tells_times(self) -> Self:
        reader(self.time_format, self.time_zone)
        return self
