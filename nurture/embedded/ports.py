"""Ports of this machine: a free one, or the chosen one if nobody has it."""

import socket

from nurture.domain.errors import NurtureError


class PortTaken(NurtureError):
    def __init__(self, what: str, host: str, port: int, option: str) -> None:
        super().__init__(
            f"{what} cannot listen on {host}:{port}: the port is taken.",
            f"Stop what uses it, or choose another with {option} (0 takes a free one).",
        )


def listen(what: str, host: str, port: int, option: str) -> socket.socket:
    """A bound socket; its port is what getsockname() says."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise PortTaken(what, host, port, option) from error
    return bound


def is_free(host: str, port: int) -> bool:
    try:
        listen("", host, port, "").close()
    except PortTaken:
        return False
    return True


def choose(what: str, host: str, port: int, option: str) -> int:
    """For a child process that binds the port itself."""
    with listen(what, host, port, option) as bound:
        chosen: int = bound.getsockname()[1]
        return chosen
