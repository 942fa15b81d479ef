"""An id of a page's script counts where nobody else can have the same."""

import pytest

from services.ingest.forms.client_ids import is_one_submissions


@pytest.mark.parametrize(
    "given", ["4b0c0ad3-1f7b-4c2d-9d2f-0e1f2a3b4c5d", "01J9ZQ3W5V7K8M2N4P6R8T0X2Z", "V1StGXR8_Z5jdHi6B-myT"]
)
def test_a_random_id_counts(given: str) -> None:
    assert is_one_submissions(given)


@pytest.mark.parametrize(
    "given",
    ["1", "contact-form", "landing-page-contact-form", "0" * 32, "00000000-0000-0000-0000-000000000000", "x" * 300],
)
def test_what_every_visitor_may_share_does_not(given: str) -> None:
    assert not is_one_submissions(given)
