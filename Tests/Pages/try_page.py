#!/usr/bin/env python3
"""Drives the human evaluation page in headless Chromium, as a rater would.

  try_page.py
      tests page.html beside this script with pictures of noise that it makes itself;
      prints a line for each check and 'N passed, N failed'; exit 1 where one failed
  try_page.py PAGE.html [--answers POLICY] [--width 360] [--out answers.json]
      rates a finished page (one that gansh wrote) from start to end and writes its answers

Options:
  --answers POLICY   real, generated, alternate, random     (real-or-generated)
                     left, right, first, second, alternate, random   (a-or-b; first and second
                     go by the order in the page's `images`, wherever the picture stands)
                     FILE.json: {"TRIAL ID": answer, ...}, answer being real, generated, 0 or 1
                     default: random
  --input HOW        keys, clicks or touch (default: keys; touch under 600 px of width)
  --width W --height H   of the window, in CSS pixels (default 1280x800; 360x740 if W is under 600)
  --rater NAME       typed into the start screen (default: left empty)
  --seed N           of the random policy (default 1)
  --wait MS          before each answer, once the picture shows (default 0)
  --stop-after N     give N answers, then 'Stop here'
  --dark             prefers-color-scheme: dark
  --shots DIR        write start.png, trial.png, mask.png and end.png there
  --template FILE    another template to test
  --only WORD        run only the tests with WORD in their name

Chromium: $CHROMIUM, else chromium-headless-shell, chromium or google-chrome on the PATH
(Debian: apt-get install --no-install-recommends chromium-headless-shell). It is driven over
--remote-debugging-pipe, so no port is opened and nothing but Python is needed (Pillow and numpy
for the test's own pictures only).
"""
import argparse, base64, io, json, os, random, re, select, shutil, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
KEYS = {"ArrowLeft": 37, "ArrowRight": 39, "Backspace": 8, "Enter": 13, "Tab": 9, "r": 82, "g": 71}


class Chromium:
    def __init__(self):
        names = [os.environ.get("CHROMIUM"), "chromium-headless-shell", "chromium", "google-chrome"]
        binary = next((shutil.which(n) for n in names if n and shutil.which(n)), None)
        if not binary:
            sys.exit("no chromium: apt-get install --no-install-recommends chromium-headless-shell")
        self.folder = tempfile.mkdtemp(prefix="try_page.")
        from_us, self.send_fd = os.pipe()
        self.receive_fd, to_us = os.pipe()
        # Chromium reads its commands from descriptor 3 and answers on 4. As root it needs --no-sandbox.
        command = [binary, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                   "--remote-debugging-pipe", "--user-data-dir=" + self.folder + "/profile", "about:blank"]
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec nice -n 5 "$@" 3<&{from_us} 4>&{to_us}', "sh", *command],
            pass_fds=(from_us, to_us), stderr=open(self.folder + "/stderr", "w"), stdout=subprocess.DEVNULL)
        os.close(from_us), os.close(to_us)
        self.rest, self.number, self.events = b"", 0, []

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except Exception:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def message(self, timeout):
        end = time.time() + timeout
        while b"\0" not in self.rest:
            if not select.select([self.receive_fd], [], [], max(0, end - time.time()))[0]:
                return None
            got = os.read(self.receive_fd, 1 << 20)
            if not got:
                raise RuntimeError("chromium ended: " + open(self.folder + "/stderr").read()[-2000:])
            self.rest += got
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, session=None, **params):
        self.number += 1
        number, order = self.number, {"id": self.number, "method": method, "params": params}
        if session:
            order["sessionId"] = session
        data = json.dumps(order).encode() + b"\0"
        while data:
            data = data[os.write(self.send_fd, data):]
        while True:
            got = self.message(60)
            if got is None:
                raise RuntimeError("no answer to " + method)
            if got.get("id") == number:
                if "error" in got:
                    raise RuntimeError(f"{method}: {got['error']}")
                return got["result"]
            self.events.append(got)
            if got.get("method") == "Page.javascriptDialogOpening":  # answered without waiting: we may be inside a call
                self.number += 1
                os.write(self.send_fd, json.dumps({"id": self.number, "method": "Page.handleJavaScriptDialog", "params":
                         {"accept": True}, "sessionId": got["sessionId"]}).encode() + b"\0")


