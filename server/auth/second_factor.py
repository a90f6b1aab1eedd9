"""Time-based one-time codes (RFC 6238: SHA-1, 6 digits, 30 s), as authenticator apps make them."""

import hmac
from datetime import datetime

import pyotp

STEP_S = 30
DRIFT = (0, -1, 1)
"""Steps tried around the present one: phones' clocks drift, and people type slowly."""


def new_secret() -> str:
    """Make a secret of 160 bits, base32."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, *, now: datetime, after: int | None) -> int | None:
    """The time step that a code is right for, if that is later than the step last used; else `None`."""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_S
    for step in (present + drift for drift in DRIFT):
        if (after is None or step > after) and hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def provisioning_uri(secret: str, *, account: str) -> str:
    """The `otpauth://` address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Officina")
