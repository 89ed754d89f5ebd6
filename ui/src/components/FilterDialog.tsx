// Conditions on a list's fields, put together: all of them or any of them, in groups where that is needed.
import { useId, useState } from "react";
import { type FilterNode, type ListField, type ListQuery, type Operator, useCommand } from "../api";
import { fieldTitle, OPERATORS } from "../texts/fields";
import { Dialog, Failure, FormButtons } from "./index";

/** How many conditions a tree has. */
export function conditionsOf(node: FilterNode): number {
  if (node.op === "field") return 1;
  if (node.op === "not") return conditionsOf(node.node);
  return node.nodes.reduce((sum, each) => sum + conditionsOf(each), 0);
}

type Group = Extract<FilterNode, { op: "all" | "any" }>;
type Leaf = Extract<FilterNode, { op: "field" }>;

/** How many values an operator takes; `any_of` as many as are typed between commas. */
export function places(is: Operator): number {
  if (is === "empty" || is === "not_empty") return 0;
  return is === "between" ? 2 : 1;
}

/** The deepest group that can be opened in the dialog. */
const DEEPEST = 3;

const isGroup = (node: FilterNode): node is Group => node.op === "all" || node.op === "any";

export function FilterDialog(props: {
  query: ListQuery;
  fields: ListField[];
  tree: FilterNode | null;
  onDone: (tree: FilterNode | null) => void;
  onClose: () => void;
}) {
  const first = (): Leaf => leafOf(props.fields[0]);
  const [root, setRoot] = useState<Group>(() => {
    if (props.tree && isGroup(props.tree)) return props.tree;
    return { op: "all", nodes: [props.tree ?? first()] };
  });
  // What was typed is tried where it will be used: a refusal stands here, before the list changes.
  const trial = { ...props.query, args: withTree(props.query.args, root) } as ListQuery;
  const { data, error } = useCommand("summarise_list", { query: trial, group_by: null });
  return (
    <Dialog title="Conditions" wide onClose={props.onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          props.onDone(root.nodes.length ? root : null);
        }}
      >
        <GroupEditor {...props} node={root} depth={1} onNode={setRoot} first={first} />
        <Failure error={error} />
        {!error && data && <p className="meta">{data.total.rows.toLocaleString("en")} rows</p>}
        <FormButtons go="Show them" testid="show-them" disabled={Boolean(error)} onCancel={props.onClose} />
      </form>
    </Dialog>
  );
}

/** A list's arguments with another tree. */
export function withTree(args: ListQuery["args"], tree: FilterNode | null): ListQuery["args"] {
  if ("list" in args) return { ...args, list: { ...args.list, tree } } as ListQuery["args"];
  return { ...args, tree } as ListQuery["args"];
}

function leafOf(field: ListField | undefined): Leaf {
  const is = field?.operators[0] ?? "is";
  return { op: "field", field: field?.name ?? "", is, values: Array(places(is)).fill("") };
}

function GroupEditor(props: {
  query: ListQuery;
  fields: ListField[];
  node: Group;
  depth: number;
  first: () => Leaf;
  onNode: (node: Group) => void;
  onRemove?: () => void;
}) {
  const { node, depth, onNode } = props;
  const set = (index: number, next: FilterNode | null) =>
    onNode({ ...node, nodes: node.nodes.flatMap((each, n) => (n === index ? (next ? [next] : []) : [each])) });
  return (
    <fieldset className="conditions">
      <legend>
        <select
          className="input auto"
          aria-label="Which of them hold"
          value={node.op}
          onChange={(e) => onNode({ ...node, op: e.target.value as Group["op"] })}
        >
          <option value="all">All of these hold</option>
          <option value="any">Any of these holds</option>
        </select>
      </legend>
      {node.nodes.map((each, index) => (
        <div key={index} className="row wrap">
          {isGroup(each) ? (
            <GroupEditor
              {...props}
              node={each}
              depth={depth + 1}
              onNode={(next) => set(index, next)}
              onRemove={() => set(index, null)}
            />
          ) : each.op === "field" ? (
            <LeafEditor {...props} leaf={each} onLeaf={(next) => set(index, next)} onRemove={() => set(index, null)} />
          ) : (
            <span>
              not: {conditionsOf(each)} conditions{" "}
              <button className="button quiet" type="button" onClick={() => set(index, null)}>
                Remove
              </button>
            </span>
          )}
        </div>
      ))}
      <div className="row wrap">
        <button
          className="button"
          type="button"
          data-testid="add-condition"
          onClick={() => onNode({ ...node, nodes: [...node.nodes, props.first()] })}
        >
          Add a condition
        </button>
        {depth < DEEPEST && (
          <button
            className="button"
            type="button"
            onClick={() =>
              onNode({
                ...node,
                nodes: [...node.nodes, { op: node.op === "all" ? "any" : "all", nodes: [props.first()] }],
              })
            }
          >
            Add a group
          </button>
        )}
        {props.onRemove && (
          <button className="button quiet" type="button" onClick={props.onRemove}>
            Remove the group
          </button>
        )}
      </div>
    </fieldset>
  );
}

