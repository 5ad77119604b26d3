"""What a request without an answer is told, and whether it is sent again."""

from __future__ import annotations

import httpcore
import pytest

from consumer_drift.forges.http.failures import broken
from consumer_drift.forges.http.messages import Request
from consumer_drift.model.result import Reason

GET = Request("GET", "/x")
URL = "https://git.example.org/api/v1/x"
UNTRUSTED = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (UNTRUSTED + "self-signed certificate (_ssl.c:992)", "ca-bundle"),
        (UNTRUSTED + "unable to get local issuer certificate (_ssl.c:1006)", "ca-bundle"),
        (UNTRUSTED + "Hostname mismatch, certificate is not valid for 'h'. (_ssl.c:1006)", "an address"),
        (UNTRUSTED + "IP address mismatch, certificate is not valid for '10.0.0.7'. (_ssl.c:992)", "an address"),
        (UNTRUSTED + "certificate has expired (_ssl.c:1006)", "renew"),
        (UNTRUSTED + "certificate is not yet valid (_ssl.c:1006)", "clock"),
    ],
)
def test_what_is_wrong_with_a_certificate_says_what_to_do(text: str, remedy: str) -> None:
    """To trust another authority helps against none but the first two."""
    rejection = broken(GET, URL, httpcore.ConnectError(text))
    assert rejection.final
    assert rejection.failure.reason is Reason.UNREACHABLE
    assert remedy in rejection.failure.remedy


def test_a_proxy_without_tls_is_not_taken_for_the_server() -> None:
    """``--server http://…`` would send the token unencrypted, and not help."""
    error = httpcore.ConnectError("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)")
    failure = broken(GET, URL, error, "https://p:3128").failure
    assert failure.said.startswith(
        "https://git.example.org (through the proxy https://p:3128) cannot be reached ("
    )
    assert "as http://host:port" in failure.remedy
    assert "does not speak TLS" in broken(GET, URL, error, "http://p:3128").failure.said
