"""Read a request's body with its bytes and its time counted, so that no sender can hold more of us than its share."""

from contextlib import suppress

from starlette.types import Receive

from services.ingest.patience import Patience


class BodyTooLarge(Exception):
    """Say that more bytes came than are taken; the rest was not read."""


class SenderGone(Exception):
    """Say that the sender hung up; nobody waits for an answer."""


async def read_body(receive: Receive, limit: int, patience: Patience) -> bytes:
    """Return the whole body of at most `limit` bytes, as long as `patience` lasts on the wall clock.

    Raises:
        BodyTooLarge, SenderGone: as they say.
        TimeoutError: it came too slowly.
    """
    with patience.turn():
        body, is_whole = await _next_part(receive)
        if is_whole and len(body) <= limit:
            return body
        parts, size = [body], len(body)
        while not is_whole and size <= limit:
            part, is_whole = await _next_part(receive)
            parts.append(part)
            size += len(part)
    if size > limit:
        raise BodyTooLarge
    return b"".join(parts)


async def discard_body(receive: Receive, limit: int, patience: Patience) -> None:
    """Read on and keep nothing, so that an answer given early is not lost with the connection.

    Closing a connection on which bytes wait unread resets it, and a browser then shows its own error instead of our
    answer (RFC 9112, 9.6). It leaves off after `limit` bytes, when `patience` ends, or when the sender hung up.
    """
    left, is_whole = limit, False
    with suppress(TimeoutError, SenderGone), patience.turn():
        while not is_whole and left > 0:
            part, is_whole = await _next_part(receive)
            left -= len(part)


async def _next_part(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise SenderGone
    return message.get("body", b""), not message.get("more_body", False)
