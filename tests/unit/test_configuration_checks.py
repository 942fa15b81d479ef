"""What no section of the configuration can see alone: names that lead nowhere, and rules that can never fire."""

from pathlib import Path

import pytest

from services.configuration import Configuration, check_between_sections, warnings
from services.files import file_faults
from shared.domain.errors import ConfigurationError
from shared.runtime.configuration import load

SOUND = """\
people: {sara: {name: Sara Lind, email: sara@exempelsol.se}}
products: {solar: {label: {sv: Sol, en: Sun}}}
questions: {housing: {type: choice, options: {villa: [Villa], brf: [BRF]}}}
sources:
  google: {kind: google_ads, keys: [key-0123456789abc], product: solar}
scoring:
  fit: [{when: {facts.answers.housing: villa}, points: 5, reason: {sv: Villa, en: House}}]
routing:
  rules: [{name: one, when: {source: google, facts.answers.housing: [villa, brf]}, then: {owner: sara}}]
destinations: {journal: {kind: journal}}
"""
DOOR = "  door: {kind: webhook, secret_path: path-0123456789abc, mapping: "
SELLER = "destinations: {seller: {kind: email}, "
RULES = SOUND[SOUND.index("routing:") : SOUND.index("destinations:")]
DOORS = """
sources:
  search: {kind: google_ads, keys: [a-key-of-sixteen-letters]}
destinations:
  journal: {kind: journal}
"""
SHIPPED = Path(__file__).parents[2] / "deploy" / "example" / "tratt.yaml"


def faults(tmp_path: Path, before: str = "", after: str = "", *, public_url: str | None = None) -> list[str]:
    file = tmp_path / "tratt.yaml"
    assert before in SOUND
    file.write_text(SOUND.replace(before, after, 1) if before else SOUND)
    loaded = load(file, Configuration, {})
    try:
        check_between_sections(loaded, public_url=public_url)
    except ConfigurationError as error:
        return [f"{fault.line}: {fault.key}: {fault.message}" for fault in error.faults]
    return []


def faults_of_doors_and(folder: Path, more: str) -> list[str]:
    """Check the doors and one more line, which is line 6."""
    file = folder / "tratt.yaml"
    file.write_text(DOORS + more)
    try:
        check_between_sections(load(file, Configuration, {}), public_url=None)
    except ConfigurationError as error:
        return [f"{fault.line} {fault.key}: {fault.message}" for fault in error.faults]
    return []


def rule(when: str) -> str:
    return f"routing: {{rules: [{{name: one, when: {{{when}}}, then: {{}}}}]}}"


def fit(when: str) -> str:
    return f"scoring: {{fit: [{{when: {{{when}}}, points: 1, reason: {{sv: a, en: a}}}}]}}"


def test_a_sound_configuration_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("product: solar", "product: sun", "5: sources.google.product: no product 'sun': there are solar"),
        ("housing: villa}, points", "hosing: villa}, points", "7: scoring.fit.0.when: facts.answers.hosing: "),
        ("housing: villa}, points", "housing: vila}, points", "housing: is never 'vila': write one of villa, brf"),
        ("housing: [villa, brf]", "hosing: villa", "9: routing.rules.0.when: facts.answers.hosing: "),
        ("housing: [villa, brf]", "housing: [villa, hus]", "is never 'hus': write one of villa, brf"),
        ("source: google, ", "score.stage: mql, ", "score.stage: is never 'mql': write one of suspect, prospect"),
        ("source: google, ", "match.verdict: old, ", "match.verdict: is never 'old': write one of new, known_person"),
        ("source: google, ", "score.grade: A1, ", "score has no 'grade' (or it is not built yet)"),
        ("source: google, ", "lead.segment: b2b, ", "a condition has no 'lead'"),
        (
            "options: {villa",
            "options: {villa: [], brf: []}, aliases: [tak]}, roof: {type: number, aliases: [Tak], options: {villa",
            "3: questions.roof: 'Tak' is asked by 'housing' already",
        ),
        ("owner: sara", "owner: erik", "9: routing.rules.0.then.owner: no person 'erik': there are sara"),
    ],
)
def test_what_leads_nowhere_is_named_with_its_line(tmp_path: Path, before: str, after: str, says: str) -> None:
    (fault,) = faults(tmp_path, before, after)

    assert says in fault


