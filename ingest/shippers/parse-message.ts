import { addCertificateFromMessage } from "./certificate-in-message.ts";
import { EventFields, type ShippedEvent } from "./event-fields.ts";
import { eventOfKnownLayout, learnLayout } from "./evtx-dump-layouts.ts";
import { detectFormat, type FormatName, JSON_FORMATS } from "./formats.ts";
import { type JsonObject, objectOf, parseObject, ROUNDED, withRoundedQuoted } from "./json.ts";
import { MAX_CHARACTERS } from "./limits.ts";
import { UnreadableError } from "./unreadable-error.ts";
import { addXml } from "./xml.ts";

/**
 * Reads one message of a log shipper: an event with the fields that the EVTX reader gives for the same event, as far as the shipper carries
 * them (docs/shippers.md says what each does not).
 *
 *     parseMessage('{"winlog":{"provider_name":"Schannel","event_id":"36887", …}}')
 *     parseMessage('<Event xmlns="…"><System>…', "xml")
 *
 * The format is told from the message unless it is given. Where Logstash has put a message into another's `message` or `event.original`, the inner one is read.
 *
 * @throws UnreadableError, and nothing else, when it cannot be read as an event, whatever the text
 */
export function parseMessage(text: string, format?: FormatName): ShippedEvent {
  if (text.length > MAX_CHARACTERS)
    throw new UnreadableError("too-large", `It has ${text.length} characters; at most ${MAX_CHARACTERS} are read.`);
  const mayBeKnown = format === undefined || format === "evtx-dump";
  const known = mayBeKnown ? eventOfKnownLayout(text) : undefined;
  if (known !== undefined) return known;
  const fields = isXml(text) ? fieldsOfXml(text, format) : fieldsOfJson(text, format);
  addCertificateFromMessage(fields);
  const event = fields.toEvent();
  if (mayBeKnown) learnLayout(text, event);
  return event;
}

function isXml(text: string): boolean {
  return /^\uFEFF?\s{0,64}</.test(text);
}

function fieldsOfXml(text: string, format: FormatName | undefined): EventFields {
  if (format !== undefined && format !== "xml")
    throw new UnreadableError("unknown-format", `It is XML, not ${format}.`);
  const fields = new EventFields();
  addXml(fields, text);
  return fields;
}

function fieldsOfJson(text: string, format: FormatName | undefined, wrappings = 0): EventFields {
  try {
    return fieldsOfObject(parseObject(text), format, wrappings);
  } catch (error) {
    if (error !== ROUNDED) throw error;
    return fieldsOfObject(parseObject(withRoundedQuoted(text)), format, wrappings);
  }
}

/** A message in a message in a message; more would be a mistake, or malice. */
const MAX_WRAPPINGS = 2;

function fieldsOfObject(message: JsonObject, format: FormatName | undefined, wrappings: number): EventFields {
  const found = detectFormat(message);
  if (found !== undefined && (format === undefined || format === found)) {
    const fields = new EventFields();
    JSON_FORMATS[found].add(fields, message);
    return fields;
  }
  const inner = found === undefined && wrappings < MAX_WRAPPINGS ? wrapped(message) : undefined;
  if (inner !== undefined)
    return isXml(inner) ? fieldsOfXml(inner, format) : fieldsOfJson(inner, format, wrappings + 1);
  const asked = format === undefined ? "" : `, or not ${format}`;
  throw new UnreadableError("unknown-format", `It is none of the known formats${asked}.`);
}

/** The text of a message that another program wrapped as it came. */
function wrapped(message: JsonObject): string | undefined {
  return [message.message, objectOf(message.event)?.original].find(
    (text): text is string => typeof text === "string" && /^\s{0,64}[{<]/.test(text),
  );
}
