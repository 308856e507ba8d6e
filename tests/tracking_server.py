"""An MLflow tracking server for tests: takes what the REST API documents (version 2.0) and nothing else, writes its port into the file `port`,
and answers /told with all that it was told. With a token it answers those who have it; with a certificate it speaks TLS."""
import argparse
import http.server
import json
import os
import re
import ssl
import urllib.parse

arguments = argparse.ArgumentParser()
arguments.add_argument("--token")
arguments.add_argument("--certificate")
options = arguments.parse_args()
told = {"experiments": {"Default": "0"}, "runs": {}}


class Refused(Exception):
    pass


def expect(right, why):
    if not right:
        raise Refused(why)


def shape(body, required, optional={}):
    known = {**required, **optional}
    expect(isinstance(body, dict) and set(required) <= set(body) <= set(known), f"keys {sorted(body)}")
    for key, value in body.items():
        expect(isinstance(value, known[key]) and not isinstance(value, bool), f"{key} is {value!r}")


def experiments_create(body):
    shape(body, {"name": str})
    expect(body["name"] not in told["experiments"], "exists")
    return {"experiment_id": told["experiments"].setdefault(body["name"], str(len(told["experiments"])))}


def runs_create(body):
    shape(body, {"experiment_id": str}, {"run_name": str, "start_time": int, "tags": list})
    for tag in body["tags"]:
        shape(tag, {"key": str, "value": str})
    expect(body["experiment_id"] in told["experiments"].values() and body["start_time"] > 1_600_000_000_000, "no such experiment")
    run = f"{len(told['runs']):032x}"
    info = {
        "run_id": run,
        "experiment_id": body["experiment_id"],
        "run_name": body["run_name"],
        "status": "RUNNING",
        "lifecycle_stage": "active",
        "artifact_uri": f"mlflow-artifacts:/{body['experiment_id']}/{run}/artifacts",
    }
    told["runs"][run] = {"info": info, "params": {}, "metrics": [], "files": {}, "statuses": ["RUNNING"]}
    return {"run": {"info": info, "data": {"tags": body["tags"]}}}


def runs_update(body):
    shape(body, {"run_id": str}, {"status": str, "end_time": int})
    expect(body["status"] in ("RUNNING", "FINISHED", "FAILED", "KILLED"), body["status"])
    run = told["runs"][body["run_id"]]
    run["info"]["status"] = body["status"]
    run["statuses"].append(body["status"])
    return {"run_info": run["info"]}


def runs_log_batch(body):
    shape(body, {"run_id": str}, {"metrics": list, "params": list, "tags": list})
    metrics, params, run = body.get("metrics", []), body.get("params", []), told["runs"][body["run_id"]]
    expect(len(metrics) <= 1000 and len(params) <= 100, "too many")
    for metric in metrics:
        shape(metric, {"key": str, "value": (int, float), "timestamp": int}, {"step": int})
        expect(re.fullmatch(r"[\w\-. :/]{1,250}", metric["key"]), metric["key"])
    for param in params:
        shape(param, {"key": str, "value": str})
        expect(re.fullmatch(r"[\w\-. :/]{1,250}", param["key"]) and len(param["value"]) <= 6000, param["key"])
        expect(run["params"].get(param["key"], param["value"]) == param["value"], f"changed {param['key']}")
    run["metrics"] += metrics
    run["params"].update({param["key"]: param["value"] for param in params})
    return {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        call = url.path.removeprefix("/api/2.0/mlflow/")
        if url.path == "/told":
            return self.answer(200, told)
        try:
            expect(url.path.startswith("/api/2.0/"), url.path)
            if options.token and self.headers.get("Authorization") != f"Bearer {options.token}":
                return self.answer(401, {"message": "who are you?"})
            file = re.fullmatch(r"/api/2.0/mlflow-artifacts/artifacts/(\d+)/([0-9a-f]{32})/artifacts/([\w.]+)", url.path)
            if method == "PUT" and file:
                told["runs"][file[2]]["files"][file[3]] = body.hex()
                return self.answer(200, {})
            if method == "GET" and call == "experiments/get-by-name":
                known = told["experiments"].get(query["experiment_name"])
                found = {"experiment": {"experiment_id": known, "name": query["experiment_name"]}}
                missing = {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}
                return self.answer(200, found) if known is not None else self.answer(404, missing)
            if method == "GET" and call == "runs/get":
                if query["run_id"] not in told["runs"]:
                    return self.answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"})
                run = told["runs"][query["run_id"]]
                latest = {metric["key"]: metric for metric in run["metrics"]}
                return self.answer(200, {"run": {"info": run["info"], "data": {"metrics": list(latest.values())}}})
            action = {
                "experiments/create": experiments_create,
                "runs/create": runs_create,
                "runs/update": runs_update,
                "runs/log-batch": runs_log_batch,
            }.get(call if method == "POST" else "")
            expect(action and self.headers["Content-Type"] == "application/json", f"{method} {url.path}")
            self.answer(200, action(json.loads(body)))
        except (Refused, KeyError, ValueError) as problem:
            self.answer(400, {"error_code": "INVALID_PARAMETER_VALUE", "message": str(problem)})

    do_GET = lambda self: self.do("GET")
    do_POST = lambda self: self.do("POST")
    do_PUT = lambda self: self.do("PUT")


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
if options.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open("port.new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename("port.new", "port")
server.serve_forever()
