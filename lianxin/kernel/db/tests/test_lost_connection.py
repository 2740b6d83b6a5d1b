"""The database goes away while the scope is told to it."""

import psycopg
import pytest
from django.db import OperationalError, connection


def test_a_connection_lost_while_the_scope_is_told_is_lost_to_django_too(db, monkeypatch):
    def lost(*_given):
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    connection.ensure_connection()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(connection.connection, "execute", lost)
        meanwhile.setattr(connection, "told_scope", None, raising=False)
        meanwhile.setattr(connection, "errors_occurred", False)
        with pytest.raises(OperationalError), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        assert connection.errors_occurred  # so that the end of the request closes it
