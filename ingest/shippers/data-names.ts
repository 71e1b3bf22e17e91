/**
 * Providers whose manifests name event data `param1`, `param2` …, seen in public logs. Winlogbeat gives the same names to data without a name,
 * so without this list the two could not be told apart.
 */
const NUMBERED: ReadonlySet<string> = new Set([
  "Microsoft-Windows-Complus",
  "Microsoft-Windows-DistributedCOM",
  "Microsoft-Windows-EventSystem",
  "Microsoft-Windows-LoadPerf",
  "Microsoft-Windows-MSDTC 2",
  "Microsoft-Windows-PowerShell",
  "Microsoft-Windows-ProcessExitMonitor",
  "Microsoft-Windows-Security-Auditing",
  "Microsoft-Windows-WER-SystemErrorReporting",
  "Service Control Manager",
  "User32",
]);

export function namesDataByNumber(provider: string | undefined): boolean {
  return provider !== undefined && NUMBERED.has(provider);
}

const SUBJECT = ["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId"];
const REGISTRY_EVENT = ["RuleName", "EventType", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetObject"];

/**
 * The names of event data by their place, for the events that the built-in rules read, where a shipper gives values only (Fluent Bit).
 * Newer Windows appends names, so an event may have fewer. Sources: the providers' manifests and public logs (DOMAIN.md B.2, D).
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  "Schannel 36870": ["Type", "ErrorCode", "ErrorStatus"],
  "Schannel 36871": ["Type", "ErrorState"],
  "Schannel 36872": ["Type", "ErrorCode", "CertFlags", "CredContext"],
  "Schannel 36874": ["Protocol"],
  "Schannel 36876": ["ErrorCode", "pCertificateContext"],
  "Schannel 36880": ["Type", "Protocol", "CipherSuite", "ExchangeStrength"],
  "Schannel 36881": ["certificateContext"],
  "Schannel 36882": ["certificateContext"],
  "Schannel 36883": ["certificateContext"],
  "Schannel 36884": ["Name", "certificateContext"],
  "Schannel 36887": ["AlertDesc"],
  "Schannel 36888": ["AlertDesc", "ErrorState", "TargetName"],
  "Schannel 36889": ["Type", "ErrorCode", "CredContext"],
  "Service Control Manager 7036": ["param1", "param2", "Binary"],
  "User32 1074": ["param1", "param2", "param3", "param4", "param5", "param6", "param7", "Binary"],
  "Microsoft-Windows-Eventlog 1102": SUBJECT,
  "Microsoft-Windows-Eventlog 104": ["SubjectUserName", "SubjectDomainName", "Channel", "BackupPath"],
  "Microsoft-Windows-Kernel-General 1": ["NewTime", "OldTime", "Reason"],
  "Microsoft-Windows-Kernel-General 12": [
    "MajorVersion",
    "MinorVersion",
    "BuildVersion",
    "QfeVersion",
    "ServiceVersion",
    "BootMode",
    "StartTime",
  ],
  "Microsoft-Windows-Kernel-General 13": ["StopTime"],
  "Microsoft-Windows-Kernel-Power 109": ["ShutdownActionType", "ShutdownEventCode", "ShutdownReason"],
  "Microsoft-Windows-WindowsUpdateClient 19": ["updateTitle", "updateGuid", "updateRevisionNumber", "serviceGuid"],
  "Microsoft-Windows-Security-Auditing 4657": [
    ...SUBJECT,
    "ObjectName",
    "ObjectValueName",
    "HandleId",
    "OperationType",
    "OldValueType",
    "OldValue",
    "NewValueType",
    "NewValue",
    "ProcessId",
    "ProcessName",
  ],
  "Microsoft-Windows-Sysmon 12": REGISTRY_EVENT,
  "Microsoft-Windows-Sysmon 13": [...REGISTRY_EVENT, "Details", "User"],
};

/** The names for so many values; undefined where they are not known, or there are too many values for them to be these. */
export function dataNames(provider: string | undefined, eventId: string | undefined, count: number) {
  const key = `${provider} ${eventId}`;
  const names = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
  return names !== undefined && count <= names.length ? names : undefined;
}
