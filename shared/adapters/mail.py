"""Mail on its way: over SMTP, or as files in a folder where there is no mail server."""

import asyncio
import os
import re
import socket
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from shared.domain.errors import PermanentError, TransientError, UsedWrongly
from shared.ports import Mail

TIMEOUT_S = 20.0
PORTS = {"smtp": 587, "smtps": 465}
"""Submission with STARTTLS, and with TLS from the start (RFC 8314)."""
FOR_EVER = 500
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_REFUSED_LOGIN = frozenset({530, 534, 535, 538})
_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]")


class MailRefused(PermanentError):
    """Say that the mail server refuses this mail for ever."""


class MailUnavailable(TransientError):
    """Say that the mail server does not take mail now."""


class SmtpMailer:
    """The port `Mailer` over SMTP: `smtp://user:password@host:port?from=leads@example.com`, or `smtps://…`.

    `smtp` upgrades to TLS, and refuses to go on without it unless the host is this machine or the URL says `tls=no`.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise UsedWrongly("TRATT_SMTP_URL: write smtp://user:password@host:port or smtps://…")
        told = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self._host = parts.hostname
        self._port = parts.port or PORTS[parts.scheme]
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._is_tls = parts.scheme == "smtps"
        self._must_upgrade = self._host not in _LOCAL and told.get("tls") != "no" and not self._is_tls
        self._sender = told.get("from") or _sender(self._user)

    async def send(self, mail: Mail) -> str:
        """Return the recipients once the server has taken the mail.

        Raises:
            MailRefused: for ever.
            MailUnavailable: try again later; the mail may have gone out, under the same Message-ID.
            UsedWrongly: the server refuses the login: a person must mend TRATT_SMTP_URL.
        """
        try:
            await aiosmtplib.send(
                _message(mail, self._sender),
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._is_tls,
                start_tls=None if not self._must_upgrade and not self._is_tls else self._must_upgrade,
                timeout=TIMEOUT_S,
            )
        except aiosmtplib.SMTPAuthenticationError as error:
            if error.code in _REFUSED_LOGIN:
                raise UsedWrongly("the mail server refuses the login: mend TRATT_SMTP_URL") from error
            raise MailUnavailable(f"the mail server answers {error.code}") from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _judged(max(refused.code for refused in error.recipients)) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _judged(error.code) from error
        except aiosmtplib.SMTPException as error:
            raise MailUnavailable(f"the mail server cannot be used: {type(error).__name__}") from error
        except (OSError, ssl.SSLError) as error:
            raise MailUnavailable(f"the mail server cannot be reached: {type(error).__name__}") from error
        return mail.to


class FolderMailer:
    """The port `Mailer` as files: `<id>.eml` by Message-ID, so that the same mail again is the same file."""

    def __init__(self, folder: Path, *, sender: str = "tratt@localhost") -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, mail: Mail) -> str:
        """Return the file's name once it is on disk.

        Raises:
            MailRefused: a header holds a line break.
            MailUnavailable: the folder cannot be written to.
        """
        try:
            return await asyncio.to_thread(self._write, mail)
        except OSError as error:
            raise MailUnavailable(f"the mail folder cannot be written to: {type(error).__name__}") from error

    def _write(self, mail: Mail) -> str:
        content = _message(mail, self._sender).as_bytes()
        self._folder.mkdir(parents=True, exist_ok=True)
        name = _FILE_NAME.sub("_", mail.message_id.strip("<>").partition("@")[0]) + ".eml"
        draft = self._folder / f".{name}.{os.getpid()}.part"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Message-ID"] = mail.message_id
    except ValueError as error:  # a line break in a header: the library lets none through
        raise MailRefused("a header of the mail holds a line break") from error
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(mail.text)
    return message


def _judged(code: int) -> MailRefused | MailUnavailable:
    if code >= FOR_EVER:
        return MailRefused(f"the mail server answers {code}")
    return MailUnavailable(f"the mail server answers {code}")


def _sender(user: str | None) -> str:
    return user if user and "@" in user else f"tratt@{socket.gethostname()}"
