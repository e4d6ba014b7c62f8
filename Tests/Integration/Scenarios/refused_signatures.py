"""Signature Version 4, made by hand: what is right passes, everything else is told apart and refused as AWS does."""

import datetime

from martlet_client import LISTEN, create_available, name, note, unchanged
from raw_http import Request, action, assert_error, send

DESCRIBE = action("DescribeDBInstances")


def minutes(number):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=number)


create_available(name("signed"))

note("what is right passes")
answer = Request(DESCRIBE).send()
assert answer.status == 200 and name("signed") in answer.body, answer.body
assert answer.headers.get("x-amzn-requestid"), answer.headers
assert Request(DESCRIBE, date=minutes(-14)).send().status == 200, "14 minutes of skew are allowed"
assert Request(DESCRIBE, date=minutes(14)).send().status == 200, "14 minutes of skew are allowed"
answer = Request(DESCRIBE).send_presigned()
assert answer.status == 200 and name("signed") in answer.body, answer.body
again = Request(DESCRIBE, date=minutes(-1))
assert again.send().status == 200 and again.send().status == 200, "SigV4 has no nonce: a request may be repeated"

with unchanged():
    note("unsigned")
    body = "Action=DeleteDBInstance&Version=2014-10-31&DBInstanceIdentifier=" + name("signed") + "&SkipFinalSnapshot=true"
    form = {"host": LISTEN, "content-type": "application/x-www-form-urlencoded"}
    assert_error(send("POST", "/", form, body.encode()), 403, "MissingAuthenticationToken")

    note("a header that is no signature")
    for header in ["Basic dXNlcjpwYXNz", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00"]:
        answer = send("POST", "/", form | {"Authorization": header}, body.encode())
        assert answer.status in (400, 403) and "<Code>" in answer.body, f"{header}: {answer}"

    note("a key nobody has, a wrong secret, a changed body")
    assert_error(Request(DESCRIBE, key="AKIAIOSFODNN7EXAMPLE").send(), 403, "InvalidClientTokenId")
    assert_error(Request(DESCRIBE, secret="wrong").send(), 403, "SignatureDoesNotMatch")
    assert_error(Request(DESCRIBE, body=body.encode(), payload_hash="0" * 64).send(), 403, "SignatureDoesNotMatch")
    assert_error(Request(DESCRIBE).send_presigned(spoil=True), 403, "SignatureDoesNotMatch")

    note("skewed and expired")
    for shift in (-16, 16, -24 * 60):
        assert_error(Request(DESCRIBE, date=minutes(shift)).send(), 403, "SignatureDoesNotMatch", "Signature")
    answer = Request(DESCRIBE, date=minutes(-2)).send_presigned(expires=60)
    assert answer.status in (400, 403) and "<Code>" in answer.body, answer
    answer = Request(DESCRIBE).send_presigned(expires=604801)
    assert answer.status in (400, 403) and "<Code>" in answer.body, answer

    note("a scope that is not ours")
    answer = Request(DESCRIBE, region="mars-north-1").send()
    assert answer.status in (400, 403) and "<Code>" in answer.body and "mars-north-1" in answer.body, answer
    answer = Request(DESCRIBE, service="s3").send()
    assert answer.status in (400, 403, 404, 501) and "<Code>" in answer.body, answer

note("the same in another region: signed for it, answered from it")
answer = Request(DESCRIBE, region="eu-west-1").send()
assert answer.status == 200 and name("signed") not in answer.body, answer.body
