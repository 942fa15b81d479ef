"""What a form's section names and other sections must have: purposes, questions and their options."""

from collections.abc import Container, Iterator, Mapping

from services.ingest.configuration.form import AUTO, FormConfiguration
from shared.domain.business import Question
from shared.domain.wording import wording

Place = tuple[str | int, ...]
"""Keys below the section."""


def form_faults(
    form: FormConfiguration, *, questions: Mapping[str, Question], purposes: Container[str]
) -> Iterator[tuple[Place, str]]:
    """Yield the place of each fault and a sentence with the way out."""
    for number, consent in enumerate(form.consents):
        if consent.purpose not in purposes:
            yield (
                ("consents", number, "purpose"),
                f"no purpose '{consent.purpose}', so the consent would serve nothing: add it to privacy.purposes",
            )
    if form.segment == AUTO and "segments" in form.model_fields_set:
        yield from _faults_of_segments(form, questions)


def _faults_of_segments(form: FormConfiguration, questions: Mapping[str, Question]) -> Iterator[tuple[Place, str]]:
    for segment, asked in form.segments.items():
        for name, options in asked.items():
            question = questions.get(name)
            if question is None:
                yield ("segments", segment, name), f"no question is named '{name}': add it to questions"
                continue
            known = {wording(option) for option in question.options}
            for option in options:
                if known and wording(option) not in known:
                    there = ", ".join(question.options)
                    yield ("segments", segment, name), f"the question has no option '{option}': there are {there}"
