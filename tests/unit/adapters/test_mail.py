"""Mail to a mail server, and to a folder."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_string, policy
from pathlib import Path

import pytest

from shared.adapters.mail import FolderMailer, SmtpMailer
from shared.domain.errors import PermanentError, TransientError, UsedWrongly
from shared.ports import Mail

MAIL = Mail("<d-1@tratt.invalid>", "sara@exempelsol.se", "Nytt lead: Åsa", "Ring Åsa.\n.\nIdag.\n")


class SmtpServer:
    """A mail server that takes one mail, with an answer of its own per command where a test gives one."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers
        self.commands: list[str] = []
        self.mail = ""
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.exempel.se ESMTP\r\n")
        while line := (await reader.readline()).decode().rstrip():
            verb = line.split(" ")[0].upper()
            self.commands.append(line)
            usual = "250-mail.exempel.se\r\n250 AUTH PLAIN" if verb == "EHLO" else "250 ok"
            usual = {"DATA": "354 go on", "QUIT": "221 bye", "AUTH": "235 welcome"}.get(verb, usual)
            writer.write(self.answers.get(verb, usual).encode() + b"\r\n")
            if verb == "DATA" and verb not in self.answers:
                self.mail = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.").decode()
                writer.write(self.answers.get("MESSAGE", "250 taken").encode() + b"\r\n")
            if verb == "QUIT":
                break
        writer.close()


@asynccontextmanager
async def smtp_server(**answers: str) -> AsyncIterator[SmtpServer]:
    mail_server = SmtpServer(answers)
    talks: list[asyncio.Task[None]] = []

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.create_task(mail_server.serve(reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    mail_server.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mail_server
        await asyncio.wait_for(asyncio.gather(*talks), timeout=5)


async def test_a_mail_arrives_as_it_was_written() -> None:
    async with smtp_server() as server:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{server.port}?from=leads@exempelsol.se")
        assert await mailer.send(MAIL) == "sara@exempelsol.se"
    message = message_from_string(server.mail, policy=policy.default)
    assert (message["From"], message["To"], message["Subject"]) == ("leads@exempelsol.se", MAIL.to, MAIL.subject)
    assert message["Message-ID"] == MAIL.message_id
    assert message.get_content() == MAIL.text


async def test_it_logs_in_with_the_urls_user() -> None:
    async with smtp_server() as server:
        await SmtpMailer(f"smtp://sara%40exempelsol.se:s%2Fcret@127.0.0.1:{server.port}").send(MAIL)
    assert any(command.startswith("AUTH PLAIN") for command in server.commands)
    assert any("FROM:<sara@exempelsol.se>" in command for command in server.commands)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"RCPT": "550 no such person"}, PermanentError),
        ({"RCPT": "450 greylisted"}, TransientError),
        ({"MESSAGE": "554 refused"}, PermanentError),
        ({"MESSAGE": "451 later"}, TransientError),
        ({"MAIL": "421 closing"}, TransientError),
        ({"AUTH": "535 wrong password"}, UsedWrongly),
        ({"AUTH": "454 try later"}, TransientError),
    ],
)
async def test_refusals_are_told_apart(answers: dict[str, str], error: type[Exception]) -> None:
    async with smtp_server(**answers) as server:
        with pytest.raises(error):
            await SmtpMailer(f"smtp://user:secret@127.0.0.1:{server.port}").send(MAIL)


async def test_a_server_that_is_away_is_tried_again() -> None:
    async with smtp_server() as server:
        port = server.port
    with pytest.raises(TransientError):
        await SmtpMailer(f"smtp://127.0.0.1:{port}").send(MAIL)


async def test_a_password_never_goes_to_another_machine_without_tls() -> None:
    async with smtp_server() as server:
        mailer = SmtpMailer(f"smtp://user:secret@127.0.0.1:{server.port}")
        mailer._must_upgrade = True  # as for a host that is not this machine
        with pytest.raises((UsedWrongly, TransientError)):
            await mailer.send(MAIL)
    assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


@pytest.mark.parametrize("url", ["http://mail.exempel.se", "smtp://", "mail.exempel.se"])
def test_a_url_that_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(UsedWrongly):
        SmtpMailer(url)


async def test_a_line_break_in_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PermanentError):
        await FolderMailer(tmp_path).send(Mail("<d-1@x>", "a@b.se\r\nBcc: c@d.se", "x", "x"))
    assert not list(tmp_path.iterdir())


async def test_the_same_mail_again_is_the_same_file(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "mail")
    assert await mailer.send(MAIL) == await mailer.send(MAIL) == "d-1.eml"
    assert [file.name for file in (tmp_path / "mail").iterdir()] == ["d-1.eml"]


async def test_no_message_id_leads_out_of_the_folder(tmp_path: Path) -> None:
    await FolderMailer(tmp_path / "mail").send(Mail("<../../escape@x>", MAIL.to, "x", "x"))
    assert [file.parent.name for file in tmp_path.rglob("*.eml")] == ["mail"]


async def test_a_folder_that_cannot_be_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("")
    with pytest.raises(TransientError):
        await FolderMailer(tmp_path / "mail").send(MAIL)
