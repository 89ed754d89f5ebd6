// What is to be done: the list, one task, making one and saying what came of it.
import { useState } from "react";
import {
  type AccountView,
  type Filter,
  type TaskRow,
  type TaskStatus,
  type TaskView,
  useAction,
  useCommand,
} from "../api";
import { AsOfMark, Failure, Field, Waiting, Waits } from "../components";
import { type Column, Table } from "../components/DataTable";
import { Filters } from "../components/Filters";
import { History } from "../history";
import { href, to } from "../paths";
import { go } from "../route";
import { Due } from "./Due";
import { EditTask, NewTask } from "./TaskForm";
import { KIND, REPEATS, STEP } from "./words";

const COLUMNS: Column<TaskRow>[] = [
  {
    key: "due",
    title: "Due",
    width: "170px",
    sort: "due",
    cell: (t) => t.due_text,
  },
  { key: "state", title: "", width: "140px", cell: (t) => <Due task={t} /> },
  {
    key: "title",
    title: "Task",
    width: "minmax(200px,2fr)",
    sort: "title",
    cell: (t) => <a href={href(to.task(t.id))}>{t.title}</a>,
  },
  { key: "kind", title: "Kind", width: "90px", cell: (t) => KIND[t.kind] },
  {
    key: "account",
    title: "Customer",
    width: "minmax(140px,1fr)",
    sort: "account",
    cell: (t) => t.account || <span className="muted">{t.account_id ? "Not on this laptop" : "My own"}</span>,
  },
  { key: "about", title: "About", width: "minmax(120px,1fr)", cell: (t) => t.about || "–" },
  { key: "assignee", title: "Who", width: "140px", sort: "assigned_to", cell: (t) => t.assignee || "Somebody else" },
  { key: "waiting", title: "", width: "100px", cell: (t) => (t.waiting ? <Waits /> : null) },
];
const NO_FILTERS: Filter[] = [];
const OPEN: Filter[] = [{ field: "status", value: "open" }];

/** Tasks of everybody or of oneself, or those of an account. */
export function TaskTable(props: {
  accountId?: string;
  mine?: boolean;
  filters?: Filter[];
  text?: string;
  empty: string;
}) {
  const { accountId = null, mine = false } = props;
  return (
    <Table<TaskRow, "list_tasks">
      tools
      label="Tasks"
      command="list_tasks"
      args={(list) => ({ account_id: accountId, mine, list })}
      filters={props.filters ?? NO_FILTERS}
      text={props.text ?? ""}
      rowKey={(t) => t.id}
      onOpen={(t) => go(to.task(t.id))}
      empty={props.empty}
      columns={accountId ? COLUMNS.filter((column) => column.key !== "account") : COLUMNS}
    />
  );
}

/** A customer's tasks, and a new one for them. */
export function TasksOfAccount({ account: { row } }: { account: AccountView }) {
  const [planning, setPlanning] = useState(false);
  return (
    <>
      <div className="row wrap">
        <button className="button" type="button" data-testid="new-task" onClick={() => setPlanning(true)}>
          New task
        </button>
      </div>
      <TaskTable accountId={row.id} empty="No tasks. What is to be done for this customer is written down here." />
      {planning && <NewTask about={{ accountId: row.id, text: row.name }} onClose={() => setPlanning(false)} />}
    </>
  );
}

export function TasksPage() {
  const [filters, setFilters] = useState<Filter[]>(OPEN);
  const [text, setText] = useState("");
  const [mine, setMine] = useState(true);
  const [making, setMaking] = useState(false);
  const facets = useCommand("task_facets", {});
  return (
    <div className="page">
      <div className="row wrap">
        <h1 className="grow">Tasks</h1>
        <button
          className="button"
          type="button"
          aria-pressed={mine}
          data-testid="mine"
          title="Only those that I am to do"
          onClick={() => setMine(!mine)}
        >
          Mine
        </button>
        <button className="button primary" type="button" data-testid="new-task" onClick={() => setMaking(true)}>
          New task
        </button>
      </div>
      <Filters
        label="Find in tasks"
        text={text}
        onText={setText}
        filters={filters}
        onFilters={setFilters}
        facets={facets.data ?? []}
      />
      <TaskTable
        filters={filters}
        text={text}
        mine={mine}
        empty={
          filters.length > 0 || text
            ? "No task matches. Take a filter off, or look at everybody's."
            : "No tasks. What you have to do is written down here, with or without a network."
        }
      />
      {making && <NewTask onClose={(made) => (made ? go(to.task(made.row.id)) : setMaking(false))} />}
    </div>
  );
}

