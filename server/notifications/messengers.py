"""Which messengers this server has: those that its settings name."""

from server.clock import Clock
from server.config import Settings
from server.notifications.models import Channel
from server.notifications.ports import Messenger
from server.notifications.smtp import MailServer, SmtpMessenger
from server.notifications.webhook import WebhookMessenger


def messengers(settings: Settings, clock: Clock) -> dict[Channel, Messenger]:
    """The messengers by channel; a channel without one is never offered to patients."""
    found: dict[Channel, Messenger] = {}
    if settings.smtp_url is not None and settings.mail_from is not None:
        server = MailServer.at(settings.smtp_url.get_secret_value(), in_clear=settings.smtp_tls == "none")
        found[Channel.EMAIL] = SmtpMessenger(server, clock, sender=settings.mail_from)
    if settings.sms_url is not None and settings.sms_secret is not None:
        found[Channel.TEXT] = WebhookMessenger(
            settings.sms_url.get_secret_value(),
            clock,
            secret=settings.sms_secret.get_secret_value(),
            public_only=settings.sms_public_only,
        )
    return found
