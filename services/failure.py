"""The one error of this package: something outside of the code is missing, and the message says what to do."""


class ServiceError(Exception):
    """A service could not be fetched or started."""
