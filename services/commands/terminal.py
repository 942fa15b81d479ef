"""Writing to a terminal, the same for every command: plain text, whatever a sender, a file or a company wrote in it."""

from rich.console import Console
from rich.text import Text

out = Console(highlight=False, soft_wrap=True, markup=False)
"""Nothing is read as markup: text in brackets, such as `[a, b]`, would vanish, and `[/b]` would end the command."""
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
"""For what is no result: faults, and the progress of what takes long."""


def headed(head: str, text: str, style: str = "bold") -> Text:
    """Make a line that begins with an emphasised word."""
    return Text.assemble((head, style), f" {text}")
