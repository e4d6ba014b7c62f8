"""Requests made by hand: signatures written out from AWS's description of Signature Version 4, and every way to get them
wrong. No AWS library, so that the server is not only tested against the code it was written to please."""

import datetime
import hashlib
import hmac
import http.client
import os
import urllib.parse
from dataclasses import dataclass, field
from urllib.parse import quote

from martlet_client import LISTEN, REGION

KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]
RDS_VERSION = "2014-10-31"


@dataclass
class Answer:
    status: int
    headers: dict
    body: str


def send(method, path, headers, body=b""):
    connection = http.client.HTTPConnection(LISTEN, timeout=30)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read().decode())
    finally:
        connection.close()


def get(path):
    return send("GET", path, {})


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def encoded_query(pairs):
    return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(pairs))


@dataclass
class Request:
    """One signed request; each field can be made wrong."""

    fields: dict
    service: str = "rds"
    region: str = REGION
    key: str = KEY
    secret: str = SECRET
    method: str = "POST"
    path: str = "/"
    query: list = field(default_factory=list)
    date: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.timezone.utc))
    headers: dict = field(default_factory=dict)
    body: bytes | None = None
    # What the signature says about the body, when that is not the truth.
    payload_hash: str | None = None

    def content(self):
        return self.body if self.body is not None else urllib.parse.urlencode(self.fields).encode()

    @property
    def stamp(self):
        return self.date.strftime("%Y%m%dT%H%M%SZ")

    @property
    def scope(self):
        return f"{self.stamp[:8]}/{self.region}/{self.service}/aws4_request"

    def signature(self, signed, query, payload):
        canonical = "\n".join([
            self.method, self.path, query, *[f"{name}:{value.strip()}" for name, value in signed], "",
            ";".join(name for name, _ in signed), payload])
        text = "\n".join(["AWS4-HMAC-SHA256", self.stamp, self.scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = ("AWS4" + self.secret).encode()
        for part in (self.stamp[:8], self.region, self.service, "aws4_request"):
            key = digest(key, part)
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def send(self):
        """Signed in the Authorization header."""
        content = self.content()
        payload = self.payload_hash or hashlib.sha256(content).hexdigest()
        headers = {"host": LISTEN, "x-amz-date": self.stamp, "content-type": "application/x-www-form-urlencoded"}
        headers |= {name.lower(): value for name, value in self.headers.items()}
        signed = sorted(headers.items())
        signature = self.signature(signed, encoded_query(self.query), payload)
        names = ";".join(name for name, _ in signed)
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.key}/{self.scope}, SignedHeaders={names}, Signature={signature}")
        path = self.path + ("?" + encoded_query(self.query) if self.query else "")
        return send(self.method, path, headers, content)

    def send_presigned(self, expires=900, spoil=False):
        """Signed in the query string, as a presigned URL."""
        pairs = list(self.fields.items()) + [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", f"{self.key}/{self.scope}"),
            ("X-Amz-Date", self.stamp), ("X-Amz-Expires", str(expires)), ("X-Amz-SignedHeaders", "host")]
        query = encoded_query(pairs)
        self.method = "GET"
        signature = self.signature([("host", LISTEN)], query, hashlib.sha256(b"").hexdigest())
        if spoil:
            signature = signature[:-1] + ("0" if signature[-1] != "0" else "1")
        return send("GET", f"{self.path}?{query}&X-Amz-Signature={signature}", {"host": LISTEN})


def action(name, **fields):
    """The fields of an RDS call."""
    return {"Action": name, "Version": RDS_VERSION, **fields}


def assert_error(answer, status, code, fragment=""):
    """An XML error envelope as botocore parses it, with a request id."""
    told = f"{answer.status}: {answer.body[:600]}"
    assert answer.status == status, f"expected status {status}; {told}"
    assert f"<Code>{code}</Code>" in answer.body, f"expected code {code}; {told}"
    assert fragment.lower() in answer.body.lower(), f"expected '{fragment}'; {told}"
    assert "<RequestId>" in answer.body or "<RequestID>" in answer.body, f"no request id; {told}"
    print(f"           refused: {answer.status} {code}", flush=True)
