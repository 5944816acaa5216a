"""The language server that editors run for YAML files, asked over its standard input and output."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

VERSION = "1.25.0"
PATIENCE = 60.0


def server(home: Path) -> Path | None:
    """The installed server; put there through npm where that is; None: neither is to be had."""
    if found := shutil.which("yaml-language-server"):
        return Path(found)
    binary = home / "node_modules" / ".bin" / "yaml-language-server"
    npm = shutil.which("npm")
    if not binary.exists() and npm:
        home.mkdir(parents=True, exist_ok=True)
        words = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home)]
        words.append(f"yaml-language-server@{VERSION}")
        subprocess.run(words, timeout=240, check=False, capture_output=True)
    return binary if binary.exists() else None


class Editor:
    """As an editor has it open: what it underlines in a file."""

    def __init__(self, binary: Path) -> None:
        words = [str(binary), "--stdio"]
        self._server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._id = 0
        self._ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": {"yaml": SETTINGS}})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server.stdin
        assert self._server.stdout
        self._server.kill()
        self._server.wait()
        self._server.stdin.close()
        self._server.stdout.close()

    def underlined(self, path: Path, text: str) -> list[str]:
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        found: list[str] = []
        for message in self._messages():
            params = message.get("params", {})
            if message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == uri:
                found = [
                    f"{one['range']['start']['line'] + 1}: {one['message']}" for one in params["diagnostics"]
                ]
                break
        self._tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        return found

    def _ask(self, method: str, params: dict[str, Any]) -> None:
        self._id += 1
        self._send({"id": self._id, "method": method, "params": params})
        next(message for message in self._messages() if message.get("id") == self._id and "result" in message)

    def _tell(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._server.stdin.flush()

    def _messages(self) -> Iterator[dict[str, Any]]:
        """What it says; its own questions are answered on the way."""
        assert self._server.stdout
        while True:
            length = 0
            while (line := self._server.stdout.readline().strip()) != b"":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            message = json.loads(self._server.stdout.read(length))
            if "method" in message and "id" in message:
                asked = message["params"].get("items", []) if isinstance(message["params"], dict) else []
                answer = [SETTINGS if one.get("section") == "yaml" else {} for one in asked] or None
                self._send({"id": message["id"], "result": answer})
            else:
                yield message


SETTINGS = {"validate": True, "schemaStore": {"enable": False}, "yamlVersion": "1.2", "completion": True}
