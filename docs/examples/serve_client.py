"""A session of brine, driven from Python with nothing but the standard library.

    python3 serve_client.py [command that starts the server]

Default of the command: brine serve
"""

import json
import subprocess
import sys


class Session:
    """One `brine serve`. What it prints goes to `on_event`."""

    def __init__(self, command, on_event=lambda event: None):
        self._on_event = on_event
        self._ids = 0
        self._server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.ready = self._read(lambda line: line.get("event") == "ready")

    def ask(self, method, **params):
        """Asks, and gives the result; raises RuntimeError for what was refused."""
        self._ids += 1
        request = {"id": self._ids, "method": method, "params": params}
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        answer = self._read(lambda line: "event" not in line and line.get("id") == self._ids)
        if "error" in answer:
            raise RuntimeError("{message} [{code}]".format(**answer["error"]))
        return answer["result"]

    def close(self):
        """Ends it; what is unsaved is kept for the next `recover`."""
        self._server.stdin.close()
        for line in self._server.stdout:
            pass
        return self._server.wait()

    def _read(self, is_wanted):
        for text in self._server.stdout:
            line = json.loads(text)
            if is_wanted(line):
                return line
            if "event" in line:
                self._on_event(line)
        raise RuntimeError("the server ended")


def main():
    command = sys.argv[1:] or ["brine", "serve"]
    printed = lambda event: event["event"] == "output" and print("  |", event["text"], end="")

    session = Session(command, printed)
    session.ask("evaluate", code="let seen = new Set(['a']); const see = (x) => { seen.add(x); return seen.size }")
    print(session.ask("evaluate", code="console.log('hello'); see('b')", json=True)["value"])
    print(session.ask("save", target="seen.pkl")["report"]["saved"])
    failed = session.ask("evaluate", code="seen.nothing()")
    print(failed["status"], "-", failed["error"]["message"])
    try:
        session.ask("load", source="nothing.pkl")
    except RuntimeError as error:
        print(error)
    session.close()

    again = Session(command, printed)
    print(again.ask("load", source="seen.pkl")["report"]["restored"])
    print(again.ask("evaluate", code="see('c')", json=True)["value"])
    again.ask("shutdown", discard=True)


main()
