"""Asking a mail server whether it would take mail from us, without giving it any."""

from __future__ import annotations

from aiosmtplib import SMTPException

from nurture.delivery.smtp_pool import Pool, SmtpSettings


async def try_smtp(settings: SmtpSettings) -> str:
    """What it offers, after EHLO, STARTTLS and sign-in as the settings say. Raises what is in TROUBLE."""
    pool = Pool(settings)
    try:
        connection = await pool.take(fresh=True)
        offers = [
            word for word in ("STARTTLS", "PIPELINING", "SIZE", "8BITMIME") if connection.supports(word)
        ]
        await pool.give_back(connection)
    finally:
        await pool.close()
    return ", ".join(offers)


TROUBLE = (SMTPException, OSError)
