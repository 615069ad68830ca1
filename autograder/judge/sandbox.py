"""The wall around a child when grading: bubblewrap, with nothing inside but Python.

No network, no home, no repository, no other submission; an empty temporary folder that is gone afterwards; its own
processes, none of which outlives the child; limits on time, memory, processes, files and output.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from functools import cached_property
from pathlib import Path

from microgpt_ref.errors import UserError

LIMITS = {
    "RLIMIT_AS": 1024 * 1024 * 1024,
    "RLIMIT_CPU": 60,
    "RLIMIT_CORE": 0,
    "RLIMIT_FSIZE": 8 * 1024 * 1024,
    "RLIMIT_NOFILE": 64,
    "RLIMIT_NPROC": 8,
}
TEMPORARY = 16 * 1024 * 1024
INSTALL = "install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap)"


class SandboxError(UserError):
    """The wall cannot be built here; one line with what to do."""


class Sandbox:
    """Builds the command that runs a child behind the wall."""

    limits = LIMITS

    def command(self, program: Path) -> list[str]:
        return [*self._wall, "--ro-bind", str(program), "/child.py", "--remount-ro", "/", "--", *self._inside]

    def explain(self, code: int) -> str:
        number = -code if code < 0 else code - 128
        try:
            return f"ended by {signal.Signals(number).name}: too much memory, time or too many processes?"
        except ValueError:
            return f"exit code {code}"

    def probe(self) -> None:
        """Build the wall once; say what is missing if it does not stand."""
        try:
            ran = subprocess.run(
                [*self._wall, "--", *self._inside[:-1], "-c", "print('inside')"],
                capture_output=True,
                text=True,
                timeout=20,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SandboxError(f"the sandbox does not start ({error}): {INSTALL}; or use --no-sandbox") from None
        if ran.stdout != "inside\n":
            why = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise SandboxError(
                f"the sandbox does not start ({why}): allow user namespaces "
                "(sysctl kernel.unprivileged_userns_clone=1; "
                "on Ubuntu also kernel.apparmor_restrict_unprivileged_userns=0), or grade with --no-sandbox"
            )

    @cached_property
    def _wall(self) -> list[str]:
        bwrap = shutil.which("bwrap")
        if sys.platform != "linux":
            raise SandboxError("the sandbox needs Linux: grade on a Linux machine, or with --no-sandbox")
        if not bwrap:
            raise SandboxError(f"the sandbox needs bubblewrap: {INSTALL}, or grade with --no-sandbox")
        wall = [bwrap, "--unshare-all"]
        if os.geteuid() == 0:
            # As root, a namespace of users would leave us root outside, and root has no limit on processes. So the
            # child becomes a user of its own, whom nothing belongs to, once the wall stands (see _inside).
            wall = [bwrap, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
            wall += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        wall += ["--die-with-parent", "--new-session", "--clearenv", "--setenv", "LANG", "C.UTF-8"]
        wall += ["--ro-bind", "/usr", "/usr"]
        for folder in ("/bin", "/lib", "/lib64", "/lib32"):
            if os.path.islink(folder):
                wall += ["--symlink", os.readlink(folder), folder]
            elif os.path.isdir(folder):
                wall += ["--ro-bind", folder, folder]
        if not self._prefix.is_relative_to("/usr"):
            # A Python built with a shared library looks for it where it was installed, not where it is seen inside.
            wall += ["--ro-bind", str(self._prefix), "/python", "--setenv", "LD_LIBRARY_PATH", "/python/lib"]
        for packages in self._packages:
            wall += ["--tmpfs", packages]
        return [
            *wall,
            *("--proc", "/proc", "--dev", "/dev"),
            *("--size", str(TEMPORARY), "--perms", "1777", "--tmpfs", "/tmp"),
            *("--chdir", "/tmp"),
        ]

    @cached_property
    def _inside(self) -> list[str]:
        python = [self._python, "-I", "-S", "-X", "utf8", "/child.py"]
        if os.geteuid() != 0:
            return python
        setpriv = shutil.which("setpriv")
        if not setpriv:
            raise SandboxError("grading as root needs setpriv (package util-linux); or grade as an ordinary user")
        user = str(200_000 + os.getpid() % 100_000)
        return [setpriv, "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", *python]

    @cached_property
    def _prefix(self) -> Path:
        return Path(sys.base_prefix).resolve()

    @cached_property
    def _python(self) -> str:
        """The Python that made this environment, as it is called inside."""
        name = f"python{sys.version_info.major}.{sys.version_info.minor}"
        candidates = [self._prefix / "bin" / name, self._prefix / "bin" / "python3"]
        found = next((path for path in candidates if path.exists()), Path(sys.executable).resolve())
        return self._seen_inside(found)

    @cached_property
    def _packages(self) -> list[str]:
        """The folders of installed packages, hidden: the kit itself may be among them."""
        paths = {
            sysconfig.get_path(kind, vars={"base": str(self._prefix), "platbase": str(self._prefix)})
            for kind in ("purelib", "platlib")
        }
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        paths |= {f"/usr/lib/python{version}/site-packages", "/usr/lib/python3/dist-packages"}
        paths |= {f"/usr/local/lib/python{version}/{kind}" for kind in ("site-packages", "dist-packages")}
        return sorted(self._seen_inside(Path(path)) for path in paths if os.path.isdir(path))

    def _seen_inside(self, path: Path) -> str:
        if self._prefix.is_relative_to("/usr") or not path.is_relative_to(self._prefix):
            return str(path)
        return str(Path("/python") / path.relative_to(self._prefix))
