"""A second start and a taken port are each a clear error."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from crg.embedded.errors import FolderInUse, FolderUnusable, PortsTaken
from crg.embedded.lock import FolderLock, running
from crg.embedded.ports import check_ports, stack_ports
from settings import Settings


def test_a_second_start_names_the_folder_and_the_process_that_holds_it(tmp_path: Path) -> None:
    with FolderLock(tmp_path), pytest.raises(FolderInUse) as refusal, FolderLock(tmp_path):
        pass
    assert str(tmp_path) in str(refusal.value)
    assert f"process {os.getpid()}" in str(refusal.value)
    assert "CRG_DATA" in str(refusal.value)


def test_the_lock_is_free_again_when_the_stack_has_stopped(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        pass
    with FolderLock(tmp_path):
        assert running(tmp_path) is not None
    assert running(tmp_path) is None


def test_the_lock_ends_with_a_process_that_is_killed(tmp_path: Path) -> None:
    hold = (
        "import signal, sys, pathlib; from crg.embedded.lock import FolderLock\n"
        "with FolderLock(pathlib.Path(sys.argv[1])): print('held', flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        found = running(tmp_path)
        assert found is not None
        assert found.pid == holder.pid
        holder.send_signal(signal.SIGKILL)
    assert running(tmp_path) is None
    with FolderLock(tmp_path):
        pass


def test_another_process_learns_where_the_running_stack_answers(tmp_path: Path) -> None:
    with FolderLock(tmp_path, {"port": 8123}):
        found = running(tmp_path)
    assert found is not None
    assert found.settings == {"port": 8123}


def test_a_data_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderUnusable, match="CRG_DATA"), FolderLock(tmp_path / "file"):
        pass


def test_each_taken_port_is_named_with_the_variable_that_moves_it(settings: Settings) -> None:
    with (
        socket.create_server(("127.0.0.1", settings.port)),
        socket.create_server(("127.0.0.1", settings.smtp_port)),
        pytest.raises(PortsTaken) as refusal,
    ):
        check_ports(stack_ports(settings))
    first, second = str(refusal.value).splitlines()
    assert f"Port {settings.port} is taken" in first
    assert "CRG_PORT" in first
    assert f"Port {settings.smtp_port} is taken" in second
    assert "CRG_SMTP_PORT" in second
    check_ports(stack_ports(settings))


def test_a_port_asked_for_twice_is_named_with_both_variables(settings: Settings) -> None:
    twice = settings.model_copy(update={"mail_ui_port": settings.port})
    with pytest.raises(PortsTaken, match="CRG_PORT and CRG_MAIL_UI_PORT are both set to"):
        check_ports(stack_ports(twice))
