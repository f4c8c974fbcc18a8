"""HTTP/1.1 as this node speaks it: uvicorn's, with an end to what stands before a body.

The parser takes in headers for as long as they come. A proxy in front bounds them; whoever gets past it shall not fill
the memory either.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024
"""Request line and headers together; what Caddy lets through is larger than what anybody needs."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    _head = 0
    """Bytes of a head that is not complete; 0 between heads."""

    def data_received(self, data: bytes) -> None:
        """Take in what arrives; a head that is too long is answered 400, and the connection closed."""
        super().data_received(data)
        if not self._head:
            return
        self._head += len(data)
        if self._head > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response(f"Request line and headers are longer than {HEAD_BYTES} bytes together.")

    def on_message_begin(self) -> None:
        """A head begins."""
        self._head = 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """It is complete."""
        self._head = 0
        super().on_headers_complete()
