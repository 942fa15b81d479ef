"""The shapes in which senders list questions and answers, each with who sends it so (inbound-sources 4.3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from services.ingest.guard import Json

Element = Mapping[str, Json]
Reader = Callable[[Element], Json]

BY_TYPE = "<type>"
"""The value is the member that the element's own `type` names."""
SAMPLE = 5
"""Elements that are looked at to tell a list's shape: an unanswered question may lack its value."""

WRAPPING = frozenset(
    {"id", "key", "ref", "field", "type", "position", "order", "required", "options", "rows", "columns"}
)
"""Members that tell of the question rather than the answer, whether a shape reads them or not."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Where an element has what.

    Without `value` the element's type names the member; without `label` its key is all it is called. `reads` are the
    members that are looked at, `needs` those a list of this shape is known by.
    """

    key: Reader
    label: Reader | None
    type: Reader
    value: Reader | None
    options: str = "options"
    reads: frozenset[str] = WRAPPING
    needs: frozenset[str] = field(default=frozenset())


def read_first(paths: Sequence[str]) -> Reader:
    """Make a reader of the first of several members that is there; dots go into objects."""
    if len(paths) == 1 and "." not in paths[0]:
        only = paths[0]
        return lambda element: element.get(only)
    split = tuple((first, tuple(inside)) for first, *inside in (path.split(".") for path in paths))

    def read(element: Element) -> Json:
        for first, inside in split:
            value = element.get(first)
            for name in inside:
                value = value.get(name) if isinstance(value, dict) else None
            if value or value is False:
                return value
        return None

    return read


def read_value_at(paths: Sequence[str]) -> Reader | None:
    """Make a reader of the value; None where the element's type names the member."""
    return None if tuple(paths) == (BY_TYPE,) else read_first(paths)


def members_read(*paths: str) -> frozenset[str]:
    """List the members that belong to an element as such."""
    return WRAPPING | {path.split(".")[0] for path in paths}


def _shape(needs: str, key: str, value: str, label: str = "", type_: str = "type") -> Shape:
    return Shape(
        key=read_first(key.split()),
        label=read_first(label.split()) if label else None,
        type=read_first(type_.split()),
        value=read_value_at(value.split()),
        reads=members_read(*key.split(), *value.split(), *label.split(), *type_.split()),
        needs=frozenset(needs.split()),
    )


SHAPES: Mapping[str, Shape] = {
    "typed_field": _shape("field type", "field.ref field.id", BY_TYPE, type_="field.type type"),  # Typeform
    "column": _shape("column_id string_value", "column_id", "string_value"),  # Google Ads
    "key_label_value": _shape("key label value", "key", "value", "label"),  # Tally
    "id_name_type_value": _shape("id name type value", "id", "value", "name"),  # Fillout
    "name_values": _shape("name values", "name", "values"),  # Meta
    "label_values": _shape("label values", "variable id label", "values", "label"),  # Heyflow
    "question_answer": _shape("question answer", "question", "answer"),  # Calendly
    "question_response": _shape("question response", "question", "response"),
    "question_text_answer": _shape("question_text answer", "question_text", "answer"),
    "question_text_response": _shape("question_text response", "question_text", "response"),
    "question_title_answer_text": _shape("questionTitle answerText", "questionTitle", "answerText"),
    "title_answer": _shape("title answer", "title", "answer"),
    "label_answer": _shape("label answer", "label", "answer"),
    "fraga_svar": _shape("fråga svar", "fråga", "svar"),
    "Name_Value": _shape("Name Value", "Name", "Value"),  # programs in .NET
    "Key_Value": _shape("Key Value", "Key", "Value"),
    "Question_Answer": _shape("Question Answer", "Question", "Answer"),
    "name_text_answer": _shape("name text answer", "name", "answer", "text"),  # Jotform's API
    "field_name_field_value": _shape("field_name field_value", "field_name", "field_value"),
    "fieldName_fieldValue": _shape("fieldName fieldValue", "fieldName", "fieldValue"),
    "FieldName_FieldValue": _shape("FieldName FieldValue", "FieldName", "FieldValue"),
    "title_response": _shape("title response", "title", "response"),  # scripts of Google Forms
    "name_answer": _shape("name answer", "name", "answer"),
    "field_name_value": _shape("fieldName value", "fieldName", "value"),
    "field_label_value": _shape("field_label value", "field_id field_label", "value", "field_label"),
    "label_value": _shape("label value", "label", "value", "label"),
    "title_value": _shape("title value", "id title", "value", "title"),  # Elementor
    "question_value": _shape("question value", "id question", "value", "question"),
    "id_name_value": _shape("id name value", "id", "value", "name"),
    "name_value": _shape("name value", "name", "value"),  # HubSpot
    "key_value": _shape("key value", "key", "value"),
    "field_value": _shape("field value", "field", "value"),
    "id_value": _shape("id value", "id", "value"),
    "type_value": _shape("type value", "type", "value"),
}
"""Every shape by name; the first that fits is taken where none is named."""

MEMBER = _shape("", "", "value", "label title text question name")
MEMBER_ANSWERED = _shape("", "", "answer", "label title text question name")
"""An object of such elements, whose keys are its own: Elementor's `fields`, HubSpot's `properties`."""
PLAIN = _shape("", "key id name", "value")
"""What is left unsaid of a shape that is configured member by member."""

_CHOICE = frozenset({"id", "ids", "ref", "refs", "label", "labels", "other"})
_PICKED = frozenset({"id", "answer"})
"""Members of each of several choices, as Heyflow has them."""
_read_label = read_first(("label", "text", "name", "title", "value"))
_IDS = ("id", "value", "key")


def shape_of(elements: Sequence[Json]) -> Shape | None:
    """Tell a list's shape by its first elements; None where it is no list of questions and answers."""
    for element in elements[:SAMPLE]:
        if not isinstance(element, dict):
            return None
        for shape in SHAPES.values():
            if shape.needs <= element.keys():
                return shape
    return None


def read_value(element: Element, shape: Shape) -> Json:
    """Return an element's answer: the labels of a choice rather than its ids."""
    value = shape.value(element) if shape.value else element.get(str(element.get("type")))
    if isinstance(value, dict) and value and value.keys() <= _CHOICE:
        value = _chosen(value)
    if isinstance(value, list) and all(
        isinstance(each, dict) and "answer" in each and each.keys() <= _PICKED for each in value
    ):
        value = [each["answer"] for each in value if isinstance(each, dict)]
    if isinstance(value, dict) and isinstance(rows := element.get("rows"), list):
        columns = element.get("columns")
        if isinstance(columns, list):
            return {str(labelled(row, rows)): labelled(chosen, columns) for row, chosen in value.items()}
    options = element.get(shape.options)
    return labelled(value, options) if isinstance(options, list) else value


def labelled(value: Json, options: list[Json]) -> Json:
    """Replace the ids of options with their labels; what is no option's id stays."""
    labels: dict[str, str] = {}
    for option in options:
        if isinstance(option, dict):
            label = _read_label(option)
            for name in _IDS:
                if isinstance(given := option.get(name), str) and isinstance(label, str):
                    labels.setdefault(given, label)
    if isinstance(value, list):
        return [labels.get(item, item) if isinstance(item, str) else item for item in value]
    return labels.get(value, value) if isinstance(value, str) else value


def _chosen(choice: Element) -> Json:
    labels = choice.get("labels")
    several = list(labels) if isinstance(labels, list) else []
    several += [text for name in ("label", "other") if (text := choice.get(name)) is not None]
    if not several:
        return choice.get("ids") or choice.get("id")
    return several if isinstance(labels, list) else several[0]
