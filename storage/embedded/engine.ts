import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Session } from "chdb";
import { writeAccess } from "./access.ts";
import type { InsertStatement } from "./insert-statement.ts";
import { type Answer, literal, prelude, type Statement, settingsClause } from "./statement.ts";
import { Turns } from "./turns.ts";

type Chdb = typeof import("chdb");

/**
 * ClickHouse inside this process, by its public door: statements in, bytes out. Each statement runs in a session of its own (about a millisecond), so
 * that settings and parameters of one never reach another that runs beside it or after it; only plain INSERTs, which have none, share theirs.
 */
export class Engine {
  readonly #chdb: Chdb;
  readonly #data: string;
  readonly #incoming: string;
  /** Keeps the engine open, and its lock on the folder. */
  readonly #root: Session;
  readonly #turns = new Turns(CONCURRENT);
  /** Sessions that wait for the next INSERT, by their database. */
  readonly #spare = new Map<string | undefined, Session[]>();
  #files = 0;

  private constructor(chdb: Chdb, data: string, incoming: string, config: string) {
    this.#chdb = chdb;
    this.#data = data;
    this.#incoming = incoming;
    this.#root = new chdb.Session(data, { connectionArgs: [`--config-file=${config}`] });
  }

  /**
   * Opens the engine on `FOLDER/clickhouse`. A process can have one folder open at a time.
   * @throws what the engine says when it cannot.
   */
  static async open(chdb: Chdb, folder: string): Promise<Engine> {
    const incoming = join(folder, "incoming");
    const config = await writeAccess(join(folder, "access"));
    const engine = new Engine(chdb, join(folder, "clickhouse"), incoming, config);
    try {
      // What a killed process left behind was never acknowledged.
      await rm(incoming, { recursive: true, force: true });
      await mkdir(incoming);
    } catch (error) {
      await engine.close();
      throw error;
    }
    return engine;
  }

  /** @throws ChdbError with the engine's `Code: N. DB::Exception: …`. */
  run(statement: Statement): Promise<Answer> {
    return this.#turns.take(async () => {
      const session = await this.#sessionFor(statement);
      try {
        const { sql, format = DEFAULT_FORMAT } = statement;
        return answerOf(await session.queryAsync(sql, { format }));
      } finally {
        session.close();
      }
    });
  }

  /** Gives the answer piece by piece as the engine has it; only for formats whose pieces put together are the whole. */
  async *stream(statement: Statement): AsyncGenerator<Uint8Array> {
    const { sql, format = DEFAULT_FORMAT } = statement;
    const session = await this.#turns.take(() => this.#sessionFor(statement));
    try {
      // A turn a piece and not one for all: who reads slowly keeps no one else waiting.
      const pieces = session.queryStream(sql, { format })[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await this.#turns.take(() => pieces.next());
        if (done) return;
        yield value.raw();
      }
    } finally {
      session.close();
    }
  }

  /**
   * Inserts rows in any format the engine reads. They go through a file beside the store: memory stays flat, and nothing is inserted of a body that
   * breaks off.
   */
  async insert(statement: Statement, { target, settings, format }: InsertStatement, rows: Readable): Promise<Answer> {
    const file = join(this.#incoming, String(this.#files++));
    try {
      await pipeline(rows, createWriteStream(file, { highWaterMark: WRITE_AHEAD }));
      const from = `FROM INFILE ${literal(file)} COMPRESSION 'none'`;
      const sql = (settings: string) => `${target} ${from}${settings} FORMAT ${format}`;
      const isPlain = settings === "" && Object.keys(statement.parameters ?? {}).length === 0;
      if (!isPlain) return await this.run({ ...statement, sql: sql(settings) });
      return await this.#turns.take(() => this.#insertInSpare(statement, sql(settingsClause(statement))));
    } finally {
      await rm(file, { force: true });
    }
  }

  /** An INSERT that brings its settings itself leaves a session as it found it: to open one takes a fifth of a small insert's time. */
  async #insertInSpare({ database }: Statement, sql: string): Promise<Answer> {
    const session = this.#spare.get(database)?.pop() ?? (await this.#sessionFor({ sql, database }));
    try {
      const answer = answerOf(await session.queryAsync(sql, { format: DEFAULT_FORMAT }));
      this.#spare.set(database, (this.#spare.get(database) ?? []).concat(session));
      return answer;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Has what is running end with an error. There is a thread left for it, whatever runs. */
  async cancel(): Promise<void> {
    await this.#root.queryAsync("KILL QUERY WHERE query NOT LIKE 'KILL QUERY%' ASYNC", { format: DEFAULT_FORMAT });
  }

  /** Waits for what is running. */
  async close(): Promise<void> {
    await this.#turns.idle();
    for (const session of [...this.#spare.values()].flat()) session.close();
    this.#root.close();
    await this.#chdb.drainPending();
  }

  async #sessionFor(statement: Statement): Promise<Session> {
    const session = new this.#chdb.Session(this.#data);
    const before = prelude(statement);
    try {
      if (before !== "") await session.queryAsync(before);
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }
}

function answerOf(result: Awaited<ReturnType<Session["queryAsync"]>>): Answer {
  const { rowsRead, bytesRead, elapsed } = result;
  return { bytes: result.bytes(), rowsRead, bytesRead, elapsed };
}

/** Bytes that may wait to be written: each write goes to another thread and back, and takes all that waits. */
const WRITE_AHEAD = 1 << 20;

const DEFAULT_FORMAT = "TabSeparated";

/** The engine works on Node's pool of threads; one stays free for files and compression. */
const CONCURRENT = Math.max(1, Number(process.env.UV_THREADPOOL_SIZE ?? 4) - 1);
