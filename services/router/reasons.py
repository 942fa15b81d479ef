"""Why a lead was held or rejected, in words for people. The codes are part of the public contract."""

from shared.domain.decision import Why
from shared.domain.model import Text

_TEXTS = {
    "test": Text(sv="Testlead: syns, men lämnas aldrig vidare", en="Test lead: seen, but never passed on"),
    "suppressed": Text(sv="Får inte kontaktas", en="Must not be contacted"),
    "hygiene": Text(sv="Ser inte ut som en riktig förfrågan", en="Does not look like a genuine enquiry"),
    "competitor": Text(sv="Konkurrent enligt kundregistret", en="A competitor by the customer file"),
    "blocked": Text(sv="Spärrad i kundregistret", en="Blocked in the customer file"),
    "employee": Text(sv="Egen medarbetare", en="One of our own"),
    "review": Text(sv="Kanske redan kund: en människa avgör", en="Maybe a customer: a person decides"),
    "nurture": Text(sv="Inte redo för sälj: bearbetas vidare", en="Not ready for sales: nurtured"),
    "no_destination": Text(sv="Ingen påslagen mottagare tar leadet", en="No enabled destination takes the lead"),
    "no_consent": Text(sv="Grund saknas för att lämna leadet vidare", en="No basis to pass the lead on"),
}


def why(code: str, detail: str | None = None) -> Why:
    """Say a reason. A code of the company's own speaks for itself; `detail` is never personal."""
    text = _TEXTS.get(code, Text(sv=code, en=code))
    tail = f" ({detail})" if detail else ""
    return Why(code=code, text_sv=text.sv + tail, text_en=text.en + tail)
