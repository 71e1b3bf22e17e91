import { openEvtx } from "../ingest/evtx/file.ts";
import { eventOf } from "../ingest/files/event-of.ts";
import { TextFile } from "../ingest/files/text-file.ts";
import type { TextMessage } from "../ingest/files/text-message.ts";
import type { WindowsEvent } from "../model/event.ts";
import { DamageReport } from "../pipeline/damage-report.ts";
import { findLogs, type LogFile } from "../pipeline/find-logs.ts";

/**
 * Every event of logs that a scan reads, one after the other; what could not be read is reported.
 *
 * @throws UserError as `findLogs`
 */
export async function* readEvents(paths: readonly string[], damage: DamageReport): AsyncGenerator<WindowsEvent> {
  const { files, damage: found } = findLogs(paths);
  damage.add(found);
  for (const file of files) {
    if (file.isText) {
      yield* textEvents(file, damage);
      continue;
    }
    using log = openEvtx(file.path);
    yield* log.records((one) => damage.add([one]));
  }
}

/** A file in a folder that holds no event at all is no log, and no damage. */
async function* textEvents({ path, isNamed }: LogFile, damage: DamageReport): AsyncGenerator<WindowsEvent> {
  const file = new TextFile(path);
  const own = new DamageReport();
  const lose = ({ line, offset }: TextMessage, reason = "") =>
    own.add([{ file: path, line, offset, kind: "lost", reason }]);
  let isLog = isNamed;
  for await (const messages of file.messages())
    for (const message of messages) {
      const { event, reason } = eventOf(message, undefined);
      isLog ||= event !== undefined;
      if (event === undefined) lose(message, reason);
      else yield event;
    }
  if (file.failure !== undefined) lose(file.failure, file.failure.fault);
  if (isLog || file.failure !== undefined) damage.addFiles(own.byFile());
}
