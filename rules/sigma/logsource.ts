import { nearest } from "../../model/nearest.ts";
import type { Logsource } from "./rule.ts";
import { hasTwin } from "./twins.ts";

/** Which events a logsource means; undefined is "any". Channels are in lower case, as Windows compares them without regard to it. */
export interface EventSource {
  readonly channels: readonly string[] | undefined;
  readonly eventIds: readonly number[] | undefined;
}

const SYSMON = ["Microsoft-Windows-Sysmon/Operational"];
const POWERSHELL = ["Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"];
const POWERSHELL_CLASSIC = ["Windows PowerShell"];

/** Sigma's `service` for `product: windows` → channels, as the public Windows pipelines have them (pySigma-pipeline-windows, SigmaHQ tests/thor.yml, hayabusa-rules). */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  application: ["Application"],
  security: ["Security"],
  system: ["System"],
  sysmon: SYSMON,
  powershell: POWERSHELL,
  "powershell-classic": POWERSHELL_CLASSIC,
  "appmodel-runtime": ["Microsoft-Windows-AppModel-Runtime/Admin"],
  "application-experience": [
    "Microsoft-Windows-Application-Experience/Program-Telemetry",
    "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant",
  ],
  applocker: [
    "Microsoft-Windows-AppLocker/MSI and Script",
    "Microsoft-Windows-AppLocker/EXE and DLL",
    "Microsoft-Windows-AppLocker/Packaged app-Deployment",
    "Microsoft-Windows-AppLocker/Packaged app-Execution",
  ],
  "appxdeployment-server": ["Microsoft-Windows-AppXDeploymentServer/Operational"],
  "appxpackaging-om": ["Microsoft-Windows-AppxPackaging/Operational"],
  bitlocker: ["Microsoft-Windows-BitLocker/BitLocker Management"],
  "bits-client": ["Microsoft-Windows-Bits-Client/Operational"],
  capi2: ["Microsoft-Windows-CAPI2/Operational"],
  "certificateservicesclient-lifecycle-system": [
    "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational",
  ],
  "codeintegrity-operational": ["Microsoft-Windows-CodeIntegrity/Operational"],
  "dfsn-server": ["Microsoft-Windows-DFSN-Server/Admin"],
  dhcp: ["Microsoft-Windows-DHCP-Server/Operational"],
  "diagnosis-scripted": ["Microsoft-Windows-Diagnosis-Scripted/Operational"],
  "dns-client": ["Microsoft-Windows-DNS Client Events/Operational", "Microsoft-Windows-DNS-Client/Operational"],
  "dns-server": ["DNS Server"],
  "dns-server-analytic": ["Microsoft-Windows-DNS-Server/Analytical"],
  "dns-server-audit": ["Microsoft-Windows-DNS-Server/Audit"],
  "driver-framework": ["Microsoft-Windows-DriverFrameworks-UserMode/Operational"],
  "firewall-as": ["Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"],
  "hyper-v-worker": ["Microsoft-Windows-Hyper-V-Worker-Admin", "Microsoft-Windows-Hyper-V-Worker-Operational"],
  "iis-configuration": ["Microsoft-IIS-Configuration/Operational"],
  "kernel-event-tracing": ["Microsoft-Windows-Kernel-EventTracing/Admin"],
  "kernel-shimengine": [
    "Microsoft-Windows-Kernel-ShimEngine/Operational",
    "Microsoft-Windows-Kernel-ShimEngine/Diagnostic",
  ],
  ldap: ["Microsoft-Windows-LDAP-Client/Debug"],
  "lsa-server": ["Microsoft-Windows-LSA/Operational"],
  "microsoft-servicebus-client": [
    "Microsoft-ServiceBus-Client",
    "Microsoft-ServiceBus-Client/Admin",
    "Microsoft-ServiceBus-Client/Operational",
  ],
  "msexchange-management": ["MSExchange Management"],
  ntfs: ["Microsoft-Windows-Ntfs/Operational"],
  ntlm: ["Microsoft-Windows-NTLM/Operational"],
  openssh: ["OpenSSH/Operational"],
  "printservice-admin": ["Microsoft-Windows-PrintService/Admin"],
  "printservice-operational": ["Microsoft-Windows-PrintService/Operational"],
  "security-mitigations": [
    "Microsoft-Windows-Security-Mitigations/KernelMode",
    "Microsoft-Windows-Security-Mitigations/UserMode",
    "Microsoft-Windows-Security-Mitigations/Kernel Mode",
    "Microsoft-Windows-Security-Mitigations/User Mode",
  ],
  sense: ["Microsoft-Windows-SENSE/Operational"],
  "shell-core": ["Microsoft-Windows-Shell-Core/Operational"],
  "smbclient-connectivity": ["Microsoft-Windows-SmbClient/Connectivity"],
  "smbclient-security": ["Microsoft-Windows-SmbClient/Security"],
  "smbserver-connectivity": ["Microsoft-Windows-SMBServer/Connectivity"],
  taskscheduler: ["Microsoft-Windows-TaskScheduler/Operational"],
  "terminalservices-localsessionmanager": ["Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"],
  vhdmp: ["Microsoft-Windows-VHDMP-Operational", "Microsoft-Windows-VHDMP/Operational"],
  windefend: ["Microsoft-Windows-Windows Defender/Operational"],
  wmi: ["Microsoft-Windows-WMI-Activity/Operational"],
};

