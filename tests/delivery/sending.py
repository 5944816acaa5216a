"""What every test of sending over SMTP uses."""

from dataclasses import dataclass, field

from nurture.delivery.provider import Envelope, Outcome
from nurture.delivery.smtp import SmtpProvider, SmtpSettings
from tests.delivery.scripted import Scripted

MAIL = b"Subject: Hello\r\nMessage-ID: <1@ours.example>\r\n\r\nGood day\r\n"
TO_HER = Envelope("us@ours.example", "her@theirs.example")


@dataclass
class Gate:
    server: Scripted | None = None
    open: bool = True
    asked: int = 0
    taken_when_asked: list[int] = field(default_factory=list)

    async def mark(self) -> bool:
        self.asked += 1
        if self.server:
            self.taken_when_asked.append(len(self.server.accepted))
        return self.open


def settings(port: int, **more: object) -> SmtpSettings:
    given: dict[str, object] = {"connect_seconds": 2.0, "command_seconds": 2.0, "dot_seconds": 0.5, **more}
    return SmtpSettings(host="127.0.0.1", port=port, local_hostname="ours.example", **given)  # type: ignore[arg-type]


async def send_one(server: Scripted, gate: Gate | None = None, **more: object) -> Outcome:
    provider = SmtpProvider(settings(server.port, **more))
    try:
        return await provider.deliver(MAIL, TO_HER, (gate or Gate()).mark)
    finally:
        await provider.close()
