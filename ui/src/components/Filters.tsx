import type { Facet, Filter } from "../api";

/** Filters as readable chips, a search field, and the values there are. */
export function Filters(props: {
  label: string;
  text: string;
  onText: (text: string) => void;
  filters: Filter[];
  onFilters: (filters: Filter[]) => void;
  facets: Facet[];
}) {
  const fields = [...new Set(props.facets.map((facet) => facet.field))];
  const title = (field: string) => field.charAt(0).toUpperCase() + field.slice(1).replaceAll("_", " ");
  return (
    <div className="row wrap">
      <input
        className="input"
        style={{ width: 220 }}
        aria-label={props.label}
        placeholder="Find"
        value={props.text}
        onChange={(e) => props.onText(e.target.value)}
      />
      {fields.map((field) => {
        const active = props.filters.find((filter) => filter.field === field)?.value ?? "";
        return (
          <select
            key={field}
            className="input"
            style={{ width: "auto" }}
            aria-label={`${title(field)} is`}
            value={active}
            onChange={(e) =>
              props.onFilters([
                ...props.filters.filter((f) => f.field !== field),
                ...(e.target.value ? [{ field, value: e.target.value }] : []),
              ])
            }
          >
            <option value="">{title(field)} is any</option>
            {props.facets
              .filter((facet) => facet.field === field)
              .map((facet) => (
                <option key={facet.value} value={facet.value}>
                  {title(field)} is {facet.value.replaceAll("_", " ")} ({facet.count.toLocaleString("en")})
                </option>
              ))}
          </select>
        );
      })}
      {(props.filters.length > 0 || props.text) && (
        <button
          className="button quiet"
          type="button"
          onClick={() => {
            props.onFilters([]);
            props.onText("");
          }}
        >
          Clear
        </button>
      )}
    </div>
  );
}
