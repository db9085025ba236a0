"""The server: who may ask, and what hostile messages do."""

import http.client
import os
import signal
import subprocess
import time
import urllib.parse

import numpy as np
import pytest
from conftest import Studio, begun, drop, until
from scipy.io import netcdf_file


def request(address, path=None, method="GET", **headers):
    url = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(url.netloc, timeout=10)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, url.path if path is None else path, headers=names)
    reply = connection.getresponse()
    return reply.status, reply.headers, reply.read()


def test_the_page_is_for_who_knows_the_token(address):
    assert request(address)[0] == 200
    assert request(address, "/")[0] == 403
    assert request(address, "/" + "0" * 32 + "/")[0] == 403
    assert request(address, urllib.parse.urlsplit(address).path + "../../etc/passwd")[0] in (403, 404)
    assert request(address, method="POST")[0] == 405


def test_other_hosts_and_origins_are_refused(address):
    port = urllib.parse.urlsplit(address).port
    assert request(address, Host="evil.example")[0] == 403
    assert request(address, Host=f"evil.example:{port}")[0] == 403
    assert request(address, Origin="http://evil.example")[0] == 403
    assert request(address, Origin="null")[0] == 403
    assert request(address, Sec_Fetch_Site="cross-site")[0] == 403
    assert request(address, Origin=f"http://127.0.0.1:{port}")[0] == 200


def test_the_socket_is_for_the_page_alone(address):
    path = urllib.parse.urlsplit(address).path + "socket"
    port = urllib.parse.urlsplit(address).port
    ask = dict(Upgrade="websocket", Connection="Upgrade", Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
               Sec_WebSocket_Version="13")
    assert request(address, path, **ask)[0] == 403
    assert request(address, path, Origin="http://evil.example", **ask)[0] == 403
    assert request(address, "/socket", Origin=f"http://127.0.0.1:{port}", **ask)[0] == 403
    assert request(address, path, Origin=f"http://127.0.0.1:{port}", **ask)[0] == 101


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_and_leaves_nothing(browser, tmp_path, number):
    place = tmp_path / "temporary"
    place.mkdir()
    program, address = begun(stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(place)})
    shown = Studio(browser, address)
    page = shown.open("convolution?kernel=1")
    until(lambda: "=" in page.locator(".product").first.inner_text())
    with netcdf_file(tmp_path / "mine.nc", "w") as file:
        for name in ("lat", "lon"):
            file.createDimension(name, 3)
        file.createVariable("sst", "f8", ("lat", "lon"))[:] = np.arange(9).reshape(3, 3)
    drop(page, tmp_path / "mine.nc")
    until(lambda: "mine.nc" in page.locator("figcaption").first.inner_text())
    assert len(list(place.iterdir())) == 1
    # A training that goes on for minutes.
    other = Studio(browser, address)
    training = other.open("network?epochs=5000&patience=5000&layers=100,100&activations=tanh,tanh&trained=false")
    training.get_by_role("button", name="Train", exact=True).click()
    until(lambda: "epoch" in training.locator(".count").first.inner_text())
    program.send_signal(number)
    signalled = time.monotonic()
    assert program.wait(timeout=10) == -number
    assert time.monotonic() - signalled < 2
    said = program.stderr.read()
    assert "the studio is closed" in said and "step" not in said
    assert list(place.iterdir()) == []
    until(lambda: "start `tern studio` again" in page.locator("#connection").inner_text())
    for each in (shown, other):
        each.context.close()


def test_no_script_but_the_studios_own_runs(address):
    policy = request(address)[1]["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "default-src 'none'" in policy


def test_hostile_messages_are_answered_with_an_error_and_end_nothing(studio):
    page = studio().open("descent")
    answers = page.evaluate("""async () => {
      const { decode } = await import("./socket.js");
      const socket = new WebSocket(new URL("socket", location.href).href.replace("http", "ws").split("#")[0].split("?")[0]);
      socket.binaryType = "arraybuffer";
      await new Promise(done => { socket.onopen = done; });
      const ask = message => new Promise(done => {
        socket.onmessage = event => done(decode(event.data));
        socket.send(message);
      });
      const of = (args, action = "descend") => JSON.stringify({ id: 1, view: "descent", action, arguments: args });
      const messages = [
        "", "{", "null", "[]", "\\u0000", "[".repeat(100000), "x".repeat(300000), new Uint8Array([1, 2]),
        new Uint8Array([255, 255, 255, 255, 0]), '{"id": 1e99, "view": "descent", "action": "descend"}',
        JSON.stringify({ id: 1, view: "nothing", action: "x" }), JSON.stringify({ id: 1, view: "descent", action: "x" }),
        JSON.stringify({ id: 1, view: "descent", action: "descend" }), of(7), of({ function: 7 }), of({ steps: 1e9 }),
        of({ steps: -1 }), of({ optimizers: [] }), of({ optimizers: ["sgd", "sgd"] }), of({ optimizers: ["nothing"] }),
        of({ start: [1, 2, 3] }), of({ start: [1e300, 0] }), of({ function: "x1+x2+x3" }), of({ function: "(".repeat(5000) }),
        of({ function: "import os" }), of({ rate: 0 }), of({ function: "bowl", view: [[0, 0], [1, 2]] }, "map"),
        of({ function: "bowl", view: [[0, 1]] }, "map"), of({ settings: {}, count: 100000 }, "basins"),
      ];
      const found = [];
      for (const message of messages) found.push((await ask(message)).error?.description ?? null);
      const well = await ask(of({ function: "quadratic" }));
      return { found, isWell: well.result.runs.length === 1 };
    }""")
    assert all(answers["found"]), answers["found"]
    assert answers["isWell"]
