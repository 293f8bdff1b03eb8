"""Which addresses are called: never one inside, however it is written, unless whoever runs the server allows it."""

import datetime
import ipaddress
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apps.interfaces.hooks.addresses import Target, UnableToReach, is_public, read_url, resolve
from apps.interfaces.hooks.calling import call

INSIDE = (
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "192.0.0.1"),
    *("192.168.1.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001:0:7f00:1::1", "2001:db8::1", "fec0::1"),
)
REFUSED = (
    *("", "hook", "ftp://a.example/", "http://a.example/", "https://", "https:///x", "https://u:p@a.example/"),
    *("https://a.example/#x", "https://a.example:22/", "https://a.example:99999/", "https://a.example/a b"),
    *("https://a.example\\@b.example/", "https://[::1", "javascript:alert(1)", "https://é.example/", "//a.example/"),
    "https://a.example/" + "x" * 500,
)


@pytest.mark.parametrize("address", INSIDE)
def test_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "202.96.209.5", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", REFUSED)
def test_url_that_may_not_be_subscribed(url: str) -> None:
    with pytest.raises(UnableToReach):
        read_url(url)


def test_url_that_may() -> None:
    assert read_url("https://System.College.example:8443/hook?a=1") == Target(
        "https", "system.college.example", 8443, "/hook?a=1"
    )


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_name_that_leads_inside_is_refused_however_it_is_written(host: str, settings) -> None:
    with pytest.raises(UnableToReach):
        resolve(read_url(f"https://{host}/"))
    settings.WEBHOOK_HOSTS = ["localhost"]
    assert resolve(read_url("http://localhost:8080/")).address in ("127.0.0.1", "::1")
    with pytest.raises(UnableToReach):
        resolve(read_url(f"https://{host}.nip.invalid/"))


def test_one_address_inside_is_enough_to_refuse(monkeypatch) -> None:
    """A name with two addresses: whoever keeps it decides which one comes first next time."""
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(UnableToReach):
        resolve(read_url("https://two.example/"))


def test_address_is_pinned(monkeypatch) -> None:
    """After the name was judged it is not looked up again: a second answer counts for nothing."""
    target = Target("http", "name.example", 80, "/", "127.0.0.1")
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **kwargs: asked.append(host) or [])
    call(target, b"{}", {})
    assert asked in ([], ["127.0.0.1"])


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hook.example")])
    began = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(began).not_valid_after(began + datetime.timedelta(days=9))
    names = [x509.DNSName("hook.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]
    built = built.add_extension(x509.SubjectAlternativeName(names), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = built.sign(key, hashes.SHA256())
    path = tmp_path / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("host", "believed", "taken"),
    [("hook.example", True, True), ("other.example", True, False), ("hook.example", False, False)],
)
def test_certificate_is_checked_against_the_name(certificate: Path, settings, host, believed, taken) -> None:
    settings.WEBHOOK_CA_FILE = str(certificate) if believed else ""
    settings.WEBHOOK_SECONDS = 20
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                line = context.wrap_socket(server.accept()[0], server_side=True)
                read = b""
                while not read.endswith(b"{}"):  # who hangs up on something unread breaks the line
                    read += line.recv(65536)
                line.sendall(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
                line.close()
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        answer = call(Target("https", host, server.getsockname()[1], "/", "127.0.0.1"), b"{}", {})
    assert answer.is_taken == taken
    assert taken or "CERTIFICATE_VERIFY_FAILED" in answer.words
