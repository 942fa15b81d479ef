"""Where a person is sent after posting a form: one of the configured pages, whatever the form asks for.

What is answered is always a configured address, with encoded parameters added: a form can choose among them, no more.
"""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, urlencode

from services.ingest.forms.addresses import origin_of, page_of
from services.ingest.guard import Json
from services.ingest.mapping.guessing.names import FIRST_VISIT, meaning
from services.ingest.mapping.guessing.wording import words_of
from services.ingest.mapping.parameters import parameters_of
from services.ingest.mapping.texts import all_texts, is_empty, said_by

MAX_VALUE = 1_000
"""Characters of one parameter; click ids have up to 512 (inbound-sources 5.5)."""
MAX_KEPT = 4_000
"""Characters of all of them, counted before encoding: headers beyond 16 kB break proxies."""
_PAGE = "attribution.last_touch.landing_url"


class Redirects:
    """The pages that one source sends people to; the first is where they go unless their form asks for another."""

    def __init__(self, pages: Sequence[str], *, asked_in: Sequence[str], kept: Sequence[str]) -> None:
        self._pages = pages
        self._by_page = {page_of(address): address for address in reversed(pages)}
        self._asked_in = asked_in
        self._kept = kept

    def address(self, fields: Mapping[str, Json], referrer: str) -> str | None:
        """Return the page for a submission with these fields, posted from the page `referrer`; None without any page.

        Parameters to keep are looked for in the fields, then in the address of the page that the form stands on.
        """
        if not self._pages:
            return None
        asked = [text for name in self._asked_in for text in _texts(fields.get(name))]
        chosen = next((page for text in asked if (page := self._chosen(text))), self._pages[0])
        return _with_parameters(chosen, list(self._to_keep(chosen, fields, [*asked, referrer])))

    def _chosen(self, asked: str) -> str | None:
        text = asked.strip()
        if text.startswith("/"):
            text = f"{origin_of(self._pages[0])}{text}"
        page = page_of(text)
        return None if page is None else self._by_page.get(page)

    def _to_keep(self, chosen: str, fields: Mapping[str, Json], addresses: Sequence[str]) -> Iterator[tuple[str, str]]:
        there, left = parameters_of(chosen), MAX_KEPT
        elsewhere = [*_page_addresses(fields), *addresses] if self._kept else []
        told = [fields, *map(parameters_of, elsewhere)]
        for name in self._kept:
            text = next((text for given in told for text in _texts(given.get(name))), None)
            if text is None or name in there or len(text) > min(MAX_VALUE, left):
                continue
            left -= len(text)
            yield name, text


def _with_parameters(address: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Add parameters to an address, each percent-encoded down to ASCII: no line can end in them."""
    if not parameters:
        return address
    before, hash_sign, fragment = address.partition("#")
    sign = "" if before.endswith(("?", "&")) else "&" if "?" in before else "?"
    return f"{before}{sign}{urlencode(parameters, quote_via=quote, safe='', errors='replace')}{hash_sign}{fragment}"


def _page_addresses(fields: Mapping[str, Json]) -> Iterator[str]:
    """Yield what addresses a form tells of this visit: an earlier visit's click must not be counted again."""
    for name, value in fields.items():
        known = meaning(name)
        if known is not None and known.target == _PAGE and FIRST_VISIT.isdisjoint(words_of(name)):
            yield from _texts(value)


def _texts(value: Json) -> Iterator[str]:
    said = said_by(value)
    if said is not None:
        yield from (text for text in all_texts(said) if not is_empty(text))
