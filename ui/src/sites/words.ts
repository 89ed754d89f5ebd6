// Words for what a site is and what can change about it.
import type { InstallationStatus, ServiceStatus, SiteBilling, SiteFieldName } from "../api";
import type { Words } from "../texts/word";

export const FIELD_TITLES: Record<SiteFieldName, string> = {
  name: "Name",
  code: "Customer's code",
  site_type: "Type",
  address: "Address",
  city: "City",
  province: "Province or state",
  postal_code: "Postal code",
  country: "Country",
  latitude: "Latitude",
  longitude: "Longitude",
  contact_name: "Site manager",
  contact_phone: "Phone",
  contact_email: "E-mail",
  package: "Package",
  notes: "Notes",
  service_status: "Service",
  billing: "Invoices",
  parent_id: "Stands under",
  owner_id: "Looked after by",
};

export const SITE_TYPES: [string, string][] = [
  ["", "not said"],
  ["headquarters", "Headquarters"],
  ["branch", "Branch"],
  ["warehouse", "Warehouse"],
  ["remote_office", "Remote office"],
];

export const SERVICE_STATUS: Words<ServiceStatus> = {
  none: ["No service", ""],
  active: ["Active", "good"],
  suspended: ["Suspended", "warn"],
  cancelled: ["Cancelled", ""],
};

/** How far the installation is. */
export const INSTALLATION: Record<InstallationStatus, string> = {
  pending: "pending",
  scheduled: "scheduled",
  completed: "completed",
  failed: "failed",
};

const BILLING: Record<SiteBilling, string> = {
  centralized: "on the account's invoice",
  per_site: "an invoice of its own",
};

/** Why a site was changed: as typed, or the words of a reason that the engine gives as a code. */
export function reasonWords(reason: string): string {
  if (reason === "site.taken_back") return "taken back";
  if (reason === "site.import_taken_back") return "an import taken back";
  if (reason.startsWith("site.imported:")) return `the list ${reason.slice("site.imported:".length)}`;
  return reason;
}

/** A value of a site as a person reads it; `what` is a field or the kind of a change. */
export function stateWords(what: string, value: string): string {
  if (what === "billing") return BILLING[value as SiteBilling] ?? value;
  if (what === "move" || what === "parent_id") return value || "the top of the tree";
  if (what === "assign" || what === "owner_id") return value || "the account's manager";
  return value ? value.replaceAll("_", " ") : "nothing";
}
