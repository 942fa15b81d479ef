"""What this process is called among its kind, and which of its kind on this machine are gone."""

import os
from socket import gethostname


def process_name(instance: str | None) -> str:
    """Name this process: by the stable name it was given, else by host and process id."""
    return instance or f"{gethostname()}-{os.getpid()}"


def is_gone(name: str) -> bool:
    """Tell whether the process of a name, whatever follows it, was on this host and certainly runs no more.

    Ask only of names that cannot come from another machine or container: they may count processes differently.
    """
    prefix = f"{gethostname()}-"
    number = name.removeprefix(prefix).partition("-")[0]
    if not name.startswith(prefix) or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's, and alive
        return False
    return False
