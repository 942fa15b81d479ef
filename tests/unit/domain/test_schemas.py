from pathlib import Path

from jsonschema import Draft202012Validator

from services.commands import schemas

FOLDER = Path(__file__).parents[3] / "docs" / "events"


def test_the_published_schemas_are_those_of_the_models() -> None:
    published = {path.name: path.read_text() for path in FOLDER.iterdir()}
    assert published == dict(schemas.files()), "run make schemas"


def test_every_schema_is_a_schema() -> None:
    for event in schemas.events():
        Draft202012Validator.check_schema(schemas.schema(event))
