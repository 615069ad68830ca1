"""JupyterHub on one machine for a course with this kit: jupyterhub -f jupyterhub_config.py, as root.

Everybody has an account on the machine. README.md beside this file says what to make first.
"""

import json
import os
import sys
from importlib.resources import files
from pathlib import Path

# What to change:
COURSE = Path("/srv/courses/cs101")  # made by `microgpt course init`; its owner is the instructor, its mode 0700
EXCHANGE = Path("/srv/nbgrader/exchange")  # its mode is 1777: all may write, nobody may remove what another put there
SETTINGS = Path("/etc/jupyterhub/cs101")  # written below, each time that the hub starts
INSTRUCTOR = "instructor"  # this account owns COURSE
LEARNERS = "cs101"  # the accounts in this Unix group may log in, too

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # in front of it, a web server that speaks https

# Accounts and passwords are the machine's; each server runs as the one who logged in.
c.JupyterHub.authenticator_class = "pam"
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.LocalAuthenticator.allowed_groups = {LEARNERS}
c.Authenticator.allowed_users = {INSTRUCTOR}

# The kit, nbgrader and JupyterLab are in the environment that the hub itself runs from.
tools = os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
kit = files("autograder") / "learn" / "jupyter"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = c.Spawner.start_timeout = 120  # when a whole class comes in at once


def for_each_role(spawner):
    """Jupyter reads the settings of one role, of everyone, and the kit's; the instructor's are in COURSE."""
    instructor = spawner.user.name == INSTRUCTOR
    role = COURSE if instructor else SETTINGS / "learners"
    spawner.notebook_dir = str(COURSE) if instructor else "~"
    spawner.environment = {
        "PATH": tools,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(map(str, (role, SETTINGS / "everyone", kit))),
        "JUPYTER_PREFER_ENV_PATH": "1",  # kernels: those of this environment first
    }


c.Spawner.pre_spawn_hook = for_each_role


def write(name: str, text: str) -> None:
    path = SETTINGS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# Not a login shell in terminals: /etc/profile would forget where nbgrader and microgpt are.
everyone = {"ServerApp": {"terminado_settings": {"shell_command": ["/bin/bash"]}}}
exchange = f"c = get_config()\nc.CourseDirectory.course_id = {COURSE.name!r}\nc.Exchange.root = {str(EXCHANGE)!r}\n"
# The formgrader has a page to itself, /hub/user-redirect/formgrader. A tab in JupyterLab would be a frame, and
# JupyterHub forbids frames, because all servers here share one address. (With c.JupyterHub.subdomain_host they would
# not.)
not_for_everyone = {"@jupyter/nbgrader:formgrader": True}
learners = {"ServerApp": {"jpserver_extensions": {"nbgrader.server_extensions.formgrader": False}}}
not_for_learners = {"@jupyter/nbgrader:create-assignment": True}
write("everyone/nbgrader_config.py", exchange)
write("everyone/jupyter_server_config.json", json.dumps(everyone))
write("everyone/labconfig/page_config.json", json.dumps({"disabledExtensions": not_for_everyone}))
write("learners/jupyter_server_config.json", json.dumps(learners))
write("learners/labconfig/page_config.json", json.dumps({"disabledExtensions": not_for_learners}))
