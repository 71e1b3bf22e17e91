/** Texts that many events have, in lower case, and that have no blank in them. */
const WORDS =
  "c:\\windows\\system32\\ c:\\windows\\syswow64\\ c:\\windows\\temp\\ c:\\windows\\explorer.exe \\winsxs\\ " +
  "c:\\programdata\\ c:\\users\\public\\ \\appdata\\local\\temp\\ \\appdata\\roaming\\ .exe .dll " +
  "hklm\\software\\microsoft\\windows\\currentversion\\ hkcu\\software\\ \\system\\currentcontrolset\\services\\ " +
  "http:// https:// sha256= md5= imphash= sha1= 0x00000000000 00000000 " +
  "\\cmd.exe \\powershell.exe \\pwsh.exe \\rundll32.exe \\svchost.exe \\explorer.exe " +
  "microsoft-windows- system high medium true false 0x0 0x3e7 0x1000 s-1-5-18";

/** What has a part of one of these is found in many events, and says little. */
export const EVERYDAY: readonly string[] = [
  ...WORDS.split(" "),
  "c:\\program files\\",
  "c:\\program files (x86)\\",
  '.exe" ',
  "microsoft corporation",
  "microsoft® windows® operating system",
  "nt authority\\system",
];

const ALL = EVERYDAY.join("\n");

/** Whether the text is, or is part of, what many events have. */
export function isEveryday(text: string): boolean {
  return text !== "" && ALL.includes(text);
}
