import type { Logsource } from "./rule.ts";

/** Fields of every Windows event, in the names that rules use (model/shape.ts). */
const SYSTEM =
  "Computer ComputerName Channel EventID EventRecordID Keywords Level Opcode Provider_Name Provider_Guid Task TimeCreated Version Execution_ProcessID Execution_ThreadID Security_UserID Correlation_ActivityID";

/** What each of Sysmon's events has beside `RuleName`, `UtcTime`, `ProcessGuid`, `ProcessId`, `Image` and `User` (Sysmon's manifest, schema 4.90). */
const FIELDS: Readonly<Record<string, string>> = {
  process_creation:
    "FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser",
  file_change: "TargetFilename CreationUtcTime PreviousCreationUtcTime",
  network_connection:
    "Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName",
  process_termination: "",
  driver_load: "ImageLoaded Hashes Signed Signature SignatureStatus",
  image_load:
    "ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus",
  create_remote_thread:
    "SourceProcessGuid SourceProcessId SourceImage TargetProcessGuid TargetProcessId TargetImage NewThreadId StartAddress StartModule StartFunction SourceUser TargetUser",
  raw_access_thread: "Device",
  process_access:
    "SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage GrantedAccess CallTrace SourceUser TargetUser",
  file_event: "TargetFilename CreationUtcTime",
  registry_add: "EventType TargetObject",
  registry_delete: "EventType TargetObject",
  registry_set: "EventType TargetObject Details",
  registry_rename: "EventType TargetObject NewName",
  registry_event: "EventType TargetObject Details NewName",
  create_stream_hash: "TargetFilename CreationUtcTime Hash Contents",
  pipe_created: "EventType PipeName",
  dns_query: "QueryName QueryStatus QueryResults",
  file_delete: "TargetFilename Hashes IsExecutable Archived",
  file_delete_detected: "TargetFilename Hashes IsExecutable",
  file_block_executable: "TargetFilename Hashes",
  file_block_shredding: "TargetFilename Hashes IsExecutable",
  file_executable_detected: "TargetFilename Hashes",
};

const EVERY = `${SYSTEM} RuleName UtcTime ProcessGuid ProcessId Image User`;

/** The fields that events of a logsource have, as they are written; undefined where that is not known. */
export function knownFields({ category }: Logsource): readonly string[] | undefined {
  const own = category !== undefined && Object.hasOwn(FIELDS, category) ? FIELDS[category] : undefined;
  return own === undefined ? undefined : `${EVERY} ${own}`.trim().split(" ");
}
