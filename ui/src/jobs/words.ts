// The words of jobs.
import type { EventKind, JobStatus } from "../api";
import type { Words } from "../texts/word";

export const JOB_STATUS: Words<JobStatus> = {
  planned: ["Planned", ""],
  travelling: ["On the way", "info"],
  on_site: ["On site", "warn"],
  done: ["Done", "good"],
  cancelled: ["Cancelled", ""],
};

/** What the button says that records it. */
export const ACTION: Record<EventKind, string> = {
  depart: "On my way",
  check_in: "Check in",
  check_out: "Check out",
};

export const HAPPENED: Record<EventKind, string> = {
  depart: "Left for the site",
  check_in: "Checked in",
  check_out: "Checked out",
};
