"""Runs Sigma rules over events in SQLite, by pysigma-backend-sqlite; scripts/conform-pysigma.ts asks and compares.

Standard input: a JSON object a line, { rules: YAML text, root: name of the rule asked about, fields: all field names,
seenUntil, sets: [[{ id, ts, field: value … }]] }. Standard output: for each line, { error } or { sets }: of a detection rule the ids that
match, of a correlation its alerts as { group, start, end, events }.
"""

import json
import re
import sqlite3
import sys

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule


def regexp(pattern, text):
    return text is not None and re.search(pattern, str(text)) is not None


def table(fields, events):
    connection = sqlite3.connect(":memory:")
    connection.create_function("REGEXP", 2, regexp)
    columns = ["id", "ts", "everything", *fields]
    # A number is stored as one, as Zircolite does.
    numbers = {column for event in events for column, value in event.items() if not isinstance(value, str)}
    types = ", ".join(f"`{c}` {'NUMERIC' if c in numbers else 'TEXT COLLATE NOCASE'}" for c in columns)
    connection.execute(f"CREATE TABLE logs ({types})")
    places = ", ".join("?" for _ in columns)
    for event in events:
        event["everything"] = "\n".join(str(event[f]) for f in fields if f in event)
        connection.execute(f"INSERT INTO logs VALUES ({places})", [event.get(c) for c in columns])
    return connection


def compiled(asked):
    backend = sqliteBackend(
        timestamp_field="ts",
        timestamp_format="unix",
        event_id_field="id",
        observation_end=asked["seenUntil"],
        collate_nocase=True,
        fulltext_field="everything",
    )
    rules = SigmaCollection.from_yaml(asked["rules"])
    rules.resolve_rule_references()
    root = next(rule for rule in rules.rules if rule.name == asked["root"])
    if not isinstance(root, SigmaCorrelationRule):
        return backend.convert_rule(root)
    # A correlation's query is made of those of its detection rules.
    for rule in rules.rules:
        if not isinstance(rule, SigmaCorrelationRule):
            backend.convert_rule(rule)
    return backend.convert_correlation_rule(root)


def answer(asked):
    sets = []
    queries = compiled(asked)
    for events in asked["sets"]:
        connection = table(asked["fields"], events)
        rows = [row for query in queries for row in named(connection.execute(query))]
        connection.close()
        if rows and "event_ids" in rows[0]:
            sets.append(
                [
                    {
                        "group": row["group_keys"],
                        "start": row["window_start"],
                        "end": row["window_end"],
                        "events": [i.split(":", 1)[1] for i in json.loads(row["event_ids"])],
                    }
                    for row in rows
                ]
            )
        else:
            sets.append(sorted({row["id"] for row in rows}))
    return {"sets": sets}


def named(cursor):
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row)) for row in cursor]


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # whatever is wrong costs its own line only
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
