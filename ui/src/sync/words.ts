// The words of changes on their way to the server.
import type { ChangeStatus, SyncChoice } from "../api";
import type { Words } from "../texts/word";

export const CHANGE_STATUS: Words<ChangeStatus> = {
  waiting: ["Waiting", "stale"],
  sent: ["Sent", "info"],
  confirmed: ["Confirmed", "good"],
  merged: ["Merged", "good"],
  conflict: ["Conflict", "warn"],
  rejected: ["Rejected", "bad"],
  parked: ["Set aside", "warn"],
};

export const CHOICE: Record<SyncChoice, string> = {
  keep_mine: "Keep mine",
  take_theirs: "Take theirs",
  edit: "Edit…",
  send_again: "Send again",
  renumber: "Give it a new number",
  dismiss: "Leave it",
};
