"""Hostile submissions that try to get out: to read, to write, to stay, to call home, to harm.

Each tries one thing, and answers rightly when that is refused. Whoever gets out fails, and the test says how.
"""

from __future__ import annotations

import socket
from pathlib import Path

from autograder.tests.hostile import CANARY, TRACE, probe

LISTENER = socket.create_server(("127.0.0.1", 0))  # nobody may ever call here
PORT = LISTENER.getsockname()[1]
ROOT = Path(__file__).resolve().parents[2]
INSIDE = {
    "bin",
    "sbin",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "usr",
    "proc",
    "dev",
    "tmp",
    "python",
    "setpriv",
    "child.py",
}
LIBC = "import ctypes\nlibc = ctypes.CDLL(None)"

READING = [
    probe("reads /etc/passwd", "raise RuntimeError(open('/etc/passwd').read())"),
    probe("reads the environment", f"import os\nif '{CANARY}' in os.environ:\n    raise RuntimeError(os.environ)"),
    probe(
        "reads the environment of others",
        f"""
        import os
        for number in os.listdir("/proc"):
            if number.isdigit() and b"{CANARY}" in open(f"/proc/{{number}}/environ", "rb").read():
                raise RuntimeError("the environment of " + number)
        """,
    ),
    probe(
        "looks for the repository, the course, other submissions",
        f"""
        import os
        seen = set(os.listdir("/")) - {INSIDE}
        for place in ({str(ROOT)!r}, {str(Path.home())!r}, "/home", "/work", "/srv", "/mnt"):
            seen |= set(os.listdir(place)) if os.path.isdir(place) else set()
        if seen:
            raise RuntimeError(seen)
        """,
    ),
    probe(
        "looks for an exchange below /usr, and for programs",
        """
        import os
        seen = set(os.listdir("/usr")) - {"bin", "lib", "lib64"}
        for folder in ("/usr/bin", "/python/bin"):
            if os.path.isdir(folder):
                seen |= {name for name in os.listdir(folder) if not name.startswith("python")}
        if seen:
            raise RuntimeError(seen)
        """,
    ),
    probe(
        "looks for the kit among the packages",
        """
        import os, sys
        for folder in {os.path.dirname(os.__file__), "/usr/lib/python3", *sys.path}:
            for kind in ("site-packages", "dist-packages"):
                if os.path.isdir(f"{folder}/{kind}") and os.listdir(f"{folder}/{kind}"):
                    raise RuntimeError(os.listdir(f"{folder}/{kind}"))
        """,
    ),
    probe("reads the memory of others", "raise RuntimeError(open('/proc/1/mem', 'rb').read(1))"),
]

WRITING = [
    probe(
        "writes everywhere",
        f"""
        import os
        for folder in ("/", "/usr", "/usr/lib", "/home", "/root", "/var", "/var/tmp", "/etc", "/proc", "/sys", "/opt"):
            try:
                open(os.path.join(folder, "{TRACE}"), "w").close()
            except OSError:
                continue
            raise RuntimeError("wrote to " + folder)
        """,
    ),
    probe(
        "writes to Python's own folders",
        f"""
        import os, sys
        for folder in (sys.prefix, os.path.dirname(os.__file__), os.path.dirname(os.path.realpath(sys.executable))):
            try:
                open(os.path.join(folder, "{TRACE}"), "w").close()
            except OSError:
                continue
            raise RuntimeError("wrote to " + folder)
        """,
    ),
    probe(
        "fills the disk",
        f"""
        data = b"x" * (1 << 20)
        for number in range(10_000):
            with open(f"/tmp/{TRACE}-{{number}}", "wb") as made:
                for _ in range(8):
                    made.write(data)
        raise RuntimeError("80 GB")
        """,
    ),
    probe(
        "fills the memory with files",
        f"""
        import os
        places = [line.split()[1] for line in open("/proc/mounts")] + ["/dev/shm", "/dev/mqueue"]
        written, data = 0, b"x" * (1 << 20)
        for place in filter(os.path.isdir, places):
            for number in range(30):
                try:
                    with open(f"{{place}}/{TRACE}-{{number}}", "wb") as made:
                        written += made.write(data)
                except OSError:
                    break
        if written > 20 << 20:
            raise RuntimeError(f"{{written >> 20}} MB")
        """,
    ),
    probe("changes the child's file", "open('/child.py', 'w')\nraise RuntimeError('opened')"),
]

CALLING = [
    probe(
        "a socket to this machine",
        f"""
        import socket
        socket.create_connection(("127.0.0.1", {PORT}), timeout=1)
        raise RuntimeError("connected")
        """,
    ),
    probe(
        "a socket to the network",
        """
        import socket
        socket.create_connection(("192.0.2.1", 80), timeout=1)
        raise RuntimeError("connected")
        """,
    ),
    probe(
        "a name from the network", "import socket\nsocket.getaddrinfo('example.com', 80)\nraise RuntimeError('found')"
    ),
]

THREAD = """
import threading, time
thread, threads = threading.Thread(target=time.sleep, args=(600,)), []
"""

STAYING = [
    probe(
        "a background process that outlives the check",
        f"""
        import os, time
        if libc.fork() == 0:
            libc.setsid()
            libc.prctl(15, b"{TRACE}", 0, 0, 0)
            time.sleep(600)
            os._exit(0)
        """,
        LIBC,
    ),
    probe(
        "thousands of processes",
        """
        import os
        for _ in range(5000):
            child = libc.fork()
            if child == 0:
                libc.pause()
                os._exit(0)
            if child < 0:
                break
        else:
            raise RuntimeError("5,000 processes")
        """,
        LIBC,
    ),
    probe(
        "another program",
        f"""
        import os
        if libc.fork() == 0:
            libc.execl(b"/bin/sh", b"sh", b"-c", b"touch /var/tmp/{TRACE} $HOME/{TRACE}; sleep 600", None)
            os._exit(0)
        """,
        LIBC,
    ),
    probe("ignores every signal", "for number in range(1, 65):\n    libc.signal(number, 1)", LIBC),
    probe("an exit handler that waits", "import atexit, time\natexit.register(time.sleep, 600)"),
    probe("a thread that never ends", "if not threads:\n    threads.append(thread.start())", THREAD),
]

RISING = [
    probe("becomes root", f"import os\nos.setuid(0)\nopen('/usr/{TRACE}', 'w')\nraise RuntimeError('root')"),
    probe(
        "mounts",
        """
        if libc.mount(b"none", b"/usr", b"tmpfs", 0, None) == 0 or libc.umount2(b"/tmp", 2) == 0:
            raise RuntimeError("mounted")
        if libc.unshare(0x10020000) == 0 and libc.umount2(b"/tmp", 2) == 0:
            raise RuntimeError("in namespaces of its own")
        """,
        LIBC,
    ),
    probe(
        "raises its limits",
        """
        import resource
        for limit in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
            try:
                resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            except (ValueError, OSError):
                continue
            raise RuntimeError("raised")
        """,
    ),
    probe("signals everybody", "import os\nfor target in (-1, 1, os.getppid()):\n    os.kill(target, 15)"),
]

ESCAPES = [*READING, *WRITING, *CALLING, *STAYING, *RISING]
