// The words of tasks.
import type { TaskDue, TaskKind, TaskRepeat, TaskStatus } from "../api";
import type { Words } from "../texts/word";

export const KIND: Record<TaskKind, string> = { call: "Call", visit: "Visit", email: "E-mail", todo: "To do" };

export const REPEATS: Record<TaskRepeat, string> = {
  never: "Once",
  daily: "Every day",
  weekly: "Every week",
  monthly: "Every month",
  quarterly: "Every three months",
  yearly: "Every year",
};

export const TASK_STATUS: Words<TaskStatus> = {
  open: ["Open", "info"],
  done: ["Done", "good"],
  cancelled: ["Cancelled", ""],
};

/** Where an open task stands in time. */
export const DUE: Words<TaskDue> = {
  overdue: ["Overdue", "bad"],
  today: ["Today", "warn"],
  week: ["In seven days", ""],
  later: ["Later", ""],
};

/** What a step is called on its button. */
export const STEP: Record<TaskStatus, string> = { open: "Open again", done: "Done", cancelled: "Cancel the task" };
