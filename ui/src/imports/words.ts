// The words of a list that is imported.
import type { FindingSeverity, RowOutcome } from "../api";
import type { Words } from "../texts/word";

export const ROW_OUTCOME: Words<RowOutcome> = {
  new: ["New", "good"],
  changed: ["Changed", "info"],
  unchanged: ["Unchanged", ""],
  skipped: ["Skipped", ""],
  error: ["Error", "bad"],
};

/** How a cell with a finding is shown. */
export const SEVERITY_TONE: Record<FindingSeverity, string> = {
  error: "bad-cell",
  warning: "warn-cell",
  cleaned: "clean-cell",
};
