import { describe, expect, test } from "vitest";
import { itemMatches, refusal, ruleText } from "./one-rule.ts";

/** Item, a value of field F that matches, and one that does not. */
const TABLE: readonly (readonly [item: string, yes: string, no: string])[] = [
  ["F: AbC", "aBc", "abcd"],
  ["F|cased: AbC", "AbC", "abc"],
  ["F|any-case: AbC", "abc", "abcd"],
  ["F|any-case|endswith: BC", "abc", "abcd"],
  ["F|contains: bc", "aBCd", "bd"],
  ["F|contains|cased: bc", "abcd", "aBCd"],
  ["F|startswith: ab", "ABcd", "xab"],
  ["F|endswith: '\\cmd.exe'", "C:\\CMD.exe", "C:\\xcmd.exe"],
  ["F|contains|all: [a, b]", "xbxa", "xa"],
  ["F|contains: [a, b]", "xb", "xc"],
  ["F|neq: x", "y", "X"],
  ["F|contains|neq: [x, y]", "z", "axb"],
  ["F|re: '^a.c$'", "abc", "ABC"],
  ["F|re|i: '^a.c$'", "ABC", "ABCD"],
  ["F|re: '(?i)^a.c$'", "ABC", "ABCD"],
  ["F|re|m: '^b$'", "a\nb", "ab"],
  ["F|re|s: 'a.b'", "a\nb", "ab"],
  ["F|re: 'b+'", "abbc", "ac"],
  ["F|re|all: [a, 'b$']", "ab", "ba"],
  ["F|windash|contains: ' -enc'", "x /enc", "x enc"],
  ["F|contains|windash: ' -enc'", "x –enc", "x -nec"],
  ["F|contains|windash: '-a-b -c'", "/a-b ―c", "-a/b -c"],
  ["F|base64|contains: foobar", "xZm9vYmFyx", "foobar"],
  ["F|base64offset|contains: foobar", btoa("xxfoobarx"), "foobar"],
  ["F|base64offset|contains: foobar", btoa("xfoobarx"), btoa("xfoobaxr")],
  ["F|wide|base64offset|contains: foo", Buffer.from("a foo b", "utf16le").toString("base64"), btoa("a foo b")],
  ["F|utf16le|base64: foo", Buffer.from("foo", "utf16le").toString("base64"), btoa("foo")],
  ["F|utf16be|base64: foo", Buffer.from("foo", "utf16le").swap16().toString("base64"), btoa("foo")],
  ["F|utf16|base64: foo", Buffer.from("\ufefffoo", "utf16le").toString("base64"), btoa("foo")],
  ["F|lt: 10", "9", "10"],
  ["F|lte: 10", "0xA", "11"],
  ["F|gt: 10", "10.5", "10"],
  ["F|gte: 10", "10", "ten"],
  ["F|gt: -1", "0", "-2"],
  ["F|cidr: 10.0.0.0/8", "10.1.2.3", "11.0.0.1"],
  ["F|cidr: [192.168.0.0/16, 'fe80::/10']", "fe80::1%eth0", "no address"],
  ["F|minute: 1", "2016-08-29T19:01:09.1234567Z", "2016-08-29T01:19:09Z"],
  ["F|hour: 19", "2016-08-29T19:01:09Z", "2016-08-29T18:19:19Z"],
  ["F|hour|gte: 19", "2016-08-29T20:01:09Z", "2016-08-29T18:01:09Z"],
  ["F|day: 29", "2016-08-29T19:01:09Z", "2016-08-28T19:01:09Z"],
  ["F|week: 53", "2021-01-03T12:00:00Z", "2021-01-04T12:00:00Z"],
  ["F|week: 1", "2024-12-30T00:00:00Z", "2024-12-29T23:59:59Z"],
  ["F|month: 8", "2016-08-29T19:01:09Z", "2016-09-01T00:00:00Z"],
  ["F|year: [2016, 2017]", "2017-01-01T00:00:00Z", "no time"],
];

test.each(TABLE)("%s matches %j and not %j", (item, yes, no) => {
  expect([yes, no].filter((F) => itemMatches(item, { F }))).toEqual([yes]);
});

