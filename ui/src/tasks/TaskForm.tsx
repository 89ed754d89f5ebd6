// Making a task, from the list, an account, a quote or a ticket; and changing one.
import { useState } from "react";
import { type CreateTask, type TaskKind, type TaskRepeat, type TaskView, useAction, useCommand } from "../api";
import { Choice, Dialog, Failure, Field, FormButtons, TextField } from "../components";
import { FindAccount } from "./FindAccount";
import { KIND, REPEATS } from "./words";

/** What a task is about, as it is known before anything is typed. */
export interface TaskAbout {
  accountId: string;
  siteId?: string;
  quoteId?: string;
  ticketId?: string;
  /** In words. */
  text: string;
}

const FIELDS = ["kind", "title", "notes", "due_on", "due_time", "assigned_to", "repeats"] as const;
type Fields = Pick<CreateTask, (typeof FIELDS)[number]>;

/** The same id as long as the form is open: saved twice it is one task. */
const newId = () => crypto.randomUUID();

export function NewTask({ about, onClose }: { about?: TaskAbout; onClose: (made?: TaskView) => void }) {
  const [id] = useState(newId);
  const [own, setOwn] = useState(false);
  const [chosen, setChosen] = useState<TaskAbout | undefined>(about);
  const create = useAction("create_task", (task) => onClose(task));
  const choices = useCommand("task_choices", {});
  if (!choices.data)
    return (
      <Dialog title="New task" onClose={() => onClose()}>
        <Failure error={choices.error} />
        {!choices.error && <span className="skeleton" />}
      </Dialog>
    );
  const start: Fields = {
    kind: "call",
    title: "",
    notes: "",
    due_on: choices.data.today,
    due_time: "",
    assigned_to: choices.data.people[0]?.[0] ?? "",
    repeats: "never",
  };
  return (
    <Dialog title="New task" onClose={() => onClose()}>
      <TaskFields
        start={start}
        people={own ? choices.data.people.slice(0, 1) : choices.data.people}
        kinds={choices.data.kinds}
        repeats={choices.data.repeats}
        error={create.error}
        go="Save on this laptop"
        disabled={create.isPending || (!own && !chosen)}
        onCancel={() => onClose()}
        onSave={(fields) =>
          create.mutate({
            ...fields,
            id,
            assigned_to: own ? start.assigned_to : fields.assigned_to,
            account_id: own ? null : (chosen?.accountId ?? null),
            site_id: own ? null : (chosen?.siteId ?? null),
            quote_id: own ? null : (chosen?.quoteId ?? null),
            ticket_id: own ? null : (chosen?.ticketId ?? null),
          })
        }
      >
        {about ? (
          <p>{about.text}</p>
        ) : (
          <>
            <label className="field">
              <input type="checkbox" checked={own} onChange={(e) => setOwn(e.target.checked)} /> Only for me, about no
              customer
            </label>
            {!own &&
              (chosen ? (
                <p>
                  {chosen.text}{" "}
                  <button className="button quiet" type="button" onClick={() => setChosen(undefined)}>
                    Another one
                  </button>
                </p>
              ) : (
                <FindAccount onFound={setChosen} />
              ))}
          </>
        )}
      </TaskFields>
    </Dialog>
  );
}

export function EditTask({ task, onClose }: { task: TaskView; onClose: () => void }) {
  const change = useAction("change_task", onClose);
  const choices = useCommand("task_choices", {});
  const { row } = task;
  // What was shown when the form was opened: a change made elsewhere meanwhile is asked about, never written over.
  const [shown] = useState<Fields>({
    kind: row.kind,
    title: row.title,
    notes: task.notes,
    due_on: row.due_on,
    due_time: row.due_time,
    assigned_to: row.assigned_to,
    repeats: row.repeats,
  });
  return (
    <Dialog title="Change the task" onClose={onClose}>
      <TaskFields
        start={shown}
        people={task.people}
        kinds={choices.data?.kinds ?? [shown.kind]}
        repeats={choices.data?.repeats ?? [shown.repeats]}
        error={change.error}
        go="Save on this laptop"
        disabled={change.isPending}
        onCancel={onClose}
        onSave={(fields) => {
          const changed = FIELDS.filter((field) => fields[field] !== shown[field]);
          if (changed.length === 0) return onClose();
          const only = (of: Fields) => Object.fromEntries(changed.map((field) => [field, of[field]]));
          change.mutate({ id: row.id, shown: only(shown), fields: only(fields), outcome: "" });
        }}
      />
    </Dialog>
  );
}

function TaskFields(props: {
  start: Fields;
  people: [string, string][];
  kinds: TaskKind[];
  repeats: TaskRepeat[];
  error: React.ComponentProps<typeof Failure>["error"];
  go: string;
  disabled: boolean;
  onCancel: () => void;
  onSave: (fields: Fields) => void;
  children?: React.ReactNode;
}) {
  const [fields, setFields] = useState(props.start);
  const set =
    <K extends keyof Fields>(field: K) =>
    (value: Fields[K]) =>
      setFields({ ...fields, [field]: value });
  const ready = fields.title.trim() !== "" && fields.due_on !== "" && !props.disabled;
  const named = <K extends string>(values: K[], words: Record<K, string>) =>
    values.map((value) => [value, words[value]] as const);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) props.onSave(fields);
      }}
    >
      {props.children}
      <TextField
        label="What is to be done"
        value={fields.title}
        maxLength={200}
        onText={set("title")}
        data-testid="task-title"
      />
      <div className="row wrap field">
        <Choice label="Kind" value={fields.kind} options={named(props.kinds, KIND)} onChoose={set("kind")} />
        <Choice label="Who" value={fields.assigned_to} options={props.people} onChoose={set("assigned_to")} />
        <Choice
          label="Repeated"
          value={fields.repeats}
          options={named(props.repeats, REPEATS)}
          onChoose={set("repeats")}
        />
      </div>
      <div className="row wrap">
        <TextField label="Day" type="date" value={fields.due_on} required onText={set("due_on")} />
        <TextField
          label="Hour (optional)"
          type="time"
          help="You are reminded then, else at 09:00."
          value={fields.due_time}
          onText={set("due_time")}
        />
      </div>
      <Field label="Notes (optional)">
        {(field) => (
          <textarea
            id={field}
            className="input"
            rows={3}
            maxLength={10_000}
            value={fields.notes}
            onChange={(e) => set("notes")(e.target.value)}
          />
        )}
      </Field>
      <Failure error={props.error} />
      <FormButtons go={props.go} testid="save-task" disabled={!ready} onCancel={props.onCancel} />
    </form>
  );
}