function LeafEditor(props: {
  query: ListQuery;
  fields: ListField[];
  leaf: Leaf;
  onLeaf: (leaf: Leaf) => void;
  onRemove: () => void;
}) {
  const { leaf, fields, onLeaf } = props;
  const field = fields.find((each) => each.name === leaf.field);
  const choose = (is: Operator) =>
    onLeaf({ ...leaf, is, values: Array.from({ length: places(is) }, (_, n) => leaf.values[n] ?? "") });
  return (
    <>
      <select
        className="input auto"
        aria-label="Field"
        value={leaf.field}
        onChange={(e) => onLeaf(leafOf(fields.find((each) => each.name === e.target.value)))}
      >
        {fields.map((each) => (
          <option key={each.name} value={each.name}>
            {fieldTitle(each.name)}
          </option>
        ))}
      </select>
      <select
        className="input auto"
        aria-label="Compared"
        value={leaf.is}
        onChange={(e) => choose(e.target.value as Operator)}
      >
        {(field?.operators ?? [leaf.is]).map((is) => (
          <option key={is} value={is}>
            {OPERATORS[is]}
          </option>
        ))}
      </select>
      {leaf.is === "any_of" ? (
        <Value
          {...props}
          kind={field?.kind ?? "text"}
          value={leaf.values.join(", ")}
          onValue={(text) => onLeaf({ ...leaf, values: text.split(",").map((one) => one.trim()) })}
        />
      ) : (
        leaf.values.map((value, n) => (
          <Value
            key={n}
            {...props}
            kind={field?.kind ?? "text"}
            value={value}
            onValue={(text) => onLeaf({ ...leaf, values: leaf.values.map((each, m) => (m === n ? text : each)) })}
          />
        ))
      )}
      <button className="button quiet" type="button" aria-label="Remove the condition" onClick={props.onRemove}>
        ×
      </button>
    </>
  );
}

/** A value as it is typed; the values there are, are offered. */
function Value(props: {
  query: ListQuery;
  leaf: Leaf;
  fields: ListField[];
  kind: ListField["kind"];
  value: string;
  onValue: (text: string) => void;
}) {
  const { leaf, kind } = props;
  const id = useId();
  const groups = props.fields.find((field) => field.name === leaf.field)?.groups ?? false;
  const all = { ...props.query, args: withTree(props.query.args, null) } as ListQuery;
  const there = useCommand("summarise_list", { query: all, group_by: groups ? leaf.field : null }, groups);
  const days = leaf.is === "last_days" || leaf.is === "next_days";
  return (
    <>
      <input
        className="input auto"
        aria-label="Value"
        type={kind === "day" && !days ? "date" : "text"}
        inputMode={kind === "number" || days ? "decimal" : undefined}
        placeholder={kind === "money" ? "ZAR 1,000.00" : days ? "30" : undefined}
        list={groups ? id : undefined}
        value={props.value}
        onChange={(e) => props.onValue(e.target.value)}
      />
      {groups && (
        <datalist id={id}>
          {(there.data?.groups ?? [])
            .filter((group) => group.value)
            .map((group) => (
              <option key={group.value} value={group.value} />
            ))}
        </datalist>
      )}
    </>
  );
}
