import type { EventToWrite } from "../../simulator/evtx-writer/event-to-write.ts";
import { utf16 } from "../../simulator/logged-event.ts";

/** What Windows puts into words for a collector or a shipper. */
export interface Words {
  readonly message: string;
  readonly level: string;
  readonly keywords: readonly string[];
}

/** An event as it is logged, and what a shipper may have it rendered to. */
export interface Sample {
  readonly event: EventToWrite;
  readonly words: Words;
  /** It came through a collector, with `<RenderingInfo>`. */
  readonly isForwarded: boolean;
}

const SUBJECT = 'OU=Go Daddy Class 2 Certification Authority, O="The Go Daddy Group, Inc.", C=US';
const THUMBPRINT = "2796BAE63F1801E277261BA0D77770028F20EEE4";
const ROOT_ADDED = `Successful auto update of third-party root certificate:: Subject: <${SUBJECT}> Sha1 thumbprint: <${THUMBPRINT}>.`;

const base = {
  version: 0,
  level: 4,
  task: 0,
  opcode: 0,
  time: 131_169_456_693_154_297n,
  execution: { processId: 1124, threadId: 2340 },
  computer: "FE01.contoso.test",
} as const;

const rootAdded: EventToWrite = {
  ...base,
  provider: {
    name: "Microsoft-Windows-CAPI2",
    guid: "{5bbca4a8-b209-48dc-a8c7-b23d3e5216fb}",
    sourceName: "Microsoft-Windows-CAPI2",
  },
  eventId: 4097,
  qualifiers: 0,
  keywords: 0x8080_0000_0000_0000n,
  recordId: 1n,
  channel: "Application",
  data: { kind: "unnamed", strings: [SUBJECT, THUMBPRINT] },
};

const string = (value: string) => ({ type: "string" as const, value });

