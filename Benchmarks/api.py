"""Requests per second of DescribeDBInstances, next to moto_server: a page of 100 instances, and one by its identifier.

The client is `wrk`, the same for both, in turns. A signature is good for 15 minutes and may be used again, so it is made
once; Martlet verifies it each time, and is seen to refuse a wrong one.
"""

import http.client
import json
import re
import subprocess
import threading

import report
from martlet import Martlet, form, request_headers, scratch_directory
from peers import Moto

COUNT = 100
ROUNDS = 3
SECONDS = 5
CONNECTIONS = 16


def prepare(martlet):
    """100 stopped instances, made ten at a time."""
    names = [f"page{number:03}" for number in range(COUNT)]

    def make(some):
        api = martlet.api()
        for identifier in some:
            api.create(identifier)
            api.wait(identifier, "available")
            api.call("StopDBInstance", DBInstanceIdentifier=identifier)

    threads = [threading.Thread(target=make, args=(names[offset::4],)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for identifier in names:
        martlet.api().wait(identifier, "stopped")
    return names


def check(host, headers, body, count):
    """The answer is whole before it is counted."""
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("POST", "/", body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    found = text.count("<DBInstanceIdentifier>")
    assert answer.status == 200 and found == count, f"{host}: {answer.status}, {found} instances of {count}"
    return len(text)


def refuses_wrong_signatures(martlet, body):
    headers = request_headers(martlet.key, "wrong", martlet.listen, body)
    connection = http.client.HTTPConnection(martlet.listen, timeout=10)
    connection.request("POST", "/", body, headers)
    return connection.getresponse().status == 403


def load(directory, host, headers, body):
    """Requests per second, as wrk counts the good ones."""
    script = f"{directory}/request.lua"
    with open(script, "w", encoding="utf-8") as file:
        file.write(f'wrk.method = "POST"\nwrk.body = {json.dumps(body.decode())}\n')
        for name, value in headers.items():
            # `Host` in wrk's own writing replaces the one that it would add.
            file.write(f"wrk.headers[{json.dumps('Host' if name == 'host' else name)}] = {json.dumps(value)}\n")
    told = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "60s", "-s", script, f"http://{host}/"],
        check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in told and "Socket errors" not in told, told
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told).group(1))


def main():
    martlet, moto, directory = Martlet(), Moto(), scratch_directory("api")
    try:
        names = prepare(martlet)
        for identifier in names:
            moto.api().create(identifier)
        print(f"      {COUNT} stopped instances here, {COUNT} in moto_server", flush=True)
        page, one = form("DescribeDBInstances", MaxRecords=str(COUNT)), form("DescribeDBInstances", DBInstanceIdentifier=names[7])
        assert refuses_wrong_signatures(martlet, page), "signatures must be verified"
        results = {}
        for _ in range(ROUNDS):
            for kind, body, count in (("page", page, COUNT), ("one", one, 1)):
                for side, server, key, secret in (
                        ("martlet", martlet.listen, martlet.key, martlet.secret), ("moto", moto.host, "AKIAEXAMPLE", "x")):
                    headers = request_headers(key, secret, server, body)
                    size = check(server, headers, body, count)
                    rate = load(directory, server, headers, body)
                    results.setdefault((kind, side), []).append(rate)
                    print(f"      {kind}, {side}: {rate:,.1f} /s, {size:,} bytes each", flush=True)
    finally:
        martlet.close()
        moto.close()
        subprocess.run(["rm", "-rf", directory], check=True)
    report.compare(f"DescribeDBInstances, page of {COUNT}", results["page", "martlet"], results["page", "moto"],
                   "moto_server", "/s", 100, at_most=False)
    report.compare("DescribeDBInstances, by identifier", results["one", "martlet"], results["one", "moto"],
                   "moto_server", "/s", 20, at_most=False)
