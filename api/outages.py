"""API: which errors of a database mean that it is away, that is down, locked or full: no fault of the request."""

from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
    TimeoutError,
)

_OURS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)  # mistakes of our own statements


def away(error: SQLAlchemyError) -> bool:
    """Whether the same request can be taken later; otherwise the statement was at fault."""
    return isinstance(error, DatabaseError | InterfaceError | TimeoutError) and not isinstance(error, _OURS)
