"""Chromium without a window, driven by its DevTools protocol over a pipe."""
import base64
import json
import os
import subprocess
import time

KEYS = {"Tab": 9, "Enter": 13, "Space": 32, "ArrowUp": 38, "ArrowDown": 40}


class Browser:
    def __init__(self, program, profile):
        read, self.write = os.pipe()
        self.read, write = os.pipe()
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe",
                 f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(["bash", "-c", f'exec "$0" "$@" 3<&{read} 4>&{write}', program, *flags], pass_fds=(read, write),
                                        stderr=subprocess.DEVNULL)
        os.close(read)
        os.close(write)
        self.number, self.buffer, self.session = 0, b"", None
        self.errors, self.requests = [], []  # of the console, but for the network's; addresses
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def next_message(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.read, 1 << 16)
            assert piece, "the browser has ended"
            self.buffer += piece
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters} | ({"sessionId": self.session} if self.session else {})
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while (answer := self.next_message()).get("id") != self.number:
            self.note(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def note(self, event):
        parameters = event.get("params", {})
        if event["method"] == "Runtime.exceptionThrown":
            self.errors.append(parameters["exceptionDetails"])
        if event["method"] == "Log.entryAdded" and parameters["entry"]["source"] != "network":
            self.errors.append(parameters["entry"])
        if event["method"] == "Runtime.consoleAPICalled":
            self.errors.append(parameters["args"])
        if event["method"] == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def value(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, expression, wanted=True):
        end = time.monotonic() + 20
        while (found := self.value(expression)) != wanted:
            assert time.monotonic() < end, (expression, found, wanted)
            time.sleep(0.02)

    def press(self, key, modifiers=0):
        event = {"key": " " if key == "Space" else key, "code": key, "windowsVirtualKeyCode": KEYS[key], "modifiers": modifiers}
        text = {"Enter": "\r", "Space": " "}.get(key)
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **event, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def type(self, text):
        """In place of what the focused field holds."""
        self.call("Input.dispatchKeyEvent", type="rawKeyDown", key="a", code="KeyA", windowsVirtualKeyCode=65, modifiers=2, commands=["selectAll"])
        self.call("Input.insertText", text=text)

    def screen(self, width, height, scheme, path=None):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        if path:
            picture = self.call("Page.captureScreenshot", format="png")["data"]
            with open(path, "wb") as file:
                file.write(base64.b64decode(picture))

    def end(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait(20)
