"""What the pages of docs/sources show can be configured, does what they say, and leaves no key out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest
from pydantic import BaseModel

from services.ingest.configuration import Sources, WebhookConfiguration
from services.ingest.decoding.configuration import Decoding
from services.ingest.mapping.configuration import ConsentRule, KeyValues, Labels, MappingConfiguration, NotLead
from services.ingest.mapping.mapping import Mapping
from services.ingest.mapping.rules import Rule
from services.ingest.mapping.shapes import SHAPES
from services.ingest.mapping.targets import TARGETS
from services.ingest.mapping.transforms import TRANSFORMS
from services.ingest.presets import PRESETS
from services.ingest.sources import SOURCES
from services.ingest.verification.configuration import Verification
from services.ingest.verification.presets import PRESETS as SIGNATURES
from shared.domain.model import Section
from shared.runtime.configuration import load
from tests.unit.ingest.mapping.mappings import apply, lead

PAGES = Path(__file__).parents[3] / "docs" / "sources"
GRAMMAR = (PAGES / "webhook.md").read_text(encoding="utf-8")
INDEX = (PAGES / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^([ ]*)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
SECRET = "whsec_YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"
"""Good for every place where a page writes ${NAME}."""
NOT_OF_A_PAYLOAD = {"id", "received_at", "mapping_version"}


class Root(Section):
    """Stand for the configuration."""

    sources: Sources


def blocks(text: str) -> list[tuple[str, str]]:
    return [(language, dedent(written)) for _, language, written in BLOCK.findall(text)]


def shown_sections() -> Iterator[tuple[str, str]]:
    for page in sorted(PAGES.glob("*.md")):
        for number, (language, written) in enumerate(blocks(page.read_text(encoding="utf-8"))):
            if language == "yaml":
                yield f"{page.stem}-{number}", written


def whole(written: str) -> str:
    """Complete a part of a webhook's section to a configuration."""
    if written.startswith("sources:"):
        return written
    if "kind: " in written:
        return f"sources:\n{indent(written, '  ')}"
    more = "" if written.startswith("verification:") else f"    secret_path: {SECRET}\n"
    return f"sources:\n  door:\n    kind: webhook\n    preset: generic\n{more}{indent(written, '    ')}"


def examples() -> Iterator[tuple[str, str, str]]:
    """Yield what is shown in three blocks: a mapping, a payload, and what the one makes of the other."""
    written = blocks(GRAMMAR)
    for (first, mapping), (second, payload), (third, becomes) in zip(written, written[1:], written[2:], strict=False):
        if (first, second, third) == ("yaml", "json", "json"):
            yield mapping, payload, becomes


SECTIONS = dict(shown_sections())


@pytest.mark.parametrize("name", SECTIONS)
def test_every_shown_section_is_taken(name: str, tmp_path: Path) -> None:
    file = tmp_path / "tratt.yaml"
    file.write_text(whole(SECTIONS[name]), encoding="utf-8")
    names = re.findall(r"\$\{(\w+)", SECTIONS[name])

    loaded = load(file, Root, dict.fromkeys(names, SECRET)).model

    assert len(loaded.sources) == whole(SECTIONS[name]).count("kind: ")
    for section in loaded.sources.values():
        if isinstance(section, WebhookConfiguration):
            Mapping(section.mapping)


@pytest.mark.parametrize(("mapping", "payload", "becomes"), list(examples()))
def test_a_mapping_does_what_its_page_says(mapping: str, payload: str, becomes: str, tmp_path: Path) -> None:
    file = tmp_path / "tratt.yaml"
    file.write_text(whole(mapping).replace("    preset: generic\n", ""), encoding="utf-8")
    section = load(file, Root, {}).model.sources["door"]
    assert isinstance(section, WebhookConfiguration)

    (item,) = apply(Mapping(section.mapping), json.loads(payload)).leads

    made = lead(item).model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    said = {name: value for name, value in made.items() if name not in NOT_OF_A_PAYLOAD}
    dated = said if item.is_dated else {name: value for name, value in said.items() if name != "submitted_at"}
    assert {**dated, "submission_id": item.submission_id} == json.loads(becomes)


def test_the_page_of_the_grammar_has_examples() -> None:
    assert len(list(examples())) == GRAMMAR.count("```json") // 2


@pytest.mark.parametrize(
    "section",
    [Verification, Decoding, MappingConfiguration, KeyValues, Labels, NotLead, ConsentRule, Rule],
    ids=lambda section: section.__name__,
)
def test_every_key_is_explained(section: type[BaseModel]) -> None:
    keys = [field.alias or name for name, field in section.model_fields.items()]

    assert [key for key in keys if f"`{key}`" not in GRAMMAR] == []


@pytest.mark.parametrize("names", [SHAPES, SIGNATURES], ids=["shapes", "signatures"])
def test_every_name_that_may_be_chosen_is_told(names: dict[str, object]) -> None:
    assert [name for name in names if f"`{name}`" not in GRAMMAR] == []


def test_every_transform_and_target_is_told() -> None:
    told = set(re.findall(r"\w+", GRAMMAR))

    assert {*TRANSFORMS, *(name.rpartition(".")[2] for name in TARGETS)} <= told


def test_the_index_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", INDEX))

    assert linked == {page.name for page in PAGES.glob("*.md")} - {"README.md"}
    assert all(f"`preset: {name}`" in INDEX for name in PRESETS)
    assert all(f"`kind: {kind}`" in INDEX for kind in SOURCES)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    files = re.findall(r"tests/payloads/[\w./-]+", text)
    linked = [target.partition("#")[0] for target in re.findall(r"\]\(([^)#:]+(?:#[\w-]+)?)\)", text)]

    assert [file for file in files if not (PAGES.parents[1] / file).is_file()] == []
    assert [file for file in linked if not (PAGES / file).exists()] == []