const sysmon = (...eventIds: number[]) => ({ channels: SYSMON, eventIds });

/** Sigma's `category` for `product: windows` → channels and event ids (pySigma-pipeline-sysmon, pySigma-pipeline-windows). */
const CATEGORIES: Readonly<Record<string, { readonly channels: readonly string[]; readonly eventIds: number[] }>> = {
  process_creation: sysmon(1),
  file_change: sysmon(2),
  network_connection: sysmon(3),
  process_termination: sysmon(5),
  sysmon_status: sysmon(4, 16),
  driver_load: sysmon(6),
  image_load: sysmon(7),
  create_remote_thread: sysmon(8),
  raw_access_thread: sysmon(9),
  process_access: sysmon(10),
  file_event: sysmon(11),
  registry_add: sysmon(12),
  registry_delete: sysmon(12),
  registry_set: sysmon(13),
  registry_rename: sysmon(14),
  registry_event: sysmon(12, 13, 14),
  create_stream_hash: sysmon(15),
  pipe_created: sysmon(17, 18),
  wmi_event: sysmon(19, 20, 21),
  dns_query: sysmon(22),
  file_delete: sysmon(23, 26),
  clipboard_capture: sysmon(24),
  process_tampering: sysmon(25),
  file_delete_detected: sysmon(26),
  file_block_executable: sysmon(27),
  file_block_shredding: sysmon(28),
  file_executable_detected: sysmon(29),
  sysmon_error: sysmon(255),
  ps_module: { channels: POWERSHELL, eventIds: [4103] },
  ps_script: { channels: POWERSHELL, eventIds: [4104] },
  ps_classic_start: { channels: POWERSHELL_CLASSIC, eventIds: [400] },
  ps_classic_provider_start: { channels: POWERSHELL_CLASSIC, eventIds: [600] },
  ps_classic_script: { channels: POWERSHELL_CLASSIC, eventIds: [800] },
};

const WINDOWS = "windows";

/** A word of a logsource that is not understood, and what would be right; undefined when all are, or are another product's. */
export function logsourceFault({
  product,
  category,
  service,
}: Logsource): { readonly key: keyof Logsource; readonly reason: string } | undefined {
  if (product !== WINDOWS) {
    const meant = product === undefined ? undefined : nearest(product, [WINDOWS]);
    return meant === undefined
      ? undefined
      : { key: "product", reason: `"${product}" is not known; did you mean ${meant}?` };
  }
  if (service !== undefined && lookUp(SERVICES, service) === undefined) {
    const meant = nearest(service, Object.keys(SERVICES));
    const advice =
      meant === undefined ? "leave it out and name the Channel in the detection" : `did you mean ${meant}?`;
    return { key: "service", reason: `"${service}" is not known; ${advice}` };
  }
  if (category === undefined || lookUp(CATEGORIES, category) !== undefined || hasTwin(category)) return undefined;
  const meant = nearest(category, Object.keys(CATEGORIES));
  return meant === undefined
    ? undefined
    : { key: "category", reason: `"${category}" is not known; did you mean ${meant}?` };
}

/** The events that a logsource means, or one sentence why none can reach it here. */
export function eventSourceOf(logsource: Logsource): EventSource | string {
  const { product, category, service } = logsource;
  if (product !== WINDOWS) return `its logsource is not Windows (${product ?? "no product"})`;
  const known = category === undefined ? undefined : lookUp(CATEGORIES, category);
  if (category !== undefined && known === undefined) return `no Windows event log holds category "${category}"`;
  const channels = service === undefined ? undefined : lookUp(SERVICES, service);
  if (service !== undefined && channels === undefined) return `service "${service}" is not known`;
  return {
    channels: (channels ?? known?.channels)?.map((channel) => channel.toLowerCase()),
    eventIds: known?.eventIds,
  };
}

function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
