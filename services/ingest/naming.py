"""How a lead gets its id: from its sender's own id of it, else from what it says."""

from typing import Any

from services.ingest.submission import canonical_content
from shared.domain.ids import lead_id, probable_submission_id
from shared.domain.lead import Lead


def named_lead(
    source: str, members: dict[str, Any], *, submission_id: str | None, is_dated: bool, person_key: bytes
) -> Lead:
    """Make a lead of its members, under its sender's id; without one under an id made of its content.

    Such an id is only probable: two people may say the same within ten minutes, so the lead's signals tell it.
    Any: whatever `Lead` takes, which validates them all in one go. `members["signals"]` is a dictionary.
    """
    if submission_id is None:
        members["signals"]["probable_id"] = True
        content = canonical_content(Lead(id="", submission_id="", **members), is_dated=is_dated)
        submission_id = probable_submission_id(person_key, content, members["received_at"])
    return Lead(id=lead_id(source, submission_id), submission_id=submission_id, **members)
