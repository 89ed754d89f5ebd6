// My tasks that are overdue or due today, done with one press.
import { type TaskRow, useAction } from "../api";
import { Badge, Failure } from "../components";
import { DUE, KIND } from "./words";

export function TasksToday({ tasks }: { tasks: TaskRow[] }) {
  const change = useAction("change_task");
  return (
    <section className="panel">
      <h2>My tasks</h2>
      {tasks.length === 0 ? (
        <p className="muted">
          Nothing is due. <a href="#/tasks">All tasks</a>
        </p>
      ) : (
        <ul className="list">
          {tasks.map((task) => (
            <li key={task.id} data-testid="task-today">
              <span className="grow anywhere">
                <a href={`#/tasks/${task.id}`}>{task.title}</a>
                <br />
                <span className="meta">
                  {KIND[task.kind] ?? task.kind}, {task.due_text}
                  {task.account && `, ${task.account}`}
                </span>
              </span>
              <Badge status={DUE[task.due]?.[1] ?? task.status} label={DUE[task.due]?.[0]} />
              <button
                className="button"
                type="button"
                aria-label={`Done: ${task.title}`}
                disabled={change.isPending}
                onClick={() =>
                  change.mutate({ id: task.id, shown: { status: "open" }, fields: { status: "done" }, outcome: "" })
                }
              >
                Done
              </button>
            </li>
          ))}
        </ul>
      )}
      <Failure error={change.error} />
    </section>
  );
}
