"""Runs a service for as long as its owner lives: `keeper.py OWNER_PID USER|- COMMAND...`.

A test run that is killed cannot stop what it started; this program notices and does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

_POLL_S = 0.5


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(owner_pid: int, user: str, command: list[str]) -> int:
    dropped = {} if user == "-" else {"user": user, "group": _group_of(user), "extra_groups": []}
    service = subprocess.Popen(command, stdin=subprocess.DEVNULL, **dropped)  # type: ignore[call-overload]
    # SIGINT asks PostgreSQL for a fast shutdown: sessions are cut, data is written.
    signal.signal(signal.SIGTERM, lambda *_: service.send_signal(signal.SIGINT))
    while True:
        try:
            return int(service.wait(_POLL_S))
        except subprocess.TimeoutExpired:
            if not _is_alive(owner_pid):
                service.send_signal(signal.SIGINT)
                return int(service.wait())


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