export function TaskPage({ id }: { id: string }) {
  const { data, error } = useCommand("get_task", { id });
  const [editing, setEditing] = useState(false);
  if (error || !data) return <Waiting error={error} />;
  const { row } = data;
  return (
    <div className="page scrolls">
      <div className="row wrap">
        <h1 className="grow anywhere">{row.title}</h1>
        <Due task={row} />
        {row.waiting && <Waits label="Waiting to be sent" />}
        <AsOfMark asOf={row.as_of} />
        <button className="button" type="button" data-testid="edit-task" onClick={() => setEditing(true)}>
          Change
        </button>
      </div>
      <div className="row wrap muted">
        <span>
          {KIND[row.kind]}, {row.due_text}
        </span>
        <span>{REPEATS[row.repeats]}</span>
        <span>{row.assignee || "Somebody who is not on this laptop"}</span>
        {row.account_id ? (
          <a href={href(to.account(row.account_id))}>{row.account || "An account that is not on this laptop"}</a>
        ) : (
          <span>About no customer: nobody else sees it</span>
        )}
        {data.site && <a href={href(to.site(data.site[0]))}>{data.site[1] || "Its site"}</a>}
        {data.quote && <a href={href(to.quote(data.quote[0]))}>{data.quote[1] || "Its quote"}</a>}
        {data.ticket && <a href={href(to.ticket(data.ticket[0]))}>{data.ticket[1] || "Its ticket"}</a>}
      </div>
      <div className="row wrap muted">
        <span>Made {data.created_text}</span>
        {data.done_text && <span>Done {data.done_text}</span>}
        {data.next && <a href={href(to.task(data.next[0]))}>Next one: {data.next[1]}</a>}
        {data.previous && <a href={href(to.task(data.previous))}>The one before</a>}
      </div>
      {data.notes && <p className="typed">{data.notes}</p>}
      {data.outcome && (
        <>
          <h2>What came of it</h2>
          <p className="typed" data-testid="outcome">
            {data.outcome}
          </p>
        </>
      )}
      <Steps task={data} />
      <History kind="task" id={id} />
      {editing && <EditTask task={data} onClose={() => setEditing(false)} />}
    </div>
  );
}

/** Done, cancelled or opened again, with what came of it. */
function Steps({ task }: { task: TaskView }) {
  const [outcome, setOutcome] = useState("");
  const change = useAction("change_task", () => setOutcome(""));
  const { row } = task;
  const step = (status: TaskStatus) =>
    change.mutate({ id: row.id, shown: { status: row.status }, fields: { status }, outcome });
  return (
    <section className="panel narrow" aria-label="Finish this task">
      <Field label={row.status === "open" ? "What came of it (optional)" : "Something to add (optional)"}>
        {(field) => (
          <textarea
            id={field}
            className="input"
            rows={3}
            maxLength={10_000}
            value={outcome}
            onChange={(e) => setOutcome(e.target.value)}
          />
        )}
      </Field>
      <Failure error={change.error} />
      <div className="row wrap">
        <button
          className="button quiet"
          type="button"
          disabled={change.isPending || outcome.trim() === ""}
          onClick={() => change.mutate({ id: row.id, shown: {}, fields: {}, outcome })}
        >
          Only write it down
        </button>
        <span className="grow" />
        {[...task.steps].reverse().map((status) => (
          <button
            key={status}
            className={`button ${status === "cancelled" ? "" : "primary"}`}
            type="button"
            data-testid={`task-${status}`}
            disabled={change.isPending}
            onClick={() => step(status)}
          >
            {STEP[status]}
          </button>
        ))}
      </div>
    </section>
  );
}
