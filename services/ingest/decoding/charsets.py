"""The charsets that a body may be in, and the text of bytes that say nothing of theirs."""

from collections.abc import Sequence

CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf-16": "utf-16",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso-8859-15",
    "iso-8859-2": "iso-8859-2",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "macintosh": "mac-roman",
    "shift_jis": "shift_jis",
    "euc-jp": "euc_jp",
    "gbk": "gbk",
    "big5": "big5",
}
"""Python's codec by the name senders use. A list, because Python also has codecs that unzip or take minutes. Browsers
read ISO-8859-1 as windows-1252 (WHATWG Encoding, 4.2), so pages that say the one post the other."""


def text_of(raw: bytes, charsets: Sequence[str]) -> str:
    """Decode by the first of the charsets that fits, UTF-8 before all: by chance hardly anything else is valid UTF-8.

    Never raises: at last every byte is the character of its number.
    """
    for codec in ("utf-8", *(CHARSETS[name] for name in charsets)):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def in_utf8(body: bytes, charset: str | None) -> bytes:
    """Rewrite a body of a declared charset in UTF-8; as it is where nothing is declared, or it is wrong."""
    codec = CHARSETS.get(charset or "utf-8", "utf-8")
    if codec in {"utf-8", "utf-16"}:
        return body
    return text_of(body, [charset or ""]).encode()
