import type { Message } from "../transport/transport.ts";

const COMPUTERS = 200;
const NAMES = Array.from({ length: COMPUTERS }, (_, n) => `HOST${String(n).padStart(4, "0")}.corp.example`);
/** Of the computers that have alerts, every so manieth event is one. */
const PERIOD = 50;
const START = Date.parse("2026-03-01T00:00:00Z");

/** Everyday events of about 1 KB, as `rootcause ingest` publishes them: process creations (Security 4688), and one in a hundred a Schannel alert, on half of the computers. */
export function* everydayEvents(count: number, from = 0): Generator<Message> {
  for (let n = from; n < from + count; n++) {
    const computer = NAMES[n % COMPUTERS] ?? "";
    const event = isAlert(n) ? schannelAlert(n, computer) : processCreation(n, computer);
    yield { key: computer, value: Buffer.from(JSON.stringify(event)) };
  }
}

function isAlert(n: number): boolean {
  return n % 100 === Math.floor(n / 100) % 100;
}

/** Each log has its own numbers, without gaps: a log with gaps is another kind of load. */
function recordId(n: number): number {
  const before = Math.floor(n / COMPUTERS);
  const host = n % COMPUTERS;
  const firstAlert = ((host % 100) - Math.floor(host / 100)) / 2;
  const alertsBefore = Number.isInteger(firstAlert) ? Math.max(0, Math.ceil((before - firstAlert) / PERIOD)) : 0;
  return 1 + (isAlert(n) ? alertsBefore : before - alertsBefore);
}

function system(n: number, computer: string, provider: string, guid: string, id: number, channel: string): object {
  return {
    Provider: { "#attributes": { Name: provider, Guid: guid } },
    EventID: id,
    Version: 2,
    Level: 0,
    Task: 13312,
    Opcode: 0,
    Keywords: "0x8020000000000000",
    TimeCreated: { "#attributes": { SystemTime: `${new Date(START + n).toISOString().slice(0, -1)}4567Z` } },
    EventRecordID: recordId(n),
    Correlation: null,
    Execution: { "#attributes": { ProcessID: 4, ThreadID: 100 + (n % 900) } },
    Channel: channel,
    Computer: computer,
    Security: null,
  };
}

function processCreation(n: number, computer: string): object {
  const user = `user${n % 997}`;
  return {
    Event: {
      "#attributes": { xmlns: "http://schemas.microsoft.com/win/2004/08/events/event" },
      System: system(
        n,
        computer,
        "Microsoft-Windows-Security-Auditing",
        "54849625-5478-4994-A5BA-3E3B0328C30D",
        4688,
        "Security",
      ),
      EventData: {
        SubjectUserSid: `S-1-5-21-3623811015-3361044348-30300820-${1000 + (n % 997)}`,
        SubjectUserName: user,
        SubjectDomainName: "CORP",
        SubjectLogonId: `0x${(n * 7919).toString(16)}`,
        NewProcessId: `0x${(n % 65536).toString(16)}`,
        NewProcessName: "C:\\Windows\\System32\\svchost.exe",
        TokenElevationType: "%%1936",
        ProcessId: "0x2f4",
        CommandLine: `C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s Service${n % 311}`,
        TargetUserSid: "S-1-0-0",
        TargetUserName: "-",
        TargetDomainName: "-",
        TargetLogonId: "0x0",
        ParentProcessName: "C:\\Windows\\System32\\services.exe",
        MandatoryLabel: "S-1-16-16384",
      },
    },
  };
}

function schannelAlert(n: number, computer: string): object {
  return {
    Event: {
      System: system(n, computer, "Schannel", "1F678132-5938-4686-9FDC-C8FF68F15C85", 36887, "System"),
      EventData: { AlertDesc: "46" },
    },
  };
}

/** Keeps messages in one piece until they are asked for: V8 would look through hundreds of thousands of them again and again. */
export function packed(messages: Iterable<Message>): () => Message[] {
  const all = [...messages];
  const keys = all.map(({ key }) => key);
  const ends = new Uint32Array(all.length);
  for (const [index, { value }] of all.entries()) ends[index] = (ends[index - 1] ?? 0) + value.length;
  const values = Buffer.concat(all.map(({ value }) => value));
  return () => keys.map((key, index) => ({ key, value: values.subarray(ends[index - 1] ?? 0, ends[index]) }));
}

/** A root that comes back, which opens an incident on a machine that runs Lync. */
export function returnedRoot(n: number, computer: string): Message {
  const event = {
    Event: {
      System: system(
        n,
        computer,
        "Microsoft-Windows-CAPI2",
        "5BBCA4A8-B209-48DC-A8C7-B23D3E5216FB",
        4097,
        "Application",
      ),
      EventData: { Data: { "#text": [`CN=Root ${n}`, "2796BAE63F1801E277261BA0D77770028F20EEE4"] } },
    },
  };
  return { key: computer, value: Buffer.from(JSON.stringify(event)) };
}
