"""Whether an answer is read by a script or by a person, told by the request's headers."""

from services.ingest.forms.origins import Headers

_OF_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
"""What browsers send by themselves, beside text/plain: scripts take that to avoid a preflight (inbound-sources 5.1).
"""
_OF_SCRIPTS = frozenset({"xmlhttprequest", "fetch"})
"""Values of X-Requested-With. In-app browsers on Android write their app's name there when a person posts a form."""


def wants_json(headers: Headers) -> bool:
    """Tell whether to answer in JSON: a script asks for it, sends it, or says that it is one."""
    accepted, sent = _text(headers, b"accept"), _text(headers, b"content-type")
    is_for_people = "text/html" in accepted
    if _is_json(sent) or _text(headers, b"x-requested-with") in _OF_SCRIPTS:
        return True
    if _is_json(accepted):
        return not is_for_people or accepted.index("json") < accepted.index("text/html")
    if _text(headers, b"sec-fetch-dest") == "empty":
        return True
    return bool(sent) and not sent.startswith(_OF_FORMS) and not is_for_people


def _is_json(media_types: str) -> bool:
    return "/json" in media_types or "+json" in media_types


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1").strip().lower()