def test_a_sender_that_signs_the_address_needs_ours(tmp_path: Path) -> None:
    before, after = "sources:", "sources:\n  hub: {kind: webhook, preset: hubspot, secrets: [secret-0123456789]}"

    assert faults(tmp_path, before, after, public_url="https://leads.example.com") == []
    (fault,) = faults(tmp_path, before, after)
    assert "5: sources.hub: its sender signs the address it calls: set TRATT_PUBLIC_URL" in fault


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("destinations: {", SELLER, None),
        (
            "then: {owner: sara}}]\ndestinations: {",
            f"then: {{}}}}]\n{SELLER}",
            "destinations.seller: rule 'one': without an owner",
        ),
        ("then: {owner: sara}}]\ndestinations: {", f"then: {{deliver_to: [journal]}}}}]\n{SELLER}", None),
        (f"{RULES}destinations: {{", SELLER, "destinations.seller: every lead, for there are no rules"),
        (f"{RULES}destinations: {{", SELLER.replace("email", "email, fallback: a@exempel.se"), None),
        (
            "destinations: {",
            f"  otherwise: {{deliver_to: [seller]}}\n{SELLER}",
            "seller: routing.otherwise: without an owner",
        ),
        ("people:", "privacy: {retention: {lead: 30d}}\npeople:", "privacy.retention: is not built yet"),
        (
            "type: choice,",
            "type: choice, sensitive: true,",
            "questions.housing: sensitive and purpose are not built yet",
        ),
        ("key-0123456789abc", "short", "sources.google.keys[0]: has 5 characters"),
        (
            "sources:",
            f"sources:\n{DOOR}{{fields: {{submission_id: id}}}}}}",
            "sources.door.mapping.fields: neither person.email",
        ),
        ("sources:", f"sources:\n{DOOR}{{fields: {{person.phone: tel}}}}}}", None),
        ("sources:", f"sources:\n{DOOR}{{guess: true}}}}", None),
    ],
)
def test_what_is_unwise_or_does_nothing_yet_is_told(tmp_path: Path, before: str, after: str, says: str | None) -> None:
    assert before in SOUND
    (tmp_path / "tratt.yaml").write_text(SOUND.replace(before, after, 1))

    told = list(warnings(load(tmp_path / "tratt.yaml", Configuration, {}).model))

    assert len(told) == (1 if says else 0)
    assert (says or "") in "".join(told)


