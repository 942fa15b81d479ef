from datetime import time
from pathlib import Path
from textwrap import dedent
from typing import Annotated, Any, Literal

import pytest
import yaml
from pydantic import Field

from shared.domain.errors import ConfigurationError, Fault, UsedWrongly
from shared.domain.model import Duration, Section
from shared.runtime.configuration import Loaded, load


class Company(Section):
    name: str = "none"
    country: str = "SE"
    opens: time | None = None
    postal_code: str | None = None
    people: int = 0
    is_open: bool = False
    stage: Literal["prospect", "suspect"] = "suspect"
    wait: Duration | None = None


class Journal(Section):
    kind: Literal["journal"]
    path: str


class Webhook(Section):
    kind: Literal["webhook"]
    url: str
    secret: str | None = None


class Root(Section):
    company: Company = Company()
    destinations: dict[str, Annotated[Journal | Webhook, Field(discriminator="kind")]] = {}
    rules: list[Company] = []
    anything: dict[str, Any] = {}
    key: Literal["a", "b"] = "a"


def loaded(
    folder: Path, text: str, environment: dict[str, str] | None = None, *, name: str = "tratt.yaml"
) -> Loaded[Root]:
    file = folder / name
    file.write_text(dedent(text))
    return load(file, Root, environment or {})


def faults(folder: Path, text: str, environment: dict[str, str] | None = None) -> list[tuple[int, str, str]]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, text, environment)
    return [(fault.line, fault.key, fault.message) for fault in caught.value.faults]


def test_scalars_stay_text_until_their_key_types_them(tmp_path: Path) -> None:
    text = """
        company: {country: NO, opens: 17:00, postal_code: 01234, people: 25, is_open: true, wait: 15m}
        anything: {date: 2026-12-21, no: NO, number: 012, truth: true, nothing: null, tilde: ~, empty: , quoted: "null"}
    """
    model = loaded(tmp_path, text).model
    assert model.company.country == "NO"
    assert model.company.opens == time(17, 0)
    assert model.company.postal_code == "01234"
    assert (model.company.people, model.company.is_open) == (25, True)
    assert model.anything == {
        "date": "2026-12-21", "no": "NO", "number": "012", "truth": "true",
        "nothing": None, "tilde": None, "empty": None, "quoted": "null",
    }  # fmt: skip


def test_every_fault_is_listed_with_file_line_key_and_way_out(tmp_path: Path) -> None:
    text = """\
        company:
          nmae: Exempel
          people: many
          stage: prospct
        destinations:
          book: {kind: journal}
          hook:
            kind: webhook
            url: https://example.se
            secrte: x
          odd: {kind: jurnal}
        scroing: {}
        rules:
          - name: one
          - wait: soon
    """
    unknown = "is not a key here (or not built yet); known keys are"
    of_company = "name, country, opens, postal_code, people, is_open, stage, wait"
    assert faults(tmp_path, text) == [
        (2, "company.nmae", f"{unknown} {of_company}; did you mean name?"),
        (3, "company.people", "must be a whole number"),
        (4, "company.stage", "must be 'prospect' or 'suspect'; did you mean prospect?"),
        (6, "destinations.book.path", "is required"),
        (10, "destinations.hook.secrte", f"{unknown} kind, url, secret; did you mean secret?"),
        (
            11,
            "destinations.odd.kind",
            "is not a kind here (or not built yet); there are 'journal', 'webhook'; did you mean journal?",
        ),
        (12, "scroing", f"{unknown} company, destinations, rules, anything, key"),
        (15, "rules.1.wait", "write a duration as 30s, 15m, 24h or 14d"),
    ]  # fmt: skip


