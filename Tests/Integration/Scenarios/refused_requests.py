"""Requests that are signed well and wrong otherwise: unknown actions and parameters, versions, sizes, broken bodies."""

import http.client
import json

from martlet_client import LISTEN, name, note, parameters, rds, unchanged
from raw_http import Request, action, assert_error, get, send
from sigv4 import sha256

LIMIT = 64 << 20

with unchanged():
    note("unknown actions and parameters")
    assert_error(Request(action("FrobnicateDBInstance")).send(), 400, "InvalidAction", "FrobnicateDBInstance")
    assert_error(Request({"Version": "2014-10-31"}).send(), 400, "MissingAction")
    create = {key: str(value) for key, value in parameters(name("unknown")).items()}
    assert_error(Request(action("CreateDBInstance", **create, Colour="blue")).send(), 400, "ValidationError", "Colour")
    assert_error(Request(action("DescribeDBInstances", Sort="up")).send(), 400, "ValidationError", "Sort")
    assert_error(Request(action("DescribeDBInstances", MaxRecords="19")).send(), 400, "InvalidParameterValue", "MaxRecords")
    assert_error(Request(action("DescribeDBInstances", MaxRecords="101")).send(), 400, "InvalidParameterValue", "MaxRecords")
    assert_error(Request(action("DescribeDBInstances", MaxRecords="x")).send(), 400, "InvalidParameterValue", "MaxRecords")
    assert_error(Request(action("DescribeDBInstances", Marker="nonsense")).send(), 400, "InvalidParameterValue", "Marker")

    note("known, and not built yet")
    for operation in ["CreateDBProxy", "CreateDBClusterSnapshot", "CreateBlueGreenDeployment"]:
        answer = Request(action(operation)).send()
        assert_error(answer, 501, "NotImplemented", operation)

    note("the other protocols have their own envelopes")
    answer = Request({"Action": "FlyToTheMoon", "Version": "2016-11-15"}, service="ec2").send()
    assert answer.status == 400 and "<Response><Errors><Error>" in answer.body.replace("\n", ""), answer
    assert "InvalidAction" in answer.body and "RequestID" in answer.body, answer
    assert_error(Request({"Action": "FlyToTheMoon", "Version": "2011-06-15"}, service="sts").send(), 400, "InvalidAction")
    headers = {"X-Amz-Target": "secretsmanager.FlyToTheMoon", "Content-Type": "application/x-amz-json-1.1"}
    answer = Request({}, service="secretsmanager", headers=headers, body=b"{}").send()
    assert answer.status == 400, answer
    assert "__type" in json.loads(answer.body), answer
    headers["X-Amz-Target"] = "secretsmanager.GetSecretValue"
    answer = Request({}, service="secretsmanager", headers=headers, body=b'{"SecretId": ').send()
    assert answer.status == 400 and "SerializationException" in json.loads(answer.body)["__type"], answer
    answer = Request({}, service="secretsmanager", headers=headers, body=b'{"SecretId": "nobody"}').send()
    assert answer.status == 400 and "ResourceNotFoundException" in json.loads(answer.body)["__type"], answer

    note("bodies over the limit")
    length = {"host": LISTEN, "content-type": "application/x-www-form-urlencoded", "content-length": str(LIMIT)}
    try:
        answer = send("POST", "/", length, b"Action=DescribeDBInstances")
    except OSError:
        answer = None  # it may hang up instead of waiting for the rest
    assert answer is None or answer.status in (400, 413), answer
    try:
        answer = Request({}, body=b"Action=DescribeDBInstances&Version=2014-10-31&A=" + b"a" * (16 << 20)).send()
    except OSError:
        answer = None
    assert answer is None or answer.status in (400, 413), answer

    note("nonsense")
    for method, path in [("POST", "/"), ("PUT", "/"), ("GET", "/nowhere"), ("DELETE", "/health")]:
        answer = send(method, path, {"host": LISTEN})
        assert 400 <= answer.status < 500, (method, path, answer)
    answer = Request({}, body=b"\xff\xfe%zz=%&&&=").send()
    assert answer.status == 400, answer

note("chunked bodies are read")
body = b"Action=DescribeDBInstances&Version=2014-10-31"
signer = Request({}).signer
headers = {"host": LISTEN, "x-amz-date": signer.stamp}
headers["Authorization"] = signer.authorization("POST", "/", "", headers, sha256(body))
connection = http.client.HTTPConnection(LISTEN, timeout=10)
connection.request(
    "POST", "/", iter([body[:10], body[10:]]),
    headers | {"Content-Type": "application/x-www-form-urlencoded", "Transfer-Encoding": "chunked"}, encode_chunked=True)
assert connection.getresponse().status == 200

note("it still answers")
assert get("/health").status == 200
assert rds.describe_db_instances()["DBInstances"] == []
