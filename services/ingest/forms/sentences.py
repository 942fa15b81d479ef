"""What a person at a browser is told, in Swedish and English."""

from collections.abc import Mapping
from html import escape

from services.ingest.answers import Answer, Outcome
from shared.domain.model import Text

_THANKS = Text(sv="Tack! Din förfrågan har kommit fram.", en="Thank you! Your enquiry has arrived.")
_AGAIN = Text(
    sv="Din förfrågan kunde inte sparas just nu. Gå tillbaka, vänta en liten stund och skicka igen.",
    en="Your enquiry could not be saved just now. Go back, wait a moment and send it again.",
)
_SENTENCES: Mapping[Outcome, Text] = {
    Outcome.ACCEPTED: _THANKS,
    Outcome.QUARANTINED: _THANKS,
    Outcome.NOT_DURABLE: _AGAIN,
    Outcome.BUSY: _AGAIN,
    Outcome.TOO_SLOW: Text(
        sv="Förbindelsen var för långsam. Gå tillbaka och skicka igen.",
        en="The connection was too slow. Go back and send it again.",
    ),
    Outcome.TOO_LARGE: Text(
        sv="Det du skickade är för stort. Gå tillbaka, korta texten eller ta bort bilagor, och skicka igen.",
        en="What you sent is too large. Go back, shorten the text or leave attachments out, and send it again.",
    ),
    Outcome.NOT_AUTHENTIC: Text(
        sv="Formuläret är inte inställt för den här sidan. Kontakta företaget på annat sätt.",
        en="This form is not set up for this page. Please contact the company in another way.",
    ),
}
_ELSE = Text(
    sv="Förfrågan togs inte emot. Kontakta företaget på annat sätt.",
    en="The enquiry was not taken in. Please contact the company in another way.",
)
_PAGE = """<!doctype html>
<html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<p>{sv}</p>
<p lang="en">{en}</p>
</html>
"""


def page_about(answer: Answer) -> bytes:
    """Return a small page that tells a person what became of the form. Nothing of the form stands in it."""
    text = _SENTENCES.get(answer.outcome, _ELSE)
    return _PAGE.format(title=escape(text.sv.partition(".")[0]), sv=escape(text.sv), en=escape(text.en)).encode()
