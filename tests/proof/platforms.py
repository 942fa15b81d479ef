"""The fake platforms, by the kind of source that fetches from them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from tests.proof.fake_graph import fake_graph
from tests.proof.fake_linkedin import fake_linkedin
from tests.proof.fake_platform import FakePlatform

PLATFORMS: Mapping[str, Callable[[], AbstractContextManager[FakePlatform]]] = {
    "meta": fake_graph,
    "linkedin": fake_linkedin,
}
