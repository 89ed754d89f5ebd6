// The words of service levels.
import type { IncidentSeverity } from "../api";
import type { Words } from "../texts/word";

export const SEVERITY: Words<IncidentSeverity> = { outage: ["outage", "bad"], degraded: ["degraded", "warn"] };
