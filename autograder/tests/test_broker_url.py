"""The address of a broker: what is none is refused, and its password is never shown."""

import logging

import pytest

from autograder.teach.farm import broker_url
from microgpt_ref.errors import UserError

SECRET = "hush@1"
URL = "redis://grader:hush%401@broker.example:6379/0"


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    before = logging.getLogRecordFactory()
    monkeypatch.delenv(broker_url.VARIABLE, raising=False)
    yield
    logging.setLogRecordFactory(before)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:hush@1@broker:6379/0", "redis://:***@broker:6379/0"),
        ("redis://grader:hu/sh@broker/0", "redis://grader:***@broker/0"),
        ("redis://:hu?sh@broker/0", "redis://:***@broker/0"),
        ("redis://hu/sh@broker/0", "redis://:***@broker/0"),
        ("redis://broker/0?password=hush", "redis://broker/0?***"),
        ("rediss://broker/0#hush", None),
    ],
)
def test_a_password_that_is_not_escaped_is_refused_and_never_shown(url, shown):
    assert shown is None or broker_url.masked(url) == shown
    with pytest.raises(UserError, match=r"in a password write / as %2F, @ as %40, \? as %3F") as caught:
        broker_url.hidden_broker(url)
    assert "hu" not in str(caught.value)


@pytest.mark.parametrize("url", ["redis://broker:6379/0", "amqp://grader@broker/", "rediss://broker"])
def test_an_address_without_a_password_is_shown_as_it_is(url):
    assert broker_url.masked(url) == url


@pytest.mark.parametrize(
    "url", ["queue", "http://broker", "redis://", "redis://broker:99999/0", "redis://broker:port/0", "redis://[broker"]
)
def test_what_is_no_address_is_refused_without_repeating_it(url):
    with pytest.raises(UserError, match="--broker is an address such as redis://HOST") as caught:
        broker_url.hidden_broker(url)
    assert url == "redis://" or url not in str(caught.value)


def test_the_environment_serves_as_well_and_is_emptied(monkeypatch):
    assert broker_url.hidden_broker(None) is None
    monkeypatch.setenv(broker_url.VARIABLE, URL)
    assert broker_url.hidden_broker(None) == URL
    assert broker_url.VARIABLE not in broker_url.os.environ


def test_an_address_on_the_command_line_is_masked_and_the_program_begun_anew(monkeypatch):
    begun = []
    monkeypatch.setattr(broker_url.sys, "orig_argv", ["python", "-m", "microgpt", "--broker", URL])
    monkeypatch.setattr(broker_url.os, "execv", lambda program, line: begun.append(line))
    broker_url.hidden_broker(URL)
    assert begun == [[broker_url.sys.executable, "-m", "microgpt", "--broker", broker_url.masked(URL)]]
    assert "hush" not in " ".join(begun[0])
    # The program begun anew finds the address where only the same user can read it.
    monkeypatch.setattr(broker_url.sys, "orig_argv", begun[0])
    monkeypatch.setenv(broker_url.VARIABLE, URL)
    assert broker_url.hidden_broker(broker_url.masked(URL)) == URL


def test_no_log_holds_the_password(caplog):
    broker_url.hide(URL)
    log = logging.getLogger("some.library")
    log.error("connecting to %s", URL)
    log.error("the password is %s", SECRET)
    log.error("%d is not a number: " + SECRET, "x")  # arguments that do not fit
    try:
        raise ConnectionError(f"refused: {URL}")
    except ConnectionError:
        log.exception("it failed")
    log.error("nothing to hide")
    text = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert SECRET not in text
    assert "hush" not in text
    assert "nothing to hide" in text
    assert text.count("***") >= 4
