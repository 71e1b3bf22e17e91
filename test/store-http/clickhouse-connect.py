"""Talks to a served store as Python programs do: clickhouse-connect.py PORT PASSWORD; says "ok"."""
import datetime
import sys

import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError

port, password = int(sys.argv[1]), sys.argv[2]


def connect(**options):
    return clickhouse_connect.get_client(host="127.0.0.1", port=port, password=password, database="rootcause", **options)


for compress in [True, False, "gzip", "zstd", "lz4"]:
    client = connect(compress=compress)
    client.command("DROP TABLE IF EXISTS py")
    client.command("CREATE TABLE py (id UInt32, name LowCardinality(String), at DateTime64(3, 'UTC'), tags Map(String, String)) ENGINE = MergeTree ORDER BY id")
    at = datetime.datetime(2026, 3, 2, 4, 10, 7, 250000, tzinfo=datetime.timezone.utc)
    rows = [[n, f"it's {n % 3}", at, {"a": "\t", "b": "ø"}] for n in range(5000)]
    summary = client.insert("py", rows, column_names=["id", "name", "at", "tags"])
    assert summary.written_rows == 5000, summary.summary
    result = client.query("SELECT * FROM py WHERE id < %(most)s ORDER BY id", parameters={"most": 5000})
    # The client gives times in UTC without saying so.
    read = [[id, name, at.replace(tzinfo=datetime.timezone.utc), tags] for id, name, at, tags in result.result_rows]
    assert read == rows, result.result_rows[:2]
    bound = client.query("SELECT name FROM py WHERE id = {id:UInt32}", parameters={"id": 7})
    assert bound.result_rows == [("it's 1",)], bound.result_rows
    assert client.command("SELECT count() FROM py") == 5000
    with client.query_row_block_stream("SELECT id FROM py ORDER BY id") as stream:
        assert sum(len(block) for block in stream) == 5000
    assert client.raw_query("SELECT 1 AS x", fmt="JSONEachRow") == b'{"x":1}\n'
    try:
        client.query("SELECT * FROM no_such")
        raise AssertionError("no error")
    except DatabaseError as error:
        assert "UNKNOWN_TABLE" in str(error), error
    try:
        client.query("SELECT throwIf(number = 3000000, 'too far') FROM numbers(4000000)", settings={"max_block_size": 1000, "max_threads": 1})
        raise AssertionError("no error")
    except DatabaseError as error:
        assert "too far" in str(error), error
    client.close()
print("ok")