def test_a_fault_never_quotes_the_value(tmp_path: Path) -> None:
    secret = "prospec-hunter2"  # near enough to an allowed value to tempt a suggestion
    text = "company: {people: '${S}', stage: '${S}', wait: '${S}', opens: '${S}'}\nkey: '${S}'"
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, text, {"S": secret})
    assert len(caught.value.faults) == 5
    assert secret not in str(caught.value)
    assert "did you mean" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_variables_and_files_are_filled_in(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("whsec_1\n")
    text = """
        anything:
          given: "${NAME}"
          within: a-${NAME}-b
          default: ${ABSENT:-fallback}
          empty_counts_as_absent: ${EMPTY:-fallback}
          nothing: "${ABSENT:-}"
          file: ${file:secret}
          dollar: $$5 and $${NAME}
          regex: ^a+$
    """
    assert loaded(tmp_path, text, {"NAME": "x: [1", "EMPTY": ""}).model.anything == {
        "given": "x: [1",
        "within": "a-x: [1-b",
        "default": "fallback",
        "empty_counts_as_absent": "fallback",
        "nothing": "",
        "file": "whsec_1",
        "dollar": "$5 and ${NAME}",
        "regex": "^a+$",
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_a_line_break_at_the_end_of_a_secret_is_no_part_of_it(tmp_path: Path, end: str) -> None:
    (tmp_path / "secret").write_bytes(b"\xef\xbb\xbf" + f"two\nlines {end}".encode())
    text = "anything: {a: '${S}', b: '${S:-none}', c: '${N:-none}', d: '${file:secret}'}"

    found = loaded(tmp_path, text, {"S": f"two\nlines {end}", "N": end}).model.anything

    assert found == {"a": "two\nlines ", "b": "two\nlines ", "c": "none", "d": "two\nlines "}


def test_a_reference_that_leads_nowhere_says_the_way_out(tmp_path: Path) -> None:
    text = """\
        company:
          name: ${COMPANY}
          people: ${PEOPLE}
        anything: {a: "${file:none}", b: "${oh no}", c: "${open"}
        unknown: 1
    """
    found = faults(tmp_path, text)
    assert [(line, key) for line, key, _ in found] == [
        (2, "company.name"), (3, "company.people"), (4, "anything.a"), (4, "anything.b"), (4, "anything.c"),
        (5, "unknown"),
    ]  # fmt: skip
    assert found[0][2] == "COMPANY is not set: set it, put it into .env, or write ${COMPANY:-default}"
    assert "cannot be read (No such file or directory)" in found[2][2]
    assert found[3][2].startswith("write ${NAME}")


def test_a_version_holds_no_secret_and_survives_its_rotation(tmp_path: Path) -> None:
    text = "company: {name: '${SECRET}'}"
    before, after = (loaded(tmp_path, text, {"SECRET": secret}).section("company") for secret in ("one", "two"))
    assert before == after
    assert before.text == '{"name":"${SECRET}"}'
    assert before.sha256 != loaded(tmp_path, "company: {name: other}").section("company").sha256


def test_a_version_changes_with_the_order_of_keys_because_stages_do(tmp_path: Path) -> None:
    one, two = (loaded(tmp_path, f"anything: {keys}").section("anything") for keys in ("{a: 1, b: 2}", "{b: 2, a: 1}"))
    assert one.sha256 != two.sha256


def test_a_section_left_to_its_defaults_has_a_version_too(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").section("company").text == "null"


def test_a_folder_is_merged_by_section(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("company: {name: A}")
    (tmp_path / "b.yml").write_text("\nkey: b")
    (tmp_path / "customers.csv").write_text("not ours")
    found = load(tmp_path, Root, {})
    assert (found.model.company.name, found.model.key) == ("A", "b")
    assert found.base_dir == tmp_path
    assert found.fault(("key",), "is odd") == Fault(str(tmp_path / "b.yml"), 2, "key", "is odd")


def test_a_section_in_two_files_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("company: {}")
    (tmp_path / "b.yaml").write_text("\ncompany: {}")
    with pytest.raises(ConfigurationError, match=r"b.yaml:2: company: is also in .*a.yaml:1: keep it in one"):
        load(tmp_path, Root, {})


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").base_dir == tmp_path


def test_a_fault_beyond_the_sections_is_located_at_the_nearest_key(tmp_path: Path) -> None:
    found = loaded(tmp_path, "company:\n  name: A\nrules:\n  - name: one\n  - name: two\n")
    assert found.fault(("rules", 1, "then", "owner"), "nobody").line == 5
    assert found.fault(("nowhere",), "odd").line == 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("company:\n  name: a\n  name: b", 3, "is there twice, first in line 2: keep one of them"),
        ("company: {}\ncompany: {}", 2, "is there twice, first in line 1: keep one of them"),
        ("key: !!python/object:os.system x", 1, "has the tag tag:yaml.org,2002:python/object:os.system"),
        ("key: !!int 3", 1, "has the tag"),
        ("anything:\n  a: &a {x: 1}\n  b:\n    <<: *a", 4, "merging is not part of YAML 1.2"),
        ("anything: &a [*a]", 1, "an alias contains itself"),
        ("company: [", 1, "cannot be read"),
        ("company:\n  a: b\n c: d", 3, "cannot be read"),
        ("- a", 1, "must be a mapping of sections"),
        ("just text", 1, "must be a mapping of sections"),
        ("company:", 1, "is empty: give it a value, or remove the line"),
        ("? [a]\n: b", 1, "a key must be text"),
        ("anything: " + "[" * 5000, 1, "is nested deeper"),
    ],
)
def test_what_is_written_wrongly_is_told_by_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    found = faults(tmp_path, text)
    assert found[0][0] == line
    assert message in found[0][2]


def test_a_file_that_unfolds_into_millions_is_refused(tmp_path: Path) -> None:
    laughs = ["anything:", "  a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    laughs += [
        f"  {new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in zip("abcdefg", "bcdefgh", strict=True)
    ]
    assert "unfolds too far" in faults(tmp_path, "\n".join(laughs))[0][2]


def test_an_anchor_may_be_used_again(tmp_path: Path) -> None:
    text = "anything: {a: &shared {x: 1}, b: *shared}"
    assert loaded(tmp_path, text).model.anything == {"a": {"x": "1"}, "b": {"x": "1"}}


def test_json_is_read_alike(tmp_path: Path) -> None:
    company = '{"name": "Sol \\ud83d\\ude00",\n\t\t"people": 25, "is_open":true}'
    text = f'{{\n\t"company": {company},\n\t"anything": {{"n": null}}\n}}'
    model = loaded(tmp_path, text, name="tratt.json").model
    assert (model.company.name, model.company.people, model.company.is_open) == ("Sol 😀", 25, True)
    assert model.anything == {"n": None}


def test_no_configuration_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsedWrongly, match=r"there is no configuration at .*: set TRATT_CONFIG"):
        load(tmp_path / "none.yaml", Root, {})


def test_yaml_1_1_would_have_got_these_wrong() -> None:
    assert yaml.safe_load("{a: NO, b: 17:00, c: 01234}") == {"a": False, "b": 1020, "c": 668}
