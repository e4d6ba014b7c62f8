"""The AWS endpoint over TLS: every client trusts what `martlet env` names, and nobody else's word."""

import json
import signal
import ssl
import subprocess
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from martlet_client import BINARY, DATA_DIR, LISTEN, SCRATCH, kill_serve, martlet, note, wait

kill_serve(signal.SIGTERM)
with open(f"{SCRATCH}/serve-tls.log", "ab") as log:
    child = subprocess.Popen(
        [BINARY, "serve", "--data-dir", DATA_DIR, "--listen", LISTEN, "--tls"], stdin=subprocess.DEVNULL, stdout=log,
        stderr=log, start_new_session=True)


def settings():
    return json.loads(martlet("env", "--output", "json").stdout)


def says_https():
    done = martlet("env", "--output", "json", check=False)
    return done.returncode == 0 and json.loads(done.stdout)["AWS_ENDPOINT_URL"].startswith("https://")


wait("serve says https", says_https, 30)
env = settings()
trust = ssl.create_default_context(cafile=env["AWS_CA_BUNDLE"])


def get(path, context=trust, host=LISTEN):
    with urllib.request.urlopen(f"https://{host}{path}", context=context, timeout=10) as answer:
        return answer.read().decode()


note("health and the bundle, by address and by name")


def healthy():
    try:
        return get("/health") == "ok\n"
    except OSError:  # not yet
        return False


wait("it is healthy", healthy, 30)
assert get("/ca.pem", host=f"localhost:{LISTEN.split(':')[1]}") == martlet("ca").stdout

note("boto3 trusts the bundle")
client = boto3.client(
    "rds", region_name=env["AWS_DEFAULT_REGION"], endpoint_url=env["AWS_ENDPOINT_URL"], verify=env["AWS_CA_BUNDLE"],
    aws_access_key_id=env["AWS_ACCESS_KEY_ID"], aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
    config=Config(retries={"total_max_attempts": 1}))
assert client.describe_db_instances()["DBInstances"] == []

note("martlet status finds its way")
assert "running" in martlet("status").stdout

note("who does not know the authority does not trust it, and plain HTTP is not answered")
try:
    get("/health", context=ssl.create_default_context())
    raise AssertionError("a client without the bundle was content")
except urllib.error.URLError as error:
    assert "CERTIFICATE_VERIFY_FAILED" in str(error), error
try:
    urllib.request.urlopen(f"http://{LISTEN}/health", timeout=10)
    raise AssertionError("plain HTTP was answered")
except (urllib.error.URLError, ConnectionError, OSError):
    pass
old = ssl.create_default_context(cafile=env["AWS_CA_BUNDLE"])
old.minimum_version = ssl.TLSVersion.TLSv1
old.maximum_version = ssl.TLSVersion.TLSv1_1
old.set_ciphers("DEFAULT@SECLEVEL=0")
try:
    get("/health", context=old)
    raise AssertionError("TLS 1.1 was accepted")
except (urllib.error.URLError, OSError):
    pass
