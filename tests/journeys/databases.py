"""What a portal of the journeys keeps its data in, beside what the run itself was given."""

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis


class OwnPostgres:
    """A database beside the one DATABASE_URL names."""

    def __init__(self, url, name):
        self.parts, self.name = urlsplit(url), name
        self.url = urlunsplit(self.parts._replace(path=f"/{self.name}"))

    def _run(self, sql):
        connection = psycopg2.connect(urlunsplit(self.parts))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            found = cursor.fetchall() if cursor.description else []
        connection.close()
        return found

    def create(self, template=None):
        """Empty where there is no such template."""
        known = self._run(f"SELECT 1 FROM pg_database WHERE datname = '{template}'")
        self._run(f"CREATE DATABASE {self.name}" + (f" TEMPLATE {template}" if known else ""))

    def drop(self):
        self._run(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


class OwnRedis:
    """An empty numbered database of the server REDIS_URL names."""

    def __init__(self, url):
        # Two workers of a run look at the same time: each has numbers of its own.
        worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        for number in range(15 - worker % 2, 0, -2):
            self.url = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
            self.client = redis.Redis.from_url(self.url)
            if self.client.dbsize() == 0:
                return
        raise AssertionError(f"no empty database at {url}")

    def drop(self):
        self.client.flushdb()
        self.client.close()
