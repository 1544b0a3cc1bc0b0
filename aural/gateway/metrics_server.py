"""Metrics at an address of their own (AURAL_METRICS_ADDRESS), beside the service's public one."""

from __future__ import annotations

import socket
import threading
from ipaddress import ip_address
from wsgiref.simple_server import WSGIServer

from aural.setting_values import Address, BadSetting


class MetricsServer:
    """The metrics of all of the service's processes over HTTP, in a thread, from `start` to `stop`.

    The gateway has it. `prometheus_client` brings the server; it is imported when BentoML has named its folder for
    several processes.
    """

    def __init__(self, address: Address):
        self._address = address
        self._server: WSGIServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Raises OSError where nothing can listen there."""
        from prometheus_client import CollectorRegistry, start_http_server
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        self._server, self._thread = start_http_server(self._address.port, self._address.host, registry)

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


def check_free(address: Address) -> None:
    """Raises BadSetting where nothing can listen at `address` now."""
    family = socket.AF_INET6 if ip_address(address.host).version == 6 else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as cause:
            raise BadSetting(
                f"AURAL_METRICS_ADDRESS: nothing can listen at {address.host}, port {address.port}:"
                f" {cause.strerror}. Choose an address of this machine and a port that is free."
            ) from cause
