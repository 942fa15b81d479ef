"""The router's sections of the configuration: `customers` and `routing`. People and purposes are the company's own."""

from datetime import timedelta
from typing import Any, Literal

from pydantic import Field

from shared.domain.model import Duration, Section


class Assign(Section):
    """What becomes of an existing customer's lead that no rule routes by `match`.

    It goes to the account owner. `deliver_to` says where, when no rule fires; without it `routing.otherwise` does.
    """

    assign: Literal["account_owner"] = "account_owner"
    deliver_to: list[str] | None = None


class Hold(Section):
    """Hold the lead, under a code that people read."""

    hold: str


class Reject(Section):
    """Reject the lead, under a code that people read."""

    reject: str


class CustomerPolicy(Section):
    """What being found in the customer file means. Statuses that are not named here only explain and serve rules."""

    existing_customer: Assign = Assign()
    possible_customer: Hold = Hold(hold="review")
    competitor: Reject = Reject(reject="competitor")
    blocked: Reject = Reject(reject="blocked")
    employee: Reject = Reject(reject="employee")


class Customers(Section):
    """The section `customers`. `file` is read at start when it has changed; `tratt import customers` takes others."""

    file: str | None = None
    policy: CustomerPolicy = CustomerPolicy()


class Then(Section):
    """What a rule does. Without `deliver_to` the lead goes to every enabled destination."""

    owner: str | None = None
    deliver_to: list[str] | None = None
    respond_within: Duration | None = None


class Rule(Section):
    """One rule: the first whose `when` holds decides. Without `when` it always holds.

    Any: operands stay as written until the value they are compared with types them (shared.domain.conditions).
    """

    name: str = Field(min_length=1)
    when: dict[str, Any] = {}
    then: Then


class Otherwise(Section):
    """What becomes of a lead that no rule took: held, and still given to `deliver_to` (a nurturing tool)."""

    hold: str = "nurture"
    deliver_to: list[str] = []


class Suppress(Section):
    """Who must not be contacted: a file, read at start when it has changed."""

    file: str


class Routing(Section):
    """The section `routing`. Without rules every contactable lead goes to every enabled destination."""

    rules: list[Rule] = []
    otherwise: Otherwise = Otherwise()
    suppress: Suppress | None = None
    repeat_window: Duration = timedelta(days=30)
