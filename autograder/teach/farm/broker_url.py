"""The address of a broker: checked before anything else sees it, and with its password out of sight.

A command line can be read by everybody on a machine, and so can what is logged. A password in an address given with
--broker is moved to the environment at once, where only the same user can read it.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from urllib.parse import unquote, urlsplit

from microgpt_ref.errors import UserError

VARIABLE = "MICROGPT_BROKER"
KINDS = ("redis", "rediss", "amqp", "amqps")
_USER = re.compile(r"[\w.%+-]*")


def hidden_broker(option: str | None) -> str | None:
    """The address to use, from the option or the environment; begins this program anew if a password shows."""
    url = option or os.environ.get(VARIABLE)
    if option and option == masked(option) and "***@" in option:
        url = os.environ.get(VARIABLE, option)  # we are the program begun anew
    if not url:
        return None
    check(url)
    if option and option == url and masked(url) != url and _showing(url):
        os.environ[VARIABLE] = url
        line = [part.replace(url, masked(url)) for part in sys.orig_argv[1:]]
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, *line])
    os.environ.pop(VARIABLE, None)  # no child needs it
    hide(url)
    return url


def check(url: str) -> None:
    """Refuse what is no address of a broker, without repeating it: it may hold a password."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in KINDS and bool(parts.hostname) and (parts.port is None or 0 < parts.port < 65536)
        # What comes behind a ? may hold a password, too, and nothing there is needed.
        good = good and url.count("@") < 2 and "@" not in parts.path and not {"?", "#"} & set(url)
    except ValueError:
        good = False
    if not good:
        raise UserError(
            "--broker is an address such as redis://HOST:6379/0 or amqp://USER:PASSWORD@HOST:5672/; "
            "in a password write / as %2F, @ as %40, ? as %3F and # as %23"
        )


def masked(url: str) -> str:
    """The address as it may be shown, also of one that is none."""
    scheme, there, rest = url.partition("://")
    # Up to the last @, whatever an unescaped / or @ in a password makes of the address.
    secret, at, shown = rest.rpartition("@")
    user, colon, _ = secret.partition(":")
    if not _USER.fullmatch(user):
        user, colon = "", ":"
    host, query, _ = shown.partition("?")
    return f"{scheme}{there}{user}{':***' if colon else ''}{at}{host}{'?***' if query else ''}"


def hide(url: str) -> None:
    """Take the password out of everything that this process logs from now on."""
    password = urlsplit(url).password
    if not password:
        return
    secrets = {password, unquote(password)}
    make = logging.getLogRecordFactory()

    def without(*anything: object, **more: object) -> logging.LogRecord:
        record = make(*anything, **more)
        try:
            text = record.getMessage()
        except (TypeError, ValueError, KeyError):  # logging itself says that its arguments do not fit
            text = f"{record.msg} {record.args}"
        if any(secret in text for secret in secrets):
            record.msg, record.args = _without(text, secrets), ()
        if record.exc_info and record.exc_info[1] is not None:
            shown = logging.Formatter().formatException(record.exc_info)
            if any(secret in shown for secret in secrets):
                record.exc_text = _without(shown, secrets)
        return record

    logging.setLogRecordFactory(without)


def _without(text: str, secrets: set[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _showing(url: str) -> bool:
    return any(url in part for part in sys.orig_argv)
