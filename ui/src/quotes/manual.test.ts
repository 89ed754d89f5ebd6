import { expect, test } from "vitest";
import { parseManual } from "./manual";

test.each([
  ["2.5 %", { type: "pct", value: "2.5" }],
  ["6", { type: "pct", value: "6" }],
  ["2,5%", { type: "pct", value: "2.5" }],
  ["R50 off", { type: "amount", value: "50" }],
  ["-1,250.00", { type: "amount", value: "1250.00" }],
  ["= R 650", { type: "target", value: "650" }],
  ["", { type: "none" }],
  ["–", { type: "none" }],
  ["six", null],
  ["5e3 %", null],
])("%s is read as a person means it", (typed, expected) => {
  expect(parseManual(typed)).toEqual(expected);
});