@pytest.mark.parametrize(
    ("section", "key", "says"),
    [
        ("customers: {file: none.csv}", ("customers", "file"), "none.csv: no such file: put it there"),
        ("customers: {file: .}", ("customers", "file"), "no such file"),
        ("customers: {file: odd.csv}", ("customers", "file"), "no column says who it is"),
        ("routing: {suppress: {file: none.csv}}", ("routing", "suppress", "file"), "no such file"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, section: str, key: tuple[str, ...], says: str) -> None:
    (tmp_path / "odd.csv").write_text("colour,size\nred,5\n")
    (tmp_path / "tratt.yaml").write_text(f"{section}\nsources: {{}}\ndestinations: {{journal: {{kind: journal}}}}\n")
    loaded = load(tmp_path / "tratt.yaml", Configuration, {})

    ((found, sentence),) = file_faults(loaded.model, loaded.base_dir)

    assert found == key
    assert says in sentence


@pytest.mark.parametrize(
    ("section", "says"),
    [
        (
            "company: {time_zone: Europe/Stockholmm}",
            "company.time_zone: is no time zone: write one as Europe/Stockholm",
        ),
        ("company: {time_zone: ../../etc/passwd}", "company.time_zone: is no time zone"),
        ("company: {time_zone: Europe}", "company.time_zone: is no time zone"),
        ("company: {country: XX}", "company.country: is no country: write its two letters"),
        ("company: {country: Sverige}", "company.country: is no country"),
        ("doors: {notice_lost_after: 0s}", "doors.notice_lost_after: must be greater than 0s"),
        ("routing: {repeat_window: 99999999999d}", "routing.repeat_window: write a duration of at most 36500d"),
        ("routing: {rules: [{name: a, then: {respond_within: 999999d}}]}", "write a duration of at most 36500d"),
    ],
)
def test_what_no_lead_could_be_handled_with_is_refused_at_start(tmp_path: Path, section: str, says: str) -> None:
    (tmp_path / "tratt.yaml").write_text(f"{section}\nsources: {{}}\ndestinations: {{journal: {{kind: journal}}}}\n")

    with pytest.raises(ConfigurationError) as refusal:
        load(tmp_path / "tratt.yaml", Configuration, {})

    assert says in str(refusal.value.faults[0])


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("google: {kind: google_ads, keys: []}", "sources.google.keys: is empty: give it a value"),
        ('google: {kind: google_ads, keys: [""]}', "sources.google.keys.0: is empty: give it a value"),
        ('"a/b": {kind: google_ads, keys: [k]}', "must look like ^[A-Za-z0-9]"),
    ],
)
def test_a_fault_is_told_in_words_of_ours(tmp_path: Path, source: str, says: str) -> None:
    (tmp_path / "tratt.yaml").write_text(f"sources:\n  {source}\ndestinations: {{journal: {{kind: journal}}}}\n")

    with pytest.raises(ConfigurationError) as refusal:
        load(tmp_path / "tratt.yaml", Configuration, {})

    assert says in str(refusal.value.faults[0])


def test_doors_and_destinations_alone_have_no_fault(tmp_path: Path) -> None:
    assert faults_of_doors_and(tmp_path, "") == []


def test_the_shipped_example_has_no_fault() -> None:
    check_between_sections(load(SHIPPED, Configuration, {}), public_url=None)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("questions: {a: {type: choice}}", "6 questions.a: has no options, so no answer can be chosen"),
        (
            "questions: {a: {type: choice, options: {sun: [Sol]}, sets: product}}",
            "6 questions.a.options.sun: sets no product: there are none",
        ),
    ],
)
def test_what_would_stop_or_fool_it_at_run_time_is_a_fault(tmp_path: Path, more: str, fault: str) -> None:
    (found,) = faults_of_doors_and(tmp_path, more)

    assert found.startswith(fault)


@pytest.mark.parametrize(
    "when",
    [
        "source: search, source_kind: google_ads",
        "segment: b2b, person.email: {exists: true}",
        "attribution.click_ids.gclid: {exists: true}, attribution.last_touch.medium: cpc, answers.any question: x",
        "score.stage: {at_least: Prospect}, score.temperature: [warm, hot], score.fit: {at_least: 3}",
        "match.verdict: new, match.customer.owner: sara, facts.product: solar, facts.bot: false",
    ],
)
def test_a_rule_that_asks_what_can_be_known_has_no_fault(tmp_path: Path, when: str) -> None:
    assert faults_of_doors_and(tmp_path, rule(when)) == []


def test_every_fault_of_one_condition_is_told(tmp_path: Path) -> None:
    (found,) = faults_of_doors_and(tmp_path, fit("facts.adress.county: x, score.fit: 1, fax: x"))

    assert [field for field in ("facts.adress.county", "score.fit", "fax") if f"{field}: " in found] == [
        "facts.adress.county",
        "score.fit",
        "fax",
    ]


def test_a_kind_that_is_not_built_is_refused_as_a_key_is(tmp_path: Path) -> None:
    (found,) = faults_of_doors_and(tmp_path, "  crm: {kind: hubspot}")

    assert (
        found
        == "6 destinations.crm.kind: is not a kind here (or not built yet); there are 'webhook', 'journal', 'email'"
    )
