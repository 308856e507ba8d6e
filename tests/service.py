"""A client of mdl serve for the tests: start_service in tests/cli/lib.sh says where it listens."""

import http.client
import json
import os
import socket
import time

PORT = int(os.environ["port"])


def token(name):
    return open(f"{name}.token").read().strip()


def call(method, path, body=None, token=None, connection=None, **headers):
    """Status, body and headers of the answer."""
    connection = connection or http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def post(path, value, token, **headers):
    """Status and JSON of the answer to a value as JSON."""
    status, body, _ = call("POST", path, json.dumps(value), token, Content_Type="application/json", **headers)
    return status, json.loads(body)


def raw(*parts, pause=0):
    """All that comes back for bytes that are sent, in parts."""
    with socket.create_connection(("127.0.0.1", PORT), timeout=60) as connection:
        answer = b""
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            while more := connection.recv(1 << 16):
                answer += more
        except (ConnectionResetError, BrokenPipeError):
            pass
        return answer


def expect(wanted, found):
    assert found == wanted, (wanted, found)
