"""A small Internet Archive on the loopback, with faults on demand.

By hand, each PDF of a folder an item of one collection::

    python -m tests.fakes.archive_server --documents FOLDER
"""

import argparse
import json
import math
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.archive_accounts import Accounts
from tests.fakes.archive_parts import Asked, FakeItem, Fault, describe
from tests.fakes.archive_search import scrape
from tests.fakes.small_pdf import small_pdf
from tests.patience import PATIENCE_S

__all__ = ["ArchiveServer", "Asked", "FakeItem", "Fault", "describe"]


class ArchiveServer:
    """Serves items until its ``with`` block ends.

    Attributes:
        items: identifier to item; change them freely.
        log: every request so far.
        accounts: who may sign in.
        redirects: path to the address that it is found at instead.
        page_size: most results in one page of a search, whatever was asked for.
        repeats_cursor: whether a search hands out the same cursor for ever.
        covers: identifier to the picture file of its cover.
        most_bytes: what drips comes to a halt when all answers together have sent so much.
    """

    def __init__(self, *, port: int = 0, page_size: int = 10_000) -> None:
        self.items: dict[str, FakeItem] = {}
        self.log: list[Asked] = []
        self.accounts = Accounts()
        self.redirects: dict[str, str] = {}
        self.page_size = page_size
        self.repeats_cursor = False
        self.covers: dict[str, bytes] = {}
        self.most_bytes = math.inf
        self.over = threading.Event()
        self.stalled = threading.Event()
        self._faults: dict[str, deque[Fault]] = {}
        self._lock = threading.Lock()
        self._http = _Http(self, port)
        self._gone: list[_Http] = []
        self._thread = self._new_thread()

    @property
    def host(self) -> str:
        """Host and port, for ``DEEPZINE_ARCHIVE_HOST``."""
        return f"127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> "ArchiveServer":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.over.set()
        self.go_down()
        for http in self._gone:
            http.join_answers()

    def go_down(self) -> None:
        """Refuse every connection from now on; what is being answered comes to its end.

        That is not waited for: who asked may not read on before this returns.
        """
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
            self._http.socket.close()
            self._gone.append(self._http)

    def come_back(self) -> None:
        """Listen again, where it did before, unless it does."""
        if not self._thread.is_alive():
            self._http = _Http(self, self._http.server_address[1])
            self._thread = self._new_thread()
            self._thread.start()

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._http.serve_forever, args=(0.02,))

    def add_collection(self, identifier: str) -> None:
        """Add a collection; items name it in their ``collection``."""
        fields = {"identifier": identifier, "mediatype": "collection", "title": identifier}
        self.items[identifier] = FakeItem({"metadata": fields, "files": []}, {})

    def add(
        self,
        identifier: str,
        content: bytes | Path | None = None,
        *,
        collection: str | Sequence[str] = "zines",
        is_dark: bool = False,
        file: dict[str, Any] | None = None,
        **fields: Any,
    ) -> FakeItem:
        """Add an item of one Text PDF; `file` changes what is told of it, `fields` of the item."""
        content = small_pdf(3) if content is None else content
        name = f"{identifier}.pdf"
        told = {**describe(name, content), "format": "Text PDF", "source": "original"}
        metadata = {
            "identifier": identifier,
            "mediatype": "texts",
            "title": f"Title of {identifier}",
            "collection": collection if isinstance(collection, str) else list(collection),
            **fields,
        }
        answer: dict[str, Any] = {"metadata": metadata, "files": [{**told, **(file or {})}]}
        if is_dark:
            answer["is_dark"] = True
        self.items[identifier] = FakeItem(answer, {name: content})
        return self.items[identifier]

    def spoil(self, path: str, *faults: Fault) -> None:
        """Let the next answers to paths that start with `path` go wrong, one fault each."""
        with self._lock:
            self._faults.setdefault(path, deque()).extend(faults)

    @property
    def sent_bytes(self) -> int:
        """What all answers so far have sent."""
        return sum(asked.sent_bytes for asked in list(self.log))

    def asked(self, start: str) -> list[Asked]:
        """The requests whose path starts so."""
        return [asked for asked in self.log if asked.path.startswith(start)]

    def fault_of(self, path: str) -> Fault:
        """Take the fault due for a path."""
        with self._lock:
            faults = self._due(path)
            return faults.popleft() if faults else Fault()

    def next_fault(self, path: str) -> Fault:
        """What will go wrong with the next answer to a path."""
        with self._lock:
            faults = self._due(path)
            return faults[0] if faults else Fault()

    def _due(self, path: str) -> deque[Fault] | None:
        found = (faults for start, faults in self._faults.items() if path.startswith(start))
        return next(filter(None, found), None)


