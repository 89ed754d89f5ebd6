// A list of sites in groups: how many, and what they are charged a month.
import { useState } from "react";
import { type Filter, type SiteGrouping, useCommand } from "../api";
import { Failure, Field } from "../components";

const BY: [SiteGrouping, string][] = [
  ["account", "Account"],
  ["province", "Province"],
  ["city", "City"],
  ["package", "Package"],
  ["service_status", "Service"],
  ["site_type", "Type"],
  ["billing", "Invoices"],
];
const FILTERS = new Set<SiteGrouping>(["province", "package", "service_status", "site_type", "billing"]);

export function Groups(props: {
  accountId: string | null;
  filters: Filter[];
  text: string;
  onFilter: (filter: Filter) => void;
}) {
  const [by, setBy] = useState<SiteGrouping>("province");
  const list = { text: props.text || null, filters: props.filters, sort: null, offset: 0, limit: 1 };
  const groups = useCommand("group_sites", { account_id: props.accountId, list, by });
  const total = useCommand("group_sites", { account_id: props.accountId, list, by: "total" });
  return (
    <section className="panel" aria-label="Groups" style={{ maxHeight: 320, overflow: "auto" }}>
      <Field label="In groups by">
        {(id) => (
          <select id={id} className="input" value={by} onChange={(e) => setBy(e.target.value as SiteGrouping)}>
            {BY.map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Failure error={groups.error ?? total.error} />
      <table className="totals" data-testid="groups">
        <tbody>
          {(groups.data ?? []).map((group) => (
            <tr key={group.value}>
              <td>
                {FILTERS.has(by) && group.value ? (
                  <button
                    className="button quiet"
                    type="button"
                    onClick={() => props.onFilter({ field: by, value: group.value })}
                  >
                    {group.value.replaceAll("_", " ")}
                  </button>
                ) : (
                  group.value || "not known"
                )}
              </td>
              <td className="num">{group.sites.toLocaleString("en")}</td>
              <td className="num">{group.monthly_texts.join(" and ")}</td>
            </tr>
          ))}
          {(total.data ?? []).map((group) => (
            <tr key="total" className="strong">
              <td>All together, a month</td>
              <td className="num">{group.sites.toLocaleString("en")}</td>
              <td className="num">{group.monthly_texts.join(" and ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {groups.data?.length === 0 && <p className="muted">No site matches. Take a filter off.</p>}
    </section>
  );
}
