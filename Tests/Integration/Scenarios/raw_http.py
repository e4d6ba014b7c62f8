"""Requests made by hand, and every way to get them wrong. No AWS library, so that the server is not only tested against
the code it was written to please."""

import datetime
import http.client
import os
import urllib.parse
from dataclasses import dataclass, field

from martlet_client import LISTEN, REGION
from sigv4 import Signer, encoded_query, sha256

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
    def signer(self):
        return Signer(self.key, self.secret, self.service, self.region, self.date)

    def send(self):
        """Signed in the Authorization header."""
        content = self.content()
        signer = self.signer
        headers = {"host": LISTEN, "x-amz-date": signer.stamp, "content-type": "application/x-www-form-urlencoded"}
        headers |= {name.lower(): value for name, value in self.headers.items()}
        headers["Authorization"] = signer.authorization(
            self.method, self.path, encoded_query(self.query), headers, self.payload_hash or sha256(content))
        path = self.path + ("?" + encoded_query(self.query) if self.query else "")
        return send(self.method, path, headers, content)

    def send_presigned(self, expires=900, spoil=False):
        """Signed in the query string, as a presigned URL."""
        signer = self.signer
        pairs = list(self.fields.items()) + [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", f"{self.key}/{signer.scope}"),
            ("X-Amz-Date", signer.stamp), ("X-Amz-Expires", str(expires)), ("X-Amz-SignedHeaders", "host")]
        query = encoded_query(pairs)
        signature = signer.signature("GET", self.path, query, [("host", LISTEN)], sha256(b""))
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
