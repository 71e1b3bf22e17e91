import { dataText } from "./event-data.ts";
import type { EventFields } from "./event-fields.ts";
import { addSystemField } from "./system.ts";
import { UnreadableError } from "./unreadable-error.ts";
import { readXml, type XmlElement } from "./xml-reader.ts";

/** Windows' own event XML, with or without `<RenderingInfo>`: what OpenWEC's Raw format is, and what several shippers can carry inside. */
export function addXml(fields: EventFields, text: string): void {
  const root = readXml(text);
  if (root.name !== "Event") throw new UnreadableError("unknown-format", `It is XML, but no <Event>.`);
  for (const section of root.children) addSection(fields, section);
}

/** The content of `<UserData>` alone, with or without that element around it. */
export function addUserDataXml(fields: EventFields, text: string): void {
  const root = readXml(text);
  addSection(
    fields,
    root.name === "UserData" ? root : { name: "UserData", attributes: [], children: [root], text: "" },
  );
}

function addSection(fields: EventFields, section: XmlElement): void {
  if (section.name !== "System") addAttributes(fields, section, section.name);
  for (const child of section.children)
    if (section.name === "System") addSystemElement(fields, child);
    else if (section.name === "EventData") addDataElement(fields, child);
    else addElement(fields, child, section.name === "RenderingInfo" ? "RenderingInfo_" : "");
}

function addSystemElement(fields: EventFields, element: XmlElement): void {
  for (const [name, value] of element.attributes)
    if (!name.startsWith("xmlns")) addSystemField(fields, `${element.name}_${name}`, value);
  if (element.text !== "") addSystemField(fields, element.name, element.text);
}

function addDataElement(fields: EventFields, element: XmlElement): void {
  const name = element.attributes.find(([attribute]) => attribute === "Name")?.[1];
  if (name === undefined && element.name !== "Data") addElement(fields, element, "");
  else fields.add(name ?? "Data", dataText(element.text));
}

function addElement(fields: EventFields, element: XmlElement, prefix: string): void {
  const name = element.name === "Message" ? element.name : `${prefix}${element.name}`;
  addAttributes(fields, element, name);
  for (const child of element.children) addElement(fields, child, prefix);
  if (element.children.length === 0 && element.text !== "") fields.add(name, dataText(element.text));
}

function addAttributes(fields: EventFields, element: XmlElement, name: string): void {
  for (const [attribute, value] of element.attributes)
    if (!attribute.startsWith("xmlns")) fields.add(`${name}_${attribute}`, dataText(value));
}
