"""Names in addresses, such as the pharmacy's in `/p/high-street`: small letters, digits and inner hyphens."""

import re
from typing import Final

SLUG_PATTERN: Final = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"

_SLUG = re.compile(SLUG_PATTERN)


def is_slug(text: str) -> bool:
    """Say whether the text may be a name in an address."""
    return _SLUG.fullmatch(text) is not None
