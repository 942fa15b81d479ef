"""Read a request's body with its bytes and its time counted, so that no sender can hold more of us than its share."""

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


async def _next_part(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise SenderGone
    return message.get("body", b""), not message.get("more_body", False)
