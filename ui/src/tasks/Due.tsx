// Where a task stands: in time while it is open, in its life afterwards.
import type { TaskRow } from "../api";
import { Status } from "../components";
import { DUE, TASK_STATUS } from "./words";

export function Due({ task }: { task: TaskRow }) {
  return task.due ? <Status words={DUE} value={task.due} /> : <Status words={TASK_STATUS} value={task.status} />;
}