const logged: readonly (readonly [EventToWrite, Words])[] = [
  [rootAdded, { message: ROOT_ADDED, level: "Information", keywords: ["Classic"] }],
  [
    {
      ...base,
      provider: { name: "Schannel", guid: "{1f678132-5938-4686-9fdc-c8ff68f15c85}" },
      eventId: 36888,
      level: 2,
      keywords: 0x8000_0000_0000_0000n,
      recordId: 2n,
      channel: "System",
      userSid: "S-1-5-18",
      data: {
        kind: "named",
        fields: [
          ["AlertDesc", { type: "uint32", value: 40 }],
          ["ErrorState", { type: "uint32", value: 1205 }],
        ],
      },
    },
    { message: "A fatal alert was generated …", level: "Error", keywords: [] },
  ],
  [
    {
      ...base,
      provider: {
        name: "Service Control Manager",
        guid: "{555908d1-a6d7-4695-8e1e-26931d2012f4}",
        sourceName: "Service Control Manager",
      },
      eventId: 7036,
      qualifiers: 16384,
      keywords: 0x8080_0000_0000_0000n,
      recordId: 3n,
      channel: "System",
      data: {
        kind: "named",
        fields: [
          ["param1", string("Lync Server Front-End")],
          ["param2", string("running")],
        ],
        binary: utf16("RTCSRV/4\u0000"),
      },
    },
    {
      message: "The Lync Server Front-End service entered the running state.",
      level: "Information",
      keywords: ["Classic"],
    },
  ],
  [
    {
      ...base,
      provider: { name: "Microsoft-Windows-CAPI2", guid: "{5bbca4a8-b209-48dc-a8c7-b23d3e5216fb}" },
      eventId: 11,
      level: 2,
      task: 11,
      opcode: 2,
      keywords: 0x4000_0000_0000_0003n,
      recordId: 4n,
      activityId: "{0a1b2c3d-0000-4000-8000-00000000abcd}",
      channel: "Microsoft-Windows-CAPI2/Operational",
      userSid: "S-1-5-18",
      data: {
        kind: "userData",
        root: {
          name: "CertGetCertificateChain",
          content: [
            {
              name: "Certificate",
              attributes: [
                ["fileRef", "AA11.cer"],
                ["subjectName", "sip.fabrikam.test"],
              ],
            },
            { name: "ValidationTime", content: "2016-08-29T19:01:09Z" },
            {
              name: "CertificateChain",
              attributes: [["chainRef", "{6BAB0C7C-3E12-4D24-AFD4-0779C836408E}"]],
              content: [
                { name: "Certificate", attributes: [["fileRef", `${THUMBPRINT}.cer`]] },
                { name: "Certificate", attributes: [["fileRef", "BB22.cer"]] },
              ],
            },
            {
              name: "Result",
              attributes: [["value", "800b0109"]],
              content: "A chain's root is <not> trusted & known.",
            },
          ],
        },
      },
    },
    { message: "For more details for this event, please refer to the Details tab", level: "Error", keywords: [] },
  ],
  [
    {
      provider: { name: "LS Protocol Stack" },
      eventId: 14428,
      qualifiers: 33769,
      level: 3,
      task: 1001,
      keywords: 0x80_0000_0000_0000n,
      time: base.time + 1n,
      recordId: 5n,
      channel: "Lync Server",
      computer: base.computer,
      data: { kind: "unnamed", strings: ["Over the past 5 minutes …\r\nat address [192.0.2.7], «näher»"] },
    },
    { message: "TLS outgoing connection failures.", level: "Warning", keywords: ["Classic"] },
  ],
  [
    {
      ...base,
      provider: { name: "Microsoft-Windows-Security-Auditing", guid: "{54849625-5478-4994-a5ba-3e3b0328c30d}" },
      eventId: 4657,
      level: 0,
      task: 12801,
      keywords: 0x8020_0000_0000_0000n,
      recordId: 9_007_199_254_740_993n,
      channel: "Security",
      data: {
        kind: "named",
        fields: [
          ["SubjectUserSid", { type: "sid", value: "S-1-5-18" }],
          ["SubjectUserName", string("FE01$")],
          ["SubjectDomainName", string("CONTOSO")],
          ["SubjectLogonId", { type: "hex64", value: 0x3e7n }],
          ["ObjectName", string("\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\AuthRoot")],
          ["ObjectValueName", string("DisableRootAutoUpdate")],
          ["HandleId", { type: "hex64", value: 0x1a4n }],
          ["OperationType", string("%%1905")],
          ["OldValueType", string("%%1876")],
          ["OldValue", string("1")],
          ["NewValueType", string("%%1876")],
          ["NewValue", string("0")],
          ["ProcessId", { type: "hex64", value: 0x4n }],
          ["ProcessName", string("C:\\Windows\\regedit.exe")],
        ],
      },
    },
    { message: "A registry value was modified.", level: "Information", keywords: ["Audit Success"] },
  ],
  [
    {
      ...base,
      provider: { name: "Microsoft-Windows-Kernel-General", guid: "{a68ca8b7-004f-d7b6-a698-07e2de0f1f5d}" },
      eventId: 13,
      version: 1,
      task: 2,
      keywords: 0x8000_0000_0000_0080n,
      recordId: 7n,
      channel: "System",
      userSid: "S-1-5-18",
      data: { kind: "named", fields: [["StopTime", { type: "filetime", value: base.time }]] },
    },
    { message: "The operating system is shutting down.", level: "Information", keywords: [] },
  ],
  [
    {
      ...base,
      provider: { name: "Microsoft-Windows-Eventlog", guid: "{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}" },
      eventId: 104,
      task: 104,
      keywords: 0x8000_0000_0000_0000n,
      recordId: 9n,
      channel: "System",
      userSid: "S-1-5-21-979008924-657238111-836329461-1002",
      data: {
        kind: "userData",
        root: {
          name: "LogFileCleared",
          content: [
            { name: "SubjectUserName", content: "admin" },
            { name: "SubjectDomainName", content: "CONTOSO" },
            { name: "Channel", content: "Lync Server" },
          ],
        },
      },
    },
    { message: "The Lync Server log file was cleared.", level: "Information", keywords: [] },
  ],
];

/** One event of every form that matters to a shipper. */
export const SAMPLES: readonly Sample[] = [
  ...logged.map(([event, words]) => ({ event, words, isForwarded: false })),
  {
    event: { ...rootAdded, recordId: 8n, computer: "EDGE01" },
    words: { message: ROOT_ADDED, level: "Information", keywords: ["Classic"] },
    isForwarded: true,
  },
];
