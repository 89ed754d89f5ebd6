// The words of tasks.
export const KIND: Record<string, string> = { call: "Call", visit: "Visit", email: "E-mail", todo: "To do" };

export const REPEATS: Record<string, string> = {
  never: "Once",
  daily: "Every day",
  weekly: "Every week",
  monthly: "Every month",
  quarterly: "Every three months",
  yearly: "Every year",
};

/** Word and tone of where a task stands in time. */
export const DUE: Record<string, [string, string]> = {
  overdue: ["Overdue", "error"],
  today: ["Today", "needed"],
  week: ["In seven days", "planned"],
  later: ["Later", "planned"],
};

/** What a step is called on its button. */
export const STEP: Record<string, string> = { open: "Open again", done: "Done", cancelled: "Cancel the task" };
