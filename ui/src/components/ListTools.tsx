// What a list's rows come to together, in which groups, and the conditions that narrow them.
import { useState } from "react";
import { type FilterNode, type ListGroup, type ListQuery, useCommand } from "../api";
import { fieldTitle } from "../texts/fields";
import { conditionsOf, FilterDialog } from "./FilterDialog";
import { Failure } from "./index";

/** “R 12 400,00” of a field, one text a currency. */
function Sums({ group }: { group: ListGroup }) {
  const fields = [...new Set(group.sums.map((sum) => sum.field))];
  return fields.map((field) => (
    <span key={field} className="num">
      <span className="meta">{fieldTitle(field)} </span>
      {group.sums
        .filter((sum) => sum.field === field)
        .map((sum) => sum.text)
        .join(" + ")}
    </span>
  ));
}

export function ListTools(props: {
  query: ListQuery;
  label: string;
  tree: FilterNode | null;
  onTree: (tree: FilterNode | null) => void;
}) {
  const { query, tree, onTree } = props;
  const [by, setBy] = useState("");
  const [editing, setEditing] = useState(false);
  const { data, error } = useCommand("summarise_list", { query, group_by: by || null });
  const fields = data?.fields ?? [];
  const count = tree ? conditionsOf(tree) : 0;
  const narrow = (value: string) => {
    const condition: FilterNode = value
      ? { op: "field", field: by, is: "is", values: [value] }
      : { op: "field", field: by, is: "empty", values: [] };
    onTree({ op: "all", nodes: [...(tree ? [tree] : []), condition] });
    setBy("");
  };
  return (
    <>
      <div className="row wrap tools">
        <button className="button" type="button" data-testid="conditions" onClick={() => setEditing(true)}>
          Conditions{count ? ` (${count})` : ""}
        </button>
        {tree && (
          <button className="button quiet" type="button" onClick={() => onTree(null)}>
            Take them off
          </button>
        )}
        <label className="row">
          <span className="meta">In groups by</span>
          <select className="input auto" value={by} data-testid="group-by" onChange={(e) => setBy(e.target.value)}>
            <option value="">nothing</option>
            {fields
              .filter((field) => field.groups)
              .map((field) => (
                <option key={field.name} value={field.name}>
                  {fieldTitle(field.name)}
                </option>
              ))}
          </select>
        </label>
        {data && (
          <span className="row wrap" data-testid="list-total">
            <span>{data.total.rows.toLocaleString("en")} together</span>
            <Sums group={data.total} />
          </span>
        )}
      </div>
      <Failure error={error} />
      {by && data && data.groups.length > 0 && (
        <section className="panel groups" aria-label={`${props.label} in groups`} data-testid="groups">
          <ul className="list">
            {data.groups.map((group) => (
              <li key={group.value}>
                <button className="button quiet grow" type="button" onClick={() => narrow(group.value)}>
                  {group.value ? group.value.replaceAll("_", " ") : "Nothing"}
                </button>
                <span>{group.rows.toLocaleString("en")}</span>
                <Sums group={group} />
              </li>
            ))}
          </ul>
          {data.left_out > 0 && (
            <p className="meta">{data.left_out} smaller groups are not shown; the total has them.</p>
          )}
        </section>
      )}
      {editing && (
        <FilterDialog
          query={query}
          fields={fields}
          tree={tree}
          onDone={(next) => {
            onTree(next);
            setEditing(false);
          }}
          onClose={() => setEditing(false)}
        />
      )}
    </>
  );
}