class _Http(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, archive: ArchiveServer, port: int) -> None:
        self.archive = archive
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own looks up the name of the host, which takes seconds where nobody knows it
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def join_answers(self) -> None:
        """Wait until all that was asked for is answered."""
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # a client that left is part of the play
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def do_POST(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def log_message(self, *args: Any) -> None:
        return

    def _serve(self) -> None:
        address = urlsplit(self.path)
        path = unquote(address.path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        self.archive = self.server.archive
        self.asked = Asked(self.command, path, query, dict(self.headers), time.monotonic())
        self.archive.log.append(self.asked)
        self.fault = self.archive.fault_of(path)
        try:
            self.archive.over.wait(self.fault.waits_s)
            if self.fault.meets is not None:
                self.fault.meets.wait(PATIENCE_S)
            self._answer(path, query)
        finally:
            self.asked.ended = time.monotonic()

    def _answer(self, path: str, query: dict[str, str]) -> None:
        if self.fault.status:
            headers = {"Retry-After": self.fault.retry_after} if self.fault.retry_after else {}
            return self._send(self.fault.status, b"", headers)
        if path in self.archive.redirects:
            return self._send(302, b"", {"Location": self.archive.redirects[path]})
        if path == "/services/xauthn/" and self.command == "POST":
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, answer = self.archive.accounts.sign_in(sent)
            return self._send_json(answer, status)
        if path == "/services/search/v1/scrape" and self.command == "POST":
            status, answer = scrape(
                self.archive.items.values(),
                query,
                page_size=self.archive.page_size,
                repeats_cursor=self.archive.repeats_cursor,
            )
            return self._send_json(answer, status)
        _, service, identifier, *rest = [*path.split("/", 3), "", ""]
        if path.startswith("/services/img/"):
            return self._send_cover(self.archive.covers.get(path.rpartition("/")[2], b""))
        item = self.archive.items.get(identifier)
        if service == "metadata":
            return self._send_json(item.answer if item else {})
        if service == "download" and item and rest[0] in item.contents:
            content = item.contents[rest[0]]
            if self.fault.changes_to is not None:
                item.contents[rest[0]] = self.fault.changes_to
                item.answer["files"][0].update(describe(rest[0], self.fault.changes_to))
            return self._send_file(content if isinstance(content, bytes) else content.read_bytes())
        return self._send(404, b"")

    def _send_json(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode() if self.fault.body is None else self.fault.body
        self._send(status, body, {"Content-Type": "application/json"})

    def _send_cover(self, cover: bytes) -> None:
        self._send(200 if cover else 404, cover, {"Content-Type": "image/png"})

    def _send_file(self, content: bytes) -> None:
        content = content if self.fault.body is None else self.fault.body
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not asked or self.fault.ignores_range:
            return self._send(200, content, {"Accept-Ranges": "bytes"})
        first, last = int(asked[1]), int(asked[2] or len(content) - 1)
        if first >= len(content):
            return self._send(416, b"", {"Content-Range": f"bytes */{len(content)}"})
        span = f"bytes {first}-{min(last, len(content) - 1)}/{len(content)}"
        return self._send(206, content[first : last + 1], {"Content-Range": span})

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.asked.status = status
        self.close_connection = True
        self.send_response(status)
        length = len(body) if self.fault.tells_length is None else self.fault.tells_length
        told = {"Content-Length": str(length), "Connection": "close", **(headers or {})}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        cuts = (self.fault.cut_after, self.fault.stall_after)
        body = body[: next((cut for cut in cuts if cut is not None), len(body))]
        for piece in self._pieces(body):
            self.wfile.write(piece)
            self.asked.sent_bytes += len(piece)
        if self.fault.stall_after is not None:
            self.wfile.flush()
            self.archive.stalled.set()
            self.archive.over.wait()

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        if not self.fault.drips_s:
            yield body
            return
        for place in range(0, len(body), self.fault.drip_bytes):
            while self.archive.sent_bytes >= self.archive.most_bytes:
                if self.archive.over.wait(self.fault.drips_s):
                    return
            yield body[place : place + self.fault.drip_bytes]
            self.wfile.flush()
            if self.archive.over.wait(self.fault.drips_s):
                return


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a folder of PDFs as a collection until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.archive_server")
    parser.add_argument("--documents", type=Path, required=True, help="folder of PDF files")
    parser.add_argument("--collection", default="zines", help="name of the collection")
    parser.add_argument("--port", type=int, default=8123, help="port on 127.0.0.1; 0: a free one")
    chosen = parser.parse_args(arguments)
    with ArchiveServer(port=chosen.port) as server:
        server.add_collection(chosen.collection)
        for path in sorted(chosen.documents.rglob("*.pdf")):
            identifier = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip(".-") or "item"
            while identifier in server.items:
                identifier += "_"
            item = server.add(identifier, path, collection=chosen.collection, title=path.stem)
            item.fields["item_size"] = path.stat().st_size
        sys.stdout.write(
            f"{len(server.items) - 1} items in the collection {chosen.collection}; in another "
            f"terminal:\nDEEPZINE_ARCHIVE_HOST={server.host} deepzine\n"
        )
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
