"""A release server on loopback, in GitHub's layout, that misbehaves as it is told."""

import hashlib
import http.server
import ssl
import threading


class ReleaseServer:
    """Serves releases until it is closed; `with ReleaseServer() as server:`.

    `files` maps paths to content, `deeds` maps paths to a function of the request that answers in place of the
    file (some are below), `requests` lists the paths that were asked for. With certificate (a PEM file with
    its key) it speaks HTTPS.
    """

    def __init__(self, certificate=None):
        self.files, self.deeds, self.requests = {}, {}, []
        self.over = threading.Event()
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Request,), {"mine": self}))
        self.http.daemon_threads = True
        self.http.block_on_close = False
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(str(certificate))
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
            scheme = "https"
        self.host = f"127.0.0.1:{self.http.server_address[1]}"
        self.base = f"{scheme}://{self.host}/me/cs/releases"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.http.shutdown()
        self.http.server_close()

    def publish(self, version, program, signature=None):
        """Put a release up and make it the newest one."""
        self.put(version, "cs.pyz", program)
        self.put(version, "cs.pyz.sha256", f"{hashlib.sha256(program).hexdigest()}  cs.pyz\n".encode())
        if signature is not None:
            self.put(version, "cs.pyz.minisig", signature.encode())
        self.files[f"/me/cs/releases/tag/v{version}"] = b"<html>notes</html>"
        self.deeds["/me/cs/releases/latest"] = redirect(f"{self.base}/tag/v{version}")

    def path(self, version, name):
        """The path of a file of a release."""
        return f"/me/cs/releases/download/v{version}/{name}"

    def put(self, version, name, data):
        """Put up one file of a release; None takes it down."""
        if data is None:
            del self.files[self.path(version, name)]
        else:
            self.files[self.path(version, name)] = data


class Request(http.server.BaseHTTPRequestHandler):
    """One request."""

    mine = None

    def do_GET(self):
        """Answer with the deed for this path, its file, or 404."""
        self.mine.requests.append(self.path)
        deed = self.mine.deeds.get(self.path)
        data = self.mine.files.get(self.path)
        try:
            if deed:
                deed(self)
            elif data is None:
                self.answer(404, b"not found")
            else:
                self.answer(200, data)
        except OSError:
            pass  # the client has left

    def answer(self, status, data=b"", length=None, **headers):
        """A whole answer; length pretends another one."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def handle(self):
        """One connection; a broken one is nobody's business."""
        try:
            super().handle()
        except OSError:
            pass

    def log_message(self, *_):
        """Say nothing."""


# ---- misdeeds ------------------------------------------------------------------------------------------


def redirect(target, status=302):
    """Send the client on."""
    return lambda request: request.answer(status, Location=target)


def status(number):
    """Answer with that status."""
    return lambda request: request.answer(number, b"<html>sorry</html>")


def cut_off(data, missing):
    """Promise all of the data and close the connection before its end."""
    return lambda request: request.answer(200, data[: len(data) - missing], length=len(data))


def promise(length):
    """Announce that many bytes, and begin."""
    return lambda request: request.answer(200, b"x", length=length)


def endless(request):
    """A body without an end and without an announced length."""
    request.send_response(200)
    request.end_headers()
    while not request.mine.over.is_set():
        request.wfile.write(b"x" * 65536)


def drip(request):
    """A body of one byte every now and then."""
    request.send_response(200)
    request.send_header("Content-Length", "64")
    request.end_headers()
    while not request.mine.over.wait(0.05):
        request.wfile.write(b"x")


def drip_headers(request):
    """A header that does not come to its end."""
    request.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
    while not request.mine.over.wait(0.05):
        request.wfile.write(b"x")


def hang(request):
    """No answer at all."""
    request.mine.over.wait(600)


def hang_up(request):
    """The connection closed without a word."""
    request.close_connection = True


def garbage(request):
    """No HTTP."""
    request.wfile.write(b"\x16\x03\x01 what?\r\n\r\n")
