"""Structured JSON logs. Log events carry ids, never names, addresses or texts."""

import logging
import re

import structlog

# Addresses whose last part opens something without sign-in: who reads the log must not be able to use it.
SECRET_PATHS = re.compile(
    r"(/requests/(?:check|status|rating)/|/invitation/|/verify/|/reset/key/|/confirm-email/)[^\s'\"?]+"
)


def without_secrets(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Put stars for the secret part of an address, wherever in the event it stands."""
    return {key: SECRET_PATHS.sub(r"\1***", value) if isinstance(value, str) else value for key, value in event.items()}


SHARED_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    without_secrets,
]


def worth_a_line(record: logging.LogRecord) -> bool:
    """False for what is said about each call of the health check; what is late is said by its answer."""
    return "/healthz" not in record.getMessage()


def logging_settings(*, pretty: bool) -> dict[str, object]:
    """Django's LOGGING: one JSON object a line, or readable lines where `pretty`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(ensure_ascii=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": renderer,
                "foreign_pre_chain": SHARED_PROCESSORS,
            }
        },
        "filters": {"worth_a_line": {"()": "django.utils.log.CallbackFilter", "callback": worth_a_line}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["worth_a_line"]}},
        "root": {"handlers": ["console"], "level": "WARNING" if pretty else "INFO"},
        "loggers": {"axes": {"level": "WARNING"}, "django.server": {"level": "ERROR"}},
    }
