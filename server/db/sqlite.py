"""A SQLite connection that is really over when it is closed."""

import sqlite3


class SqliteConnection(sqlite3.Connection):
    """Rolls back before it closes.

    A task that is cancelled inside a statement leaves an unfinished cursor, which its traceback keeps alive.
    SQLite closes such a connection only when the cursor is gone, and until then it would keep the write lock:
    every other writer would wait in vain.
    """

    def close(self) -> None:
        if self.in_transaction:
            self.rollback()
        super().close()
