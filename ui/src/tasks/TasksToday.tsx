// My tasks that are overdue or due today, done with one press.
import { type Today, useAction } from "../api";
import { Failure } from "../components";
import { href, to } from "../paths";
import { Due } from "./Due";
import { KIND } from "./words";

export function TasksToday({ today }: { today: Today | undefined }) {
  const tasks = today?.tasks ?? [];
  const change = useAction("change_task");
  return (
    <section className="panel">
      <h2>My tasks</h2>
      {tasks.length === 0 ? (
        <p className="muted">
          Nothing is due. <a href={href(to.tasks)}>All tasks</a>
        </p>
      ) : (
        <ul className="list">
          {tasks.map((task) => (
            <li key={task.id} data-testid="task-today">
              <span className="grow anywhere">
                <a href={href(to.task(task.id))}>{task.title}</a>
                <br />
                <span className="meta">
                  {KIND[task.kind]}, {task.due_text}
                  {task.account && `, ${task.account}`}
                </span>
              </span>
              <Due task={task} />
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
