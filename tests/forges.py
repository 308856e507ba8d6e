"""The steps of configs/ci, run as GitHub's and GitLab's runners do, against a server that speaks the part of their APIs that the steps use.
What is not here: the forges themselves, containers, and the network. tests/cli/ci-github.sh and ci-gitlab.sh use it."""

import http.server
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import zipfile

import yaml

CI = pathlib.Path(__file__).parents[1] / "configs" / "ci"


class Forge(http.server.ThreadingHTTPServer):
    """Comments, and artifacts: GitHub's as (name, branch, head repository, zip), GitLab's as what passed last."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.comments, self.artifacts, self.baseline, self.read_only = [], [], None, False
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answers(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, code, body=b"", **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def handle_call(self):
        forge, path = self.server, self.path
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        allowed = "secret" in (self.headers.get("Authorization", "") + self.headers.get("PRIVATE-TOKEN", "") + self.headers.get("JOB-TOKEN", ""))
        if path.startswith("/stored/"):   # refuses who brings a token, as the storage of GitHub does
            return self.answer(400) if allowed else self.answer(200, forge.artifacts[int(path.split("/")[2])]["zip"])
        if not allowed:
            return self.answer(401)
        if "/actions/artifacts?" in path:
            name = re.search("name=([^&]*)", path)[1]
            listed = [{"id": i, "expired": False, "created_at": f"2026-01-01T00:00:{i:02}Z",
                       "archive_download_url": f"{forge.url}/zip/{i}",
                       "workflow_run": {"head_branch": kept["branch"], "head_repository_id": kept["repository"], "repository_id": 1}}
                      for i, kept in enumerate(forge.artifacts) if kept["name"] == name]
            return self.answer(200, {"artifacts": listed})
        if path.startswith("/zip/"):
            return self.answer(302, Location=forge.url.replace("127.0.0.1", "localhost") + "/stored/" + path.split("/")[2])
        if "/jobs/artifacts/main/raw/mdl-report/baseline?job=model" in path:
            return self.answer(404) if forge.baseline is None else self.answer(200, forge.baseline)
        if self.command == "GET":
            page = int(re.search("[?&]page=(.*)", path)[1])
            return self.answer(200, forge.comments[100 * (page - 1):100 * page])
        if forge.read_only:
            return self.answer(403)
        if self.command == "POST":
            forge.comments.append({"id": 1000 + len(forge.comments), **body})
        else:
            next(comment for comment in forge.comments if comment["id"] == int(path.rsplit("/", 1)[1])).update(body)
        return self.answer(200, {})

    do_GET = do_POST = do_PATCH = do_PUT = handle_call


def lookup(contexts, name):
    for part in name.split("."):
        contexts = contexts.get(part, "") if isinstance(contexts, dict) else ""
    return contexts


def evaluated(expression, contexts):
    """An expression of GitHub's, as far as these files use them."""
    python = re.sub(r"'[^']*'|[a-z_]+(?:\.[a-z_-]+)+", lambda found: found[0] if found[0][0] == "'" else repr(lookup(contexts, found[0])), expression)
    return eval(python.replace("&&", " and ").replace("||", " or "))   # pylint: disable=eval-used


def expanded(text, contexts):
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: str(evaluated(found[1], contexts)), text)


def github(forge, event, inputs, branch="main", repository=1):
    """Runs the action; returns its exit code, what it printed, and the job summary."""
    action = yaml.safe_load((CI / "action.yml").read_text())
    temp = pathlib.Path("runner").absolute()
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir()
    files = {name: temp / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_PATH")}
    unknown = set(inputs) - set(action["inputs"])
    assert not unknown, unknown
    contexts = {"github": {"token": "secret", "event_name": event, "ref_name": branch if event == "push" else "7/merge",
                           "event": {"repository": {"default_branch": "main"}, "pull_request": {"number": 7}}},
                "runner": {"temp": str(temp)}, "steps": {}}
    contexts["inputs"] = {name: inputs.get(name, expanded(given["default"], contexts)) for name, given in action["inputs"].items()}
    environment = dict(os.environ, RUNNER_TEMP=str(temp), GITHUB_API_URL=forge.url, GITHUB_REPOSITORY="owner/repo", **{name: str(file) for name, file in files.items()})
    printed, code = "", 0
    for step in action["runs"]["steps"]:
        if code or not evaluated(" ".join(step.get("if", "'always'").split()), contexts):
            continue
        if "uses" in step:
            given = {name: expanded(str(value), contexts) for name, value in step["with"].items()}
            archive, path = io.BytesIO(), pathlib.Path(given["path"])
            with zipfile.ZipFile(archive, "w") as made:
                for file in [path] if path.is_file() else path.iterdir():
                    made.write(file, file.name)
            forge.artifacts.append({"name": given["name"], "branch": branch, "repository": repository, "zip": archive.getvalue()})
            continue
        for file in files.values():
            file.touch()
        files["GITHUB_OUTPUT"].write_text("")
        script = temp / "script"
        script.write_text(step["run"])
        words = {"bash": ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script], "python": [sys.executable, script]}[step["shell"]]
        given = {name: expanded(value, contexts) for name, value in step.get("env", {}).items()}
        paths = files["GITHUB_PATH"].read_text().split("\n")[:-1]
        path = os.pathsep.join([*paths, environment["PATH"]])
        done = subprocess.run(words, env={**environment, **given, "PATH": path}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=90)
        printed, code = printed + done.stdout, done.returncode
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        contexts["steps"][step.get("id", "")] = {"outputs": outputs}
    return code, printed, files["GITHUB_STEP_SUMMARY"].read_text() if files["GITHUB_STEP_SUMMARY"].exists() else ""


def gitlab(forge, variables, merge_request=False):
    """Runs the job; returns its exit code and what it printed."""
    job = yaml.safe_load((CI / "gitlab.yml").read_text())[".mdl-evaluate"]
    unknown = set(variables) - set(job["variables"])
    assert not unknown, unknown
    environment = {**os.environ, **job["variables"], **variables, "CI_API_V4_URL": forge.url, "CI_PROJECT_ID": "1", "CI_DEFAULT_BRANCH": "main",
                   "CI_JOB_NAME": "model", "CI_JOB_TOKEN": "secret"}
    if merge_request:
        environment["CI_MERGE_REQUEST_IID"] = "7"
    for left in ("mdl-report", ".mdl"):
        shutil.rmtree(left, ignore_errors=True)
    done = subprocess.run(["bash", "-eo", "pipefail", "-c", "\n".join(job["before_script"] + job["script"])], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=90)
    for path in (*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]):
        assert done.returncode not in (0, 3, 4) or os.path.exists(path), path
    if done.returncode == 0 and not merge_request:
        forge.baseline = pathlib.Path("mdl-report/baseline").read_bytes()
    return done.returncode, done.stdout


def scripts():
    """The shell of all steps, for shellcheck."""
    for step in yaml.safe_load((CI / "action.yml").read_text())["runs"]["steps"]:
        if step.get("shell") == "bash":
            yield step["run"]
    job = yaml.safe_load((CI / "gitlab.yml").read_text())[".mdl-evaluate"]
    yield "\n".join(job["before_script"] + job["script"])


def expect(wanted, found, printed=""):
    assert found == wanted, f"expected {wanted!r}, found {found!r}\n{printed}"
