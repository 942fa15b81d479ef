"""Ids that a page's script gives its submissions: taken only where no two submissions can have the same by accident."""

import re

_UNIQUE = re.compile(r"(?=\D*\d)[A-Za-z0-9_.:-]{16,200}")


def is_one_submissions(given: str) -> bool:
    """Tell a random id (a UUID, or as long a one) from a name such as `contact-form`, which every person would share.

    Two submissions of one id are one lead and its correction, so a shared id would bury all leads but the last.
    """
    return _UNIQUE.fullmatch(given) is not None and len(set(given)) > _FEWEST_SIGNS


_FEWEST_SIGNS = 5
"""Different characters: the UUID of zeros, which scripts send that failed to make one, has two."""
