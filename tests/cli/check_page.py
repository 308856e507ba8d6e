"""The page at / in a browser, by keyboard alone: check_page.py CHROMIUM PORT TOKEN OTHER [FOLDER for pictures]

The models are credit (age, income, home) and hostile, whose names and categories would be harmful as HTML. OTHER is a token
that may neither see details nor explain.
"""
import json
import sys
import urllib.request

from browser import Browser

chromium, port, token, other, *pictures = sys.argv[1:]
origin = f"http://127.0.0.1:{port}/"
browser = Browser(chromium, "profile")
focused = "document.activeElement.id || document.activeElement.type || document.activeElement.tagName"
verdict, problem = "document.getElementById('verdict').textContent", "document.getElementById('problem').textContent"
bars = "[...document.querySelectorAll('#bars li')].map(bar => bar.innerText)"
row = "document.getElementById('curl').textContent.split('\\n')[1].slice(10, -3)"


def expect(wanted, found):
    assert found == wanted, (wanted, found)


def tab_to(wanted, most=40):
    for _ in range(most):
        if browser.value(focused) == wanted:
            return
        browser.press("Tab")
    raise AssertionError(f"no Tab leads to {wanted}")


def picture(name, width=1200, height=900, scheme="light"):
    browser.screen(width, height, scheme, f"{pictures[0]}/{name}.png" if pictures else None)


def answer_to(line):
    request = urllib.request.Request(f"{origin}v1/models/credit/predict", line.encode(),
                                     {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=20))


browser.call("Page.navigate", url=origin)
browser.wait("document.readyState", "complete")

# A token that is not ours, then one that is; neither is kept where others could find it.
tab_to("token")
browser.type("mdl_wrong")
browser.press("Enter")
browser.wait(problem, "a valid token is needed: Authorization: Bearer TOKEN")
picture("wrong token")
expect("token", browser.value(focused))
browser.type(token)
browser.press("Enter")
browser.wait(f"{verdict} !== ''")
expect("", browser.value(problem))
expect([0, 0, "", origin], browser.value("[localStorage.length, sessionStorage.length, document.cookie, location.href]"))
expect(False, browser.value(f"document.documentElement.outerHTML.includes({json.dumps(token)}) || document.getElementById('token').value !== ''"))

# It begins with a usual row, and says of it what the service says.
given = browser.value(row)
expect({"age", "income", "home"}, set(json.loads(given)))
expect("own", json.loads(given)["home"])
answer = answer_to(given)
wanted = {name: f"{100 * answer[f'p_{name}']:.1f} %" for name in ("bad", "good")}
expect(f"{answer['prediction']}, {wanted[answer['prediction']]}", browser.value(verdict))
expect([f"{name}\n{share}" for name, share in wanted.items()], browser.value(bars))

# Values change, and the answer with them; a cell may be missing, and a wrong one is told.
tab_to("field-1")
for income in ("5900", "0"):
    before = browser.value(verdict)
    browser.type(income)
    browser.wait(f"{verdict} !== {json.dumps(before)}")
    expect(float(income), json.loads(browser.value(row))["income"])
browser.type("1e400")
browser.wait(problem, "income: not a number")
browser.type("1000")
browser.wait(problem, "")
expect("1000", browser.value("document.activeElement.nextElementSibling.value"))
browser.press("Tab")
browser.press("ArrowUp")
browser.wait("document.getElementById('field-1').value", "1100")
expect("income, slider", browser.value("document.activeElement.getAttribute('aria-label')"))
browser.press("Tab")   # the next field's "missing"
browser.press("Tab")
expect("field-2", browser.value(focused))
browser.press("ArrowDown")
browser.wait(f"JSON.parse({row}).home", "rent")
browser.press("Tab", modifiers=8)
expect("home is missing", browser.value("document.activeElement.getAttribute('aria-label')"))
browser.press("Space")
browser.wait(f"JSON.parse({row}).home", None)
expect(True, browser.value("document.getElementById('field-2').disabled"))

# Reasons, until the row changes; in light, dark and narrow.
reasons = "[...document.querySelectorAll('#reasons li .name')].map(name => name.textContent).sort()"
tab_to("explain")
browser.press("Enter")
browser.wait(f"{reasons}.length", 3)
expect(["age", "home", "income"], browser.value(reasons))
expect(True, browser.value("document.getElementById('reasons-note').textContent.startsWith('log-odds of good: ')"))
for name, width, height, scheme in (("light", 1200, 900, "light"), ("dark", 1200, 900, "dark"), ("narrow", 400, 900, "light"),
                                    ("narrow and dark", 400, 900, "dark")):
    picture(name, width, height, scheme)
    expect(True, browser.value("document.documentElement.scrollWidth <= innerWidth"))
    expect("rgb(255, 255, 255)" if scheme == "light" else "rgb(21, 24, 28)", browser.value("getComputedStyle(document.body).backgroundColor"))
tab_to("reset")
expect(True, browser.value("getComputedStyle(document.activeElement).outlineWidth") == "2px")
browser.press("Enter")
browser.wait(f"{reasons}.length", 0)
browser.wait(row, given)
browser.wait(verdict, f"{answer['prediction']}, {wanted[answer['prediction']]}")

# Another model, whose names are no HTML here; motion only where it is wanted.
tab_to("model")
browser.press("ArrowDown")
browser.wait("document.querySelectorAll('.field').length", 2)
names = "[...document.querySelectorAll('.field > label:first-child')].map(label => label.textContent)"
expect(["<img src=x onerror=alert(1)>", "__proto__"], browser.value(names))
browser.wait(f"Object.keys(JSON.parse({row})).length", 2)
expect(True, browser.value(f"{row}.includes('__proto__')"))
expect("", browser.value(problem))
picture("hostile")
browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
expect("0s", browser.value("getComputedStyle(document.querySelector('.track i')).transitionDuration"))

# Less for a token that may see less.
tab_to("token")
browser.type(other)
browser.press("Enter")
browser.wait("document.getElementById('model').value + document.querySelectorAll('.field').length", "credit3")
browser.wait(f"{verdict} !== ''")
expect(["number", "number", "text"], browser.value("[...document.querySelectorAll('.value')].map(value => value.firstChild.type)"))
expect(3, browser.value("document.querySelectorAll('.value > *').length"))
expect("", browser.value("[...document.querySelectorAll('.field .note')].map(note => note.textContent).join('')"))
shown = browser.value(verdict)
tab_to("explain")
browser.press("Enter")
browser.wait(problem, "this token is not for that")
expect(shown, browser.value(verdict))

expect([], browser.errors)
expect([], [url for url in browser.requests if not url.startswith(origin) and not url.startswith("data:")])
assert all(token not in url and other not in url for url in browser.requests)
browser.end()