describe("values", () => {
  test("null holds for an absent field only, and '' for an empty one only", () => {
    expect(itemMatches("F: null", { G: "" })).toBe(true);
    expect(itemMatches("F: null", { F: "" })).toBe(false);
    expect(itemMatches("F:", { F: "x" })).toBe(false);
    expect(itemMatches("F: ''", { F: "" })).toBe(true);
    expect(itemMatches("F: ''", { G: "" })).toBe(false);
    expect(itemMatches("F|neq: null", { F: "" })).toBe(true);
  });

  test("a number is compared as a number, a boolean as its word", () => {
    expect(itemMatches("F: 16", { F: "0x10" })).toBe(true);
    expect(itemMatches("F: 0x10", { F: "16" })).toBe(true);
    expect(itemMatches("F: '16'", { F: "0x10" })).toBe(false);
    expect(itemMatches("F: 00001", { F: "1" })).toBe(true);
    expect(itemMatches("F: true", { F: "TRUE" })).toBe(true);
    expect(itemMatches("F|contains: 23", { F: "1234" })).toBe(true);
  });

  test("a field that occurs several times matches by any of its values", () => {
    expect(itemMatches("Data|contains: b", { Data: ["a", "b"] })).toBe(true);
    expect(itemMatches("Data|contains|all: [a, b]", { Data: ["a", "b"] })).toBe(true);
    expect(itemMatches("Data2: b", { Data: ["a", "b"] })).toBe(true);
    expect(itemMatches("Data1: b", { Data: ["a", "b"] })).toBe(false);
    expect(itemMatches("Data3: null", { Data: ["a", "b"] })).toBe(true);
  });

  test("field names are compared without regard to case", () => {
    expect(itemMatches("commandline: x", { CommandLine: "x" })).toBe(true);
  });

  test("ComputerName is Computer, where no field is really called so", () => {
    expect(itemMatches("ComputerName|startswith: dc", { Computer: "DC1" })).toBe(true);
    expect(itemMatches("ComputerName|startswith: dc", { Computer: "DC1", ComputerName: "" })).toBe(false);
  });

  test("neq counts an absent field as different", () => {
    expect(itemMatches("F|neq: x", { G: "x" })).toBe(true);
  });
});

test("exists asks for the field, not for what is in it", () => {
  expect(itemMatches("F|exists: true", { F: "" })).toBe(true);
  expect(itemMatches("F|exists: true", { G: "" })).toBe(false);
  expect(itemMatches("F|exists: false", { G: "" })).toBe(true);
  expect(itemMatches("F|exists: false", { F: "" })).toBe(false);
});

test("fieldref compares two fields of one event", () => {
  expect(itemMatches("F|fieldref: G", { F: "Ab", G: "aB" })).toBe(true);
  expect(itemMatches("F|fieldref|cased: G", { F: "Ab", G: "aB" })).toBe(false);
  expect(itemMatches("F|fieldref|any-case: G", { F: "Ab", G: "aB" })).toBe(true);
  expect(itemMatches("F|fieldref|neq: G", { F: "a", G: "b" })).toBe(true);
  expect(itemMatches("F|fieldref|startswith: G", { F: "abc", G: "ab" })).toBe(true);
  expect(itemMatches("F|fieldref|endswith: G", { F: "abc", G: "bc" })).toBe(true);
  expect(itemMatches("F|fieldref|contains: G", { F: "abc", G: "b" })).toBe(true);
  expect(itemMatches("F|fieldref: G", { F: "a" })).toBe(false);
});

describe("expand", () => {
  const placeholders = new Map([
    ["hosts", ["srv*", "dc1"]],
    ["DC-NAME", ["dc2"]],
    ["nobody", []],
  ]);

  test("a placeholder stands for each of its values, in which wildcards work", () => {
    expect(itemMatches("F|expand: '%hosts%'", { F: "SRV12" }, placeholders)).toBe(true);
    expect(itemMatches("F|expand: '%hosts%'", { F: "dc12" }, placeholders)).toBe(false);
    expect(itemMatches("F|contains|expand: '[%hosts%|%DC-NAME%]'", { F: "x [dc1|dc2] y" }, placeholders)).toBe(true);
  });

  test("without expand, or escaped, a percent sign is itself", () => {
    expect(itemMatches("F: '%hosts%'", { F: "%hosts%" }, placeholders)).toBe(true);
    expect(itemMatches("F|expand: '\\%hosts%'", { F: "%hosts%" }, placeholders)).toBe(true);
  });

  test("an unknown placeholder refuses the rule by name", () => {
    expect(refusal(ruleText("sel:\n  F|expand: '%who%'\ncondition: sel"), placeholders)).toBe(
      "7: detection.sel.F|expand: placeholder %who% is not known: say what it stands for in rules.expand of rootcause.yml",
    );
  });

  test("a placeholder without values makes the rule inactive", () => {
    expect(refusal(ruleText("sel:\n  F|expand: '%nobody%'\ncondition: sel"), placeholders)).toBe(
      "not refused, but inactive",
    );
  });
});
