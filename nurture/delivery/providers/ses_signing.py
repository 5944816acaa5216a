"""AWS Signature Version 4 for one POST with a body.

https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Signer:
    key_id: str
    secret: str = field(repr=False)
    region: str
    service: str = "ses"

    def headers(
        self, url: str, body: bytes, given: Mapping[str, str], now: datetime, method: str = "POST"
    ) -> dict[str, str]:
        """``given``, by names in lower case, with the signature over all of them."""
        parts = urlsplit(url)
        at = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        headers = {**given, "host": parts.netloc, "x-amz-date": at}
        names = ";".join(sorted(headers))
        canonical = "\n".join(
            [
                method,
                quote(parts.path or "/", safe="/-_.~"),
                parts.query,
                *(f"{name}:{' '.join(headers[name].split())}" for name in sorted(headers)),
                "",
                names,
                sha256(body).hexdigest(),
            ]
        )
        scope = f"{at[:8]}/{self.region}/{self.service}/aws4_request"
        wanted = "\n".join([ALGORITHM, at, scope, sha256(canonical.encode()).hexdigest()])
        sign = hmac.new(self._key(at[:8]), wanted.encode(), sha256).hexdigest()
        proof = f"{ALGORITHM} Credential={self.key_id}/{scope}, SignedHeaders={names}, Signature={sign}"
        return {**headers, "authorization": proof}

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret}".encode()
        for part in (day, self.region, self.service, "aws4_request"):
            key = hmac.new(key, part.encode(), sha256).digest()
        return key
