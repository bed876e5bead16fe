"""A cache that may die: every error is a miss, and after a few it is left alone a while."""

import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

FAILURES_TO_OPEN = 3
OPEN_SECONDS = 5.0


class BreakerCache(BaseCache):
    """Redis with 0.2 s timeouts behind a breaker; process memory when LOCATION is empty.

    Nothing that must be true lives here: sessions, limits and queues are in the database.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._inner: BaseCache
        if server:
            options = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
            self._inner = RedisCache(server, params | {"OPTIONS": options})
        else:
            self._inner = LocMemCache("portal", params)
        self._failures = 0
        self._closed_until = 0.0

    def _try(self, method: str, missing: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self._closed_until:
            return missing
        try:
            answer = getattr(self._inner, method)(*args, **kwargs)
        except Exception:
            # Whatever Redis or the network does, a page goes on without its cache.
            self._failures += 1
            if self._failures >= FAILURES_TO_OPEN:
                self._closed_until = time.monotonic() + OPEN_SECONDS
                self._failures = 0
            return missing
        self._failures = 0
        return answer

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try("get", default, key, default, version=version)

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._try("set", None, key, value, timeout, version=version)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return bool(self._try("add", False, key, value, timeout, version=version))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._try("delete", False, key, version=version))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._try("touch", False, key, timeout, version=version))

    def clear(self) -> None:
        self._try("clear", None)
