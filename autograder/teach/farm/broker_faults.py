"""What says that a broker is not there, and what says that it does not let us in."""

from __future__ import annotations

from kombu.exceptions import KombuError


def refusal(error: BaseException | None) -> str:
    """Why the broker does not let us in; nothing if it may be only away."""
    while error is not None:
        if type(error).__name__ in ("AuthenticationError", "AccessRefused", "NotAuthorized"):
            return "refuses this user or password"
        if "invalid username-password" in str(error) or "NOAUTH" in str(error):
            return "refuses this user or password"
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return "has a certificate that is not trusted here; SSL_CERT_FILE can name the file of its authority"
        error = error.__cause__ or error.__context__
    return ""


def broker_errors() -> tuple[type[BaseException], ...]:
    """What says that the broker is not there."""
    errors: list[type[BaseException]] = [OSError, KombuError, EOFError]
    try:
        from redis.exceptions import RedisError

        errors.append(RedisError)
    except ImportError:
        pass
    try:
        from amqp.exceptions import AMQPError

        errors.append(AMQPError)
    except ImportError:
        pass
    return tuple(errors)
