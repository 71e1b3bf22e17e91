import { InvalidArgumentError } from "commander";
import { z } from "zod";
import { FORMAT_NAMES } from "../../ingest/shippers/formats.ts";
import { LEVELS } from "../../model/detection.ts";
import { STAGES } from "../../pipeline/stream/watch.ts";
import { ROOT_LISTS } from "../../rules/operator-lists.ts";
import { parseThumbprints } from "../parse-options.ts";
import { kafkaSection } from "./kafka.ts";
import { secret } from "./secret.ts";
import { section } from "./section.ts";
import { Duration, HttpUrl, ListenAddress, type Place, pathIn, pemFile, ServerUrl } from "./values.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export const LOG_FORMATS = ["auto", "json", "pretty"] as const;

/** The whole of `rootcause.yml`. */
export function configSchema(place: Place) {
  const Path = pathIn(place);
  return section(
    {
      roots: section({
        mustStayOff: z.array(Thumbprints).default([]),
        own: z.array(Thumbprints).default([]),
      }).prefault({}),
      rules: section({
        paths: z.array(Path).default([]),
        builtin: z.boolean().default(true),
        expand: ExpandLists.default({}),
      })
        .refine(
          ({ paths, builtin }) => builtin || paths.length > 0,
          "builtin: false leaves no rules: name some in paths",
        )
        .prefault({}),
      store: Path.exactOptional(),
      clickhouse: clickhouseSection(place).exactOptional(),
      kafka: kafkaSection(place).exactOptional(),
      events: section({
        store: z.boolean().default(true),
        format: z.enum(["auto", ...FORMAT_NAMES]).default("auto"),
      }).prefault({}),
      ingest: section({
        paths: z.array(Path).default([]),
        state: Path.prefault("./rootcause-state"),
        interval: Duration.prefault("2s"),
      }).prefault({}),
      correlate: section({ lateness: Duration.prefault("6h") }).prefault({}),
      alerts: section({
        minimum: z.enum(LEVELS).default("medium"),
        webhooks: z.array(section({ url: HttpUrl, authorization: headerSecret(place).exactOptional() })).default([]),
      }).prefault({}),
      http: section({ listen: ListenAddress.prefault("127.0.0.1:9464") }).prefault({}),
      stages: z.array(z.enum(STAGES)).min(1, "name at least one stage").exactOptional(),
      log: section({
        level: z.enum(LOG_LEVELS).default("info"),
        format: z.enum(LOG_FORMATS).default("auto"),
      }).prefault({}),
    },
    "keys like roots: and kafka: are expected; docs/configuration.md has them all",
  ).check(({ value, issues }) => {
    const refuse = (key: string, message: string) =>
      issues.push({ code: "custom", path: [key], message, input: value });
    if (value.store !== undefined && value.clickhouse !== undefined)
      refuse("store", "there is a clickhouse: section too, and only one of them can hold what is found; take one out");
    if (value.stages?.includes("ingest") && value.ingest.paths.length === 0)
      refuse("stages", "ingest has nothing to read: name files or folders in ingest.paths");
  });
}

/** Name → texts; a number is taken as it stands: event ids and ports. */
const ExpandLists = z
  .record(z.string(), z.array(z.union([z.string(), z.number()], "a text is expected here").transform(String)))
  .check(({ value, issues }) => {
    for (const name of Object.keys(value)) {
      const reason = placeholderFault(name);
      if (reason !== undefined) issues.push({ code: "custom", path: [name], message: reason, input: value });
    }
  });

function placeholderFault(name: string): string | undefined {
  if (ROOT_LISTS.some((list) => list === name)) return "this list is in roots: roots.mustStayOff or roots.own";
  return /^[\w-]+$/.test(name)
    ? undefined
    : "the name of a placeholder has letters, digits, _ and -, and no percent signs here";
}

const Thumbprints = z.string().transform((text, context) => {
  try {
    return parseThumbprints(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    context.addIssue(error.message);
    return z.NEVER;
  }
});

function clickhouseSection(place: Place) {
  return section({
    url: ServerUrl,
    user: z.string().min(1).exactOptional(),
    password: secret(place).exactOptional(),
    database: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "letters, digits and _ are expected")
      .default("rootcause"),
    ca: pemFile(place).exactOptional(),
  }).refine(({ url, ca }) => ca === undefined || url.startsWith("https:"), {
    path: ["ca"],
    message: "is of no use with http: write https:// in url",
  });
}

/** What is sent as the header `Authorization`, like `Bearer …`. */
function headerSecret(place: Place) {
  return secret(place).refine((text) => /^[\x20-\x7e]*$/.test(text), "a header cannot carry these characters");
}