class Page:
    """One window with its own empty storage."""

    def __init__(self, chromium, file, width=1280, height=800, touch=False, dark=False, before=None):
        self.c, self.touch = chromium, touch
        self.context = chromium.call("Target.createBrowserContext")["browserContextId"]
        target = chromium.call("Target.createTarget", url="about:blank", browserContextId=self.context)["targetId"]
        self.session = chromium.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self("%s.enable" % domain)
        self("Emulation.setDeviceMetricsOverride", width=width, height=height,
             deviceScaleFactor=2 if touch else 1, mobile=touch)
        self("Emulation.setTouchEmulationEnabled", enabled=touch, maxTouchPoints=1)
        self("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "pointer", "value": "coarse" if touch else "fine"}])
        if before:
            self("Page.addScriptToEvaluateOnNewDocument", source=before)
        self.url = "file://" + os.path.abspath(file)
        self.go()

    def __call__(self, method, **params):
        return self.c.call(method, self.session, **params)

    def go(self, reload=False):
        self("Page.reload") if reload else self("Page.navigate", url=self.url)
        time.sleep(0.1)
        self.until("document.readyState === 'complete' && (!document.getElementById('problem').hidden || "
                   "!document.getElementById('end').hidden || !document.getElementById('begin').disabled)", "the page")

    def close(self):
        self.c.call("Target.disposeBrowserContext", browserContextId=self.context)

    def js(self, expression):
        got = self("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise RuntimeError(f"{expression}: {got['exceptionDetails']}")
        return got["result"].get("value")

    def until(self, expression, what, timeout=20):
        end = time.time() + timeout
        while not self.js(expression):
            if time.time() > end:
                raise RuntimeError("waited in vain for " + what)
            time.sleep(0.01)

    def key(self, name, repeat=False):
        common = dict(key=name, code="Key" + name.upper() if len(name) == 1 else name,
                      windowsVirtualKeyCode=KEYS[name], autoRepeat=repeat)
        text = {"Enter": "\r"}.get(name, name if len(name) == 1 else None)
        self("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        if not repeat:
            self("Input.dispatchKeyEvent", type="keyUp", **common)

    def press(self, selector):
        """A click, or a tap, in the middle of an element that must be in view."""
        x, y, hit = self.js("""(() => { const e = document.querySelector(%s); e.scrollIntoView({block: 'nearest'});
            const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
            return [x, y, e.contains(document.elementFromPoint(x, y))]; })()""" % json.dumps(selector))
        if not hit:
            raise RuntimeError(selector + " is covered or hidden")
        if self.touch:
            self("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
            self("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
            time.sleep(0.03)  # the click that follows a tap comes a little later
        else:
            for kind in ("mousePressed", "mouseReleased"):
                self("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def shot(self, file):
        with open(file, "wb") as out:
            out.write(base64.b64decode(self("Page.captureScreenshot")["data"]))

    def visible(self, id):
        return self.js(f"!document.getElementById('{id}').hidden")

    def phase(self):
        return self.js("document.getElementById('stage').dataset.phase")

    def await_picture(self, phases="picture"):
        self.until("!document.getElementById('end').hidden || "
                   f"{phases.split()}.includes(document.getElementById('stage').dataset.phase)", phases)

    def shown(self):
        """The sources of the pictures, from left to right, as they stand on the screen."""
        return self.js("""[...document.querySelectorAll('#stage img')]
            .sort((a, b) => a.getBoundingClientRect().x - b.getBoundingClientRect().x).map(i => i.src)""")

    def answers(self):
        return json.loads(self.js("document.getElementById('text').value"))

    def wide(self):
        return self.js("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def faults(self):
        """Exceptions, console errors, and requests to anywhere but the page itself."""
        found = []
        for event in self.c.events:
            if event.get("sessionId") != self.session:
                continue
            method, params = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(params["exceptionDetails"].get("exception", {}).get("description", "exception"))
            elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
                found.append(params["entry"]["text"])
            elif method == "Network.requestWillBeSent" and not re.match(
                    r"file:|data:|blob:|about:", params["request"]["url"]):
                found.append("request to " + params["request"]["url"])
        return found


class Rater:
    """Answers trials by a policy and keeps its own note of what it pressed."""

    def __init__(self, page, trials, policy="random", how="keys", seed=1, wait=0, shots=None):
        self.page, self.policy, self.how, self.wait, self.shots = page, policy, how, wait, shots
        self.random, self.noted, self.boxes, self.overflow = random.Random(seed), [], set(), 0
        self.pair = len(trials[0]["images"]) == 2
        self.where = {}  # the pictures on the screen -> trial and index
        for t in trials:
            self.where.setdefault(tuple(sorted(t["images"])), t)
        self.given = json.load(open(policy)) if policy.endswith(".json") else None

    def choose(self, trial, sources):
        left = trial["images"].index(sources[0]) if self.pair else None
        n, p = len(self.noted), self.policy
        if self.given is not None:
            p = self.given[str(trial["id"])]
        if p == "random":
            side = self.random.randrange(2)
        elif p == "alternate":
            side = n % 2
        elif p in ("real", "left"):
            side = 0
        elif p in ("generated", "right"):
            side = 1
        elif self.pair and p in (0, 1, "first", "second"):
            side = int({"first": 0, "second": 1}.get(p, p) != left)
        else:
            sys.exit(f"no such policy: {p}")
        answer = (left if side == 0 else 1 - left) if self.pair else ("real", "generated")[side]
        return side, answer, left

    def one(self, how=None, phases="picture"):
        page = self.page
        page.await_picture(phases)
        sources = page.shown()
        trial = self.where[tuple(sorted(sources))]
        side, answer, left = self.choose(trial, sources)
        self.overflow = max(self.overflow, page.wide())
        self.boxes.add(json.dumps(page.js(
            "['stage', 'question', 'bar', 'choices', 'below'].map(i => document.getElementById(i)"
            ".getBoundingClientRect()).map(r => [r.x, r.y + scrollY, r.width, r.height])")))
        if self.shots and len(self.noted) == 3:
            page.shot(f"{self.shots}/trial.png")
            if page.js("given.exposure") is not None:
                page.await_picture("mask")
                page.shot(f"{self.shots}/mask.png")
        if self.wait:
            time.sleep(self.wait / 1000)
        note = {"trial": trial["id"], "answer": answer, "position": len(self.noted)}
        if self.pair:
            note["left"] = left
        before = page.js("state.answers.length")
        how = how or self.how
        if how == "keys":
            letters = not self.pair and len(self.noted) % 2
            page.key(("r", "g")[side] if letters else ("ArrowLeft", "ArrowRight")[side])
        else:
            page.press(f"#stage button:nth-of-type({side + 1})" if self.pair else ("#real", "#generated")[side])
        page.until(f"state.answers.length === {before + 1}", "the answer to be taken", 3)
        self.noted.append(note)

    def undo(self):
        page = self.page
        page.key("Backspace") if self.how == "keys" else page.press("#undo")
        self.noted.pop()
        page.until(f"state.answers.length === {len(self.noted)}", "undo", 3)

    def start(self, name=""):
        page = self.page
        if self.shots:
            page.shot(f"{self.shots}/start.png")
        if name:
            page.js("document.getElementById('rater').focus()")
            page("Input.insertText", text=name)
        page.key("Enter") if self.how == "keys" else page.press("#begin")
        page.until("!document.getElementById('trial').hidden", "the first trial", 3)

    def all(self, upto):
        while len(self.noted) < upto:
            self.one()


# --- rating a finished page ---

def rate(args):
    chromium = Chromium()
    try:
        touch = args.width < 600
        page = Page(chromium, args.page, args.width, args.height, touch, args.dark)
        if page.visible("problem"):
            sys.exit(page.js("document.getElementById('problem').textContent"))
        trials = page.js("given.trials")
        if args.shots:
            os.makedirs(args.shots, exist_ok=True)
        rater = Rater(page, trials, args.answers, args.input or ("touch" if touch else "keys"),
                      args.seed, args.wait, args.shots)
        rater.start(args.rater)
        rater.all(min(len(trials), args.stop_after or len(trials)))
        if not page.visible("end"):
            page.press("#stop")
        page.until("!document.getElementById('end').hidden", "the end screen")
        if args.shots:
            page.shot(f"{args.shots}/end.png")
        answers, wrong = page.answers(), list(page.faults())
        if [{k: v for k, v in a.items() if k != "milliseconds"} for a in answers["answers"]] != rater.noted:
            wrong.append("the answers are not what was pressed")
        if rater.overflow > 0:
            wrong.append(f"scrolls sideways by {rater.overflow} px")
        if len(rater.boxes) > 1:
            wrong.append("the layout shifts between trials")
        text = page.js("document.getElementById('text').value")
        if args.out:
            open(args.out, "w").write(text)
        else:
            print(text)
        print(f"{len(rater.noted)} answers by {answers['rater']}" + "".join("\n! " + w for w in wrong), file=sys.stderr)
        return 1 if wrong else 0
    finally:
        chromium.close()


# --- the test of the template ---

class Tests:
    def __init__(self, chromium, template, only):
        self.c, self.template, self.only = chromium, open(template, encoding="utf-8").read(), only
        self.passed, self.failed, self.name = 0, 0, ""
        self.folder = chromium.folder
        self.shots = os.path.join(HERE, "shots")
        os.makedirs(self.shots, exist_ok=True)

    def check(self, what, true, detail=""):
        self.passed, self.failed = self.passed + bool(true), self.failed + (not true)
        print(("ok    " if true else "FAIL  ") + f"{self.name}: {what}" + (f" ({detail})" if detail and not true else ""),
              flush=True)

    def write(self, kind, exposure=None, n=16, size=32, magnification=4, title="Noise, sixteen trials",
              page="b3f1c2" + "0" * 26, **more):
        import numpy as np
        from PIL import Image
        rng = np.random.default_rng(size + n)

        def picture():
            small = rng.random((8, 8, 3)) * 255
            fine = np.asarray(Image.fromarray(small.astype("uint8")).resize((size, size), Image.BICUBIC), dtype=float)
            noise = np.clip(fine + rng.normal(0, 12, (size, size, 3)), 0, 255).astype("uint8")
            out = io.BytesIO()
            Image.fromarray(noise).save(out, "png")
            return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()

        question = "Is this a photograph or generated?" if kind == "real-or-generated" \
            else "Which of the two looks more like a photograph?"
        given = {"page": page, "title": title, "kind": kind, "question": question, "exposure": exposure,
                 "magnification": magnification, "trials": [
                     {"id": i, "images": [picture() for _ in range(2 if kind == "a-or-b" else 1)]} for i in range(n)],
                 **more}
        assert self.template.count("/*TRIALS*/null") == 1
        file = f"{self.folder}/{kind}-{exposure}-{n}-{size}-{magnification}.html"
        with open(file, "w", encoding="utf-8") as out:
            out.write(self.template.replace("/*TRIALS*/null", json.dumps(given).replace("<", "\\u003c")))
        return file, given["trials"]

    def plain(self, answers):
        return [{k: v for k, v in a.items() if k != "milliseconds"} for a in answers["answers"]]

    def whole_run(self, kind, width, height, how, exposure, size=32, dark=False):
        touch = how == "touch"
        self.name = f"{kind} {width}x{height} {how} " + (f"{exposure} ms" if exposure else "untimed")
        if self.only and self.only not in self.name:
            return
        file, trials = self.write(kind, exposure, size=size)
        page = Page(self.c, file, width, height, touch, dark, before="""window.phases = [];
            addEventListener('DOMContentLoaded', () => new MutationObserver(() =>
              phases.push([document.getElementById('stage').dataset.phase, performance.now()]))
              .observe(document.getElementById('stage'), {attributes: true, attributeFilter: ['data-phase']}));""")
        shots = os.path.join(self.shots, f"{kind}-{width}-{exposure or 'untimed'}{'-dark' if dark else ''}")
        os.makedirs(shots, exist_ok=True)
        rater = Rater(page, trials, "random", how, seed=len(self.name), wait=30, shots=shots)
        self.check("start screen does not scroll sideways", page.wide() <= 0)
        begun = time.time()
        rater.start("Zoë / 7" if how == "clicks" else "")
        page.await_picture()
        rater.all(5)
        if not exposure:
            rater.undo()
            rater.all(5)
            rater.undo(), rater.undo()
        else:
            page.key("Backspace")
            self.check("no undo with an exposure", page.js("state.answers.length") == 5 and not page.visible("undo"))
        rater.all(9)
        if exposure:  # some answers that come after the mask
            for _ in range(4):
                rater.one(phases="mask")
        phases = page.js("phases")
        page.go(reload=True)
        count = len(rater.noted)
        self.check("after a reload the start screen tells where one was", page.visible("start") and
                   f"{count} of 16" in page.js("document.getElementById('earlier').textContent"))
        rater.shots = None
        rater.start()
        page.await_picture()
        self.check("goes on at the next trial", page.js("document.getElementById('where').textContent") == f"{count + 1} of 16")
        rater.shots = shots
        rater.all(16)
        page.until("!document.getElementById('end').hidden", "the end screen")
        time.sleep(0.05)
        page.shot(f"{shots}/end.png")
        answers = page.answers()
        self.check("every trial once", sorted(a["trial"] for a in answers["answers"]) == list(range(16)))
        self.check("each answer is what was pressed", self.plain(answers) == rater.noted, (self.plain(answers), rater.noted))
        self.check("order is shuffled", [a["trial"] for a in answers["answers"]] != list(range(16)))
        if rater.pair:
            self.check("both sides come up", {a["left"] for a in answers["answers"]} == {0, 1})
        spent = [a["milliseconds"] for a in answers["answers"]]
        self.check("milliseconds are whole and within the time spent", all(
            isinstance(m, int) and 30 <= m < 3000 + (exposure or 0) for m in spent), spent)
        self.check("head of the answers", answers["gansh"] == "human answers" and answers["version"] == 1 and
                   answers["page"] == "b3f1c2" + "0" * 26 and set(answers) ==
                   {"gansh", "version", "page", "rater", "begun", "ended", "answers"}, set(answers))
        self.check("rater", answers["rater"] == "Zoë / 7" if how == "clicks" else
                   re.fullmatch(r"rater-[0-9a-f]{4}", answers["rater"]), answers["rater"])
        stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
        self.check("times", re.fullmatch(stamp, answers["begun"]) and re.fullmatch(stamp, answers["ended"]) and
                   answers["begun"] < answers["ended"] and
                   abs(time.mktime(time.strptime(answers["begun"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone - begun) < 5)
        self.check("nothing scrolls sideways", rater.overflow <= 0 and page.wide() <= 0, (rater.overflow, page.wide()))
        self.check("the layout does not shift between trials", len(rater.boxes) == 1, rater.boxes)
        box = json.loads(next(iter(rater.boxes)))
        bottom = max(r[1] + r[3] for r in box)
        self.check("a trial fits the window's height", bottom <= height, bottom)
        if exposure:
            spans = {"cross": [], "picture": []}
            for (what, at), (then, later) in zip(phases, phases[1:]):
                if what == "cross" and then == "picture" or what == "picture" and then == "mask":
                    spans[what].append(later - at)
            self.check("cross lasts 500 ms", all(490 <= s < 560 for s in spans["cross"]), spans["cross"])
            self.check(f"picture lasts {exposure} ms", spans["picture"] and
                       all(abs(s - exposure) < 34 for s in spans["picture"]), spans["picture"])
            print("      cross %s, picture %s ms" % tuple(
                "%.0f to %.0f" % (min(s), max(s)) for s in (spans["cross"], spans["picture"])))
        words = page.js("document.getElementById('end').innerText").lower()
        self.check("no score on the end screen", not re.search(r"score|correct|accura|right answer|%", words), words)
        self.saved(page, answers)
        page.go(reload=True)
        self.check("a reload after the end shows the end screen", page.visible("end") and page.answers() == answers)
        if how == "clicks":
            page.press("#next")
            page.until("!document.getElementById('start').hidden", "the start screen")
            rater2 = Rater(page, trials, "random", how, wait=0)
            rater2.start("b")
            rater2.all(1)
            page.press("#stop")
            self.check("another rater begins anew", page.answers()["rater"] == "b" and len(page.answers()["answers"]) == 1)
            order2 = page.js("state.order.map(i => given.trials[i].id)")
            self.check("in another order", order2 != [a["trial"] for a in answers["answers"]])
        self.check("no errors, no requests", not page.faults(), page.faults())
        page.close()

    def saved(self, page, answers):
        folder = tempfile.mkdtemp(dir=self.folder)
        self.c.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder, browserContextId=page.context)
        page.press("#save")
        end = time.time() + 5
        while time.time() < end and not [f for f in os.listdir(folder) if f.endswith(".json")]:
            time.sleep(0.05)
        rater = re.sub(r"[^\w-]+", "-", answers["rater"])
        self.check("saved file's name", os.listdir(folder) == [f"answers-b3f1c200-{rater}.json"], os.listdir(folder))
        for name in os.listdir(folder)[:1]:
            self.check("saved file is the text", json.load(open(f"{folder}/{name}", encoding="utf-8")) == answers)
        page.press("#copy")
        page.until("/opied|copy it/.test(document.getElementById('said').textContent)", "the copy button", 3)
        self.check("copied", page.js("document.getElementById('said').textContent") == "Copied.")

    def odd_cases(self):
        def named(name):
            self.name = name
            return not self.only or self.only in name

        if named("hostile text"):
            title = "</script><img src=x onerror=window.hit=1>\u2028'\"`${1}<!--"
            file, trials = self.write("real-or-generated", title=title, question=title)
            page = Page(self.c, file)
            self.check("the title is text", page.js("document.getElementById('title').textContent") == title and
                       page.js("document.querySelectorAll('img, #start *').length === document.querySelectorAll('#start *').length"))
            self.check("nothing ran", not page.js("'hit' in window") and not page.faults(), page.faults())
            page.close()
        if named("no localStorage"):
            file, trials = self.write("a-or-b")
            page = Page(self.c, file, before="Object.defineProperty(window, 'localStorage', "
                        "{get() { throw new DOMException('no', 'SecurityError'); }})")
            self.check("is told", page.js("document.getElementById('unkept').checkVisibility()"))
            rater = Rater(page, trials)
            rater.start()
            rater.all(16)
            self.check("works", self.plain(page.answers()) == rater.noted and not page.faults(), page.faults())
            page.press("#save")
            page.close()
        if named("stop early"):
            file, trials = self.write("a-or-b")
            page = Page(self.c, file, 360, 740, True)
            rater = Rater(page, trials, "second", "touch")
            rater.start()
            rater.all(3)
            page.press("#stop")
            self.check("only what was answered", self.plain(page.answers()) == rater.noted and
                       all(a["answer"] == 1 for a in page.answers()["answers"]))
            self.check("says so", "3 of 16" in page.js("document.getElementById('done').textContent"))
            os.makedirs(f"{self.shots}/stopped", exist_ok=True)
            page.shot(f"{self.shots}/stopped/end.png")
            page.press("#back")
            rater.all(16)
            self.check("and goes on", self.plain(page.answers()) == rater.noted)
            page.press("#back")  # the last answer
            rater.noted.pop()
            rater.all(16)
            self.check("the last answer can be undone", self.plain(page.answers()) == rater.noted)
            page.close()
        if named("careless hands"):
            file, trials = self.write("real-or-generated", exposure=300)
            page = Page(self.c, file)
            rater = Rater(page, trials)
            rater.start()
            for k in ("r", "ArrowRight", "Backspace", "Enter"):
                page.key(k)
            self.check("no answer is taken under the cross", page.phase() == "cross" and page.js("state.answers.length") == 0)
            page.await_picture()
            page.key("r"), page.key("g")
            page.await_picture("cross")
            self.check("two keys at once answer once", page.js("state.answers.length") == 1)
            page.await_picture()
            for _ in range(30):
                page.key("ArrowLeft", repeat=True)
                time.sleep(0.03)
            self.check("a key held down answers nothing more", page.js("state.answers.length") == 1)
            page.close()
            file, trials = self.write("real-or-generated")
            page = Page(self.c, file)
            Rater(page, trials, how="clicks").start()
            page.await_picture()
            page.press("#real"), page.press("#real")
            time.sleep(0.4)
            self.check("a double click answers once", page.js("state.answers.length") == 1)
            self.check("no button keeps the focus", page.js("document.activeElement.id") == "question")
            page.close()
        if named("keyboard with Tab alone"):
            file, trials = self.write("a-or-b")
            page = Page(self.c, file)
            page.until("document.activeElement.id === 'title'", "focus on the title", 2)
            page.key("Tab"), page.key("Tab")
            self.check("Tab goes to the field, then to Start", page.js("document.activeElement.id") == "begin")
            page.key("Enter")
            for tabs in (1, 2):
                page.await_picture()
                left = page.js("state.left[state.answers.length]")
                for _ in range(tabs):
                    page.key("Tab")
                if tabs == 2:
                    page.shot(f"{self.shots}/focus.png")
                page.key("Enter")
                page.until(f"state.answers.length === {tabs}", "the answer", 3)
                self.check(f"Tab {tabs} times and Enter chooses", page.js("state.answers.at(-1).answer") ==
                           (left if tabs == 1 else 1 - left))
            page.close()
        if named("sizes"):
            for kind, size, magnification in (("a-or-b", 64, 4), ("a-or-b", 256, 2), ("real-or-generated", 28, 8),
                                              ("real-or-generated", 128, 4), ("real-or-generated", 16, 1), ("a-or-b", 28, 16)):
                file, trials = self.write(kind, n=3, size=size, magnification=magnification)
                for width, height in ((1280, 800), (360, 740), (320, 568), (740, 360)):
                    page = Page(self.c, file, width, height, width < 1000)
                    rater = Rater(page, trials, how="touch" if width < 1000 else "keys")
                    rater.start()
                    rater.all(2)
                    page.await_picture()
                    drawn = page.js("document.querySelector('#stage img').getBoundingClientRect().width")
                    rendering = page.js("getComputedStyle(document.querySelector('#stage img')).imageRendering")
                    bottom = page.js("document.getElementById('stage').getBoundingClientRect().bottom")
                    self.check(f"{kind} {size} px x{magnification} in {width}x{height}: {drawn:.0f} px, {rendering}, "
                               f"ends at {bottom:.0f}", rater.overflow <= 0 and page.wide() <= 0 and len(rater.boxes) == 1 and
                               0 < drawn <= size * magnification and (rendering == "pixelated") == (size < 64))
                    if (size, width) in ((64, 1280), (64, 360), (256, 360), (128, 1280), (128, 740)):
                        os.makedirs(f"{self.shots}/sizes", exist_ok=True)
                        page.shot(f"{self.shots}/sizes/{kind}-{size}-{width}.png")
                    page.close()
        if named("damaged"):
            file, trials = self.write("real-or-generated")
            for what, old, new in (("a picture that cannot be read", trials[7]["images"][0], "data:image/png;base64,AAAA"),
                                   ("the bare template", None, None)):
                text = self.template if old is None else open(file).read().replace(old, new)
                open(self.folder + "/damaged.html", "w").write(text)
                page = Page(self.c, self.folder + "/damaged.html")
                self.check(what + " is told", page.visible("problem") and not page.visible("start"))
                print("      " + page.js("document.getElementById('problem').textContent"))
                page.close()
        if named("small targets"):
            file, trials = self.write("a-or-b")
            page = Page(self.c, file, 360, 740, True)
            for name in ("start", "trial", "end"):
                small = page.js("[...document.querySelectorAll('button')].filter(b => b.checkVisibility())"
                                ".map(b => [b.textContent, b.getBoundingClientRect().height, b.getBoundingClientRect().width])"
                                ".filter(b => b[1] < 44 || b[2] < 44)")
                self.check(f"{name}: every button is at least 44 px high and wide", not small, small)
                page.js({"start": "begin()", "trial": "finish()", "end": "0"}[name])
            page.close()

    def run(self):
        for kind in ("real-or-generated", "a-or-b"):
            self.whole_run(kind, 1280, 800, "keys", None)
            self.whole_run(kind, 360, 740, "touch", None, size=64)
            self.whole_run(kind, 1280, 800, "clicks", 500, size=64)
            self.whole_run(kind, 360, 740, "touch", 250)
        self.whole_run("a-or-b", 360, 740, "keys", None, size=64, dark=True)
        self.odd_cases()
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="?")
    parser.add_argument("--answers", default="random")
    parser.add_argument("--input", choices=["keys", "clicks", "touch"])
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int)
    parser.add_argument("--rater", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wait", type=int, default=0)
    parser.add_argument("--stop-after", type=int)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--shots")
    parser.add_argument("--out")
    parser.add_argument("--template", default=os.path.join(HERE, "page.html"))
    parser.add_argument("--only")
    args = parser.parse_args()
    args.height = args.height or (740 if args.width < 600 else 800)
    if args.page:
        return rate(args)
    chromium = Chromium()
    try:
        return Tests(chromium, args.template, args.only).run()
    finally:
        chromium.close()


if __name__ == "__main__":
    sys.exit(main())
