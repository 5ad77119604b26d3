"""Why an exchange failed, in words: no answer, a redirect that is not followed, a connection that broke."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpcore

from consumer_drift.forges.http.messages import PROXY_LOGIN, Rejection, Request
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence, Setting


def unanswered(request: Request) -> Failure:
    """Return the failure of a write whose answer did not come in time."""
    return Failure(
        Reason.TIMEOUT,
        f"{request} was sent and not answered in time, so it is not known whether it was applied",
        "run again: what is there is read before anything is written",
    )


def origin_of(url: str) -> str:
    """Return scheme and host only: the query of a location may contain secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else "no URL"


def server_of(url: str) -> str:
    """Return scheme, host and port of an address that a request was sent to, without a user."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def foreign_redirect(request: Request, target: str, status: int) -> Failure:
    """Return the failure of a redirect to *target* that is not followed: a write's, or one to another server."""
    if request.method != "GET":
        said = f"{request} was answered by a redirect, and a write never follows one"
    else:
        said = f"{request} was answered by a redirect to {origin_of(target)}, where the token must not go"
    return Failure(
        Reason.FOREIGN_REDIRECT,
        said,
        "set the server's address to the one that the forge itself uses",
        status=status,
    )


# What OpenSSL says of an answer that is no TLS, by its version: https://docs.openssl.org/3.0/man3/ERR_get_error/
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST")


_CHECK = "check the forge's health, the server's address and the network, then run again"
_CHECK_PROXY = (
    "check the proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names (as http://host:port), or name the server in"
    " NO_PROXY, then run again"
)
# What does not help by trying again. A certificate: https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_LASTING: dict[str, str | Sentence] = {
    "mismatch, certificate is not valid for": "use an address of the server that its certificate is for",
    "certificate has expired": "renew the server's certificate, or set this machine's clock",
    "certificate is not yet valid": "set this machine's clock, or renew the server's certificate",
    "certificate": Sentence(
        "give the certificates of the server's private CA with ", Setting.CA_BUNDLE, " or in SSL_CERT_FILE"
    ),
    "proxyerror: 407": PROXY_LOGIN,
}


# All that the library raises: https://www.encode.io/httpcore/exceptions/
BROKEN = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


def broken(request: Request, url: str, error: Exception, proxy: str = "") -> Rejection:
    """Return the failure of a request to *url*, which went through *proxy* if that has an address.

    The library's text may contain the value of an invalid header.
    """
    kind, server = type(error).__name__, server_of(url)
    detail = kind if isinstance(error, httpcore.LocalProtocolError) else f"{kind}: {error}"
    where = f"{server} (through the proxy {proxy})" if proxy else server
    if isinstance(error, httpcore.TimeoutException):
        reason, said = Reason.TIMEOUT, f"{where} gave no answer to {request} in time ({kind})"
    elif isinstance(error, httpcore.RemoteProtocolError | httpcore.ReadError):
        reason, said = (
            Reason.CUT_SHORT,
            f"the connection to {where} broke before the answer to {request} was complete ({kind})",
        )
    elif isinstance(error, httpcore.ConnectError) and _has_no_tls(detail, proxy):
        return _no_tls(server, detail)
    else:
        reason, said = Reason.UNREACHABLE, f"{where} cannot be reached ({detail})"
    lasting = next((remedy for words, remedy in _LASTING.items() if words in detail.lower()), None)
    check = _CHECK_PROXY if proxy and reason is Reason.UNREACHABLE else _CHECK
    return Rejection(Failure(reason, said, lasting or check), final=lasting is not None)


def _has_no_tls(detail: str, proxy: str) -> bool:
    """Return whether it is the server that speaks no TLS: a proxy that should speak it comes before."""
    return not proxy.startswith("https:") and any(words in detail for words in _NO_TLS)


def _no_tls(server: str, detail: str) -> Rejection:
    remedy = Sentence(
        "if http is meant, on loopback or a trusted network, write ", Setting.SERVER, " with http://"
    )
    return Rejection(Failure(Reason.UNREACHABLE, f"{server} does not speak TLS ({detail})", remedy), final=True)
