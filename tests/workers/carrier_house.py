"""A carrier on loopback that sells labels over HTTP, and loses answers on demand."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LABEL = "^XA^PW812^LL1218^FO50,50^BY3^BCN,120,N,N,N,N^FD>:{number}^FS^FO50,200^A0N,30,30^FDTo: Ana^FS^XZ"


class CarrierHouse:
    """What a carrier knows: `sold` by key, what it was asked, and which answers it is to lose or give."""

    def __init__(self) -> None:
        self.sold: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str]] = []
        self.voided: list[str] = []
        self.lose_before = self.lose_after = 0
        self.refuse = self.refuse_list = ""
        self.label = LABEL
        self.cents = 455
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def sell(self, key: str) -> dict[str, Any]:
        if key not in self.sold:
            number = f"TRK{len(self.sold) + 1:09d}"
            content = base64.b64encode(self.label.format(number=number).encode()).decode()
            self.sold[key] = {
                "tracking": number,
                "format": "zpl",
                "content": content,
                "cost_cents": self.cents,
                "currency": "EUR",
            }
        return self.sold[key]


class _Desk(BaseHTTPRequestHandler):
    house: CarrierHouse

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.house.asked.append(("POST", self.path))
        if self.path.endswith("/rates"):
            return self.say(200, {"rates": [{"service": "Parcel", "cents": self.house.cents}]})
        if self.path.endswith("/manifests"):
            refused = self.house.refuse_list if body["tracking"] else ""
            told = {"detail": refused} if refused else {"reference": f"M-{len(body['tracking'])}"}
            return self.say(422 if refused else 200, told)
        if self.house.refuse:
            return self.say(422, {"detail": self.house.refuse})
        if self.house.lose_before:
            self.house.lose_before -= 1
            return self.close()
        sold = self.house.sell(self.headers["Idempotency-Key"])
        if self.house.lose_after:
            self.house.lose_after -= 1
            return self.close()
        return self.say(201, sold)

    def do_GET(self) -> None:
        self.house.asked.append(("GET", self.path))
        key = self.path.rpartition("/")[2]
        if "/tracking/" in self.path:
            return self.say(200, {"events": [{"at": "2026-11-21T10:00:00Z", "text": "Picked up"}]})
        return self.say(200, self.house.sold[key]) if key in self.house.sold else self.say(404, {})

    def do_DELETE(self) -> None:
        self.house.voided.append(self.path.rpartition("/")[2])
        self.say(200, {"state": "done"})

    def say(self, status: int, body: object) -> None:
        written = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def close(self) -> None:
        self.connection.close()
        self.close_connection = True


@contextmanager
def carrier_house() -> Iterator[CarrierHouse]:
    house = CarrierHouse()

    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Desk", (_Desk,), {"house": house}))
    house.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
