"""The section `doors` of the configuration: when a door that goes quiet is an alarm, and a notice is lost."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from services.console.notices import LOST_AFTER
from shared.domain.model import Duration, Section


class Doors(Section):
    """What the console measures the doors by.

    `quiet_below` is how probable a false alarm may be, per door and day. `notice_lost_after` is how long a platform
    keeps a lead: 90 days at Meta and LinkedIn, which both pages leave unconfirmed (inbound-sources 2 and 3).
    """

    quiet_below: float = Field(default=0.001, gt=0, lt=1)
    notice_lost_after: Annotated[Duration, Field(gt=timedelta())] = LOST_AFTER
