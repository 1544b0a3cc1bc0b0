"""Servers whose processes are halted, killed and told to stop: they belong to one test file each."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.serving import Served


class Processes:
    """The service's processes by what they do: `gateway`, `pitch`, `feeling`, `composer`, and the gateway's workers."""

    def __init__(self, served: Served):
        self._main = psutil.Process(served.process.pid)

    def of(self, role: str) -> psutil.Process:
        name = "aural-architect" if role == "gateway" else role
        for process in self._main.children():
            command = process.cmdline()
            if "--service-name" in command and command[command.index("--service-name") + 1] == name:
                return process
        raise LookupError(role)

    def workers(self) -> list[psutil.Process]:
        return [child for child in self.of("gateway").children() if "serve(" in " ".join(child.cmdline())]


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a short name: a path to a socket has room for a hundred characters."""
    return tmp_path_factory.mktemp("l")
