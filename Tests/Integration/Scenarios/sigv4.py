"""Signature Version 4, written out from AWS's description of it ("Create a signed AWS API request")."""

import hashlib
import hmac
import urllib.parse
from dataclasses import dataclass


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def encoded_query(pairs):
    quote = urllib.parse.quote
    return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(pairs))


@dataclass(frozen=True)
class Signer:
    """Who signs, for which service and region, at what time (a UTC datetime)."""

    key: str
    secret: str
    service: str
    region: str
    date: object

    @property
    def stamp(self):
        return self.date.strftime("%Y%m%dT%H%M%SZ")

    @property
    def scope(self):
        return f"{self.stamp[:8]}/{self.region}/{self.service}/aws4_request"

    def signature(self, method, path, query, headers, payload_hash):
        """`headers`: sorted (name, value) pairs, names in lower case; `query`: encoded and sorted."""
        canonical = "\n".join([
            method, path, query, *[f"{name}:{value.strip()}" for name, value in headers], "",
            ";".join(name for name, _ in headers), payload_hash])
        text = "\n".join(["AWS4-HMAC-SHA256", self.stamp, self.scope, sha256(canonical.encode())])
        key = ("AWS4" + self.secret).encode()
        for part in (*self.scope.split("/"), text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key.hex()

    def authorization(self, method, path, query, headers, payload_hash):
        """The Authorization header over all of `headers`, a dictionary with lower-case names."""
        pairs = sorted(headers.items())
        signature = self.signature(method, path, query, pairs, payload_hash)
        names = ";".join(name for name, _ in pairs)
        return f"AWS4-HMAC-SHA256 Credential={self.key}/{self.scope}, SignedHeaders={names}, Signature={signature}"
