"""A question's or an option's wording in the one form in which it may be compared, whoever wrote it and however."""

import re
from collections.abc import Mapping

from shared.domain.business import Question
from shared.domain.operands import folded

_GAPS = re.compile(r"[\s_]+")


def wording(text: str) -> str:
    """Return a wording for comparison: `Hur_bor_du?` is `hur bor du`."""
    return _GAPS.sub(" ", folded(text)).strip(" ?!:.*")


def options_by_wording(question: Question) -> Mapping[str, str]:
    """Return a question's options by every wording that means one; of two that mean the same, the first counts."""
    return {wording(text): option for option, texts in reversed(question.options.items()) for text in (option, *texts)}
