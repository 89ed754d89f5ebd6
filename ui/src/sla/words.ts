// The words of service levels.
import type { IncidentCause, IncidentSeverity } from "../api";
import type { Words } from "../texts/word";

export const SEVERITY: Words<IncidentSeverity> = { outage: ["outage", "bad"], degraded: ["degraded", "warn"] };

export const CAUSE: Record<IncidentCause, string> = {
  provider: "provider",
  customer: "customer",
  force_majeure: "force majeure",
  customer_power: "customer power",
};
