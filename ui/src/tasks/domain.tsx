import { ListChecks } from "lucide-react";
import type { Domain } from "../domain";
import { script } from "../lazy";
import { to } from "../paths";
import { TasksToday } from "./TasksToday";

const pages = script(() => import("./index"));
const TaskPage = pages.page((m) => m.TaskPage);
const TasksPage = pages.page((m) => m.TasksPage);

export const tasks = {
  key: "tasks",
  title: "Tasks",
  icon: ListChecks,
  shortcut: "d",
  path: to.tasks,
  field: true,
  pages,
  show: ([id]) => (id ? <TaskPage key={id} id={id} /> : <TasksPage />),
  finds: { task: { word: "task", path: (hit) => to.task(hit.id) } },
  subjects: { task: { open: "Open the task", path: to.task } },
  today: [{ at: 20, Part: TasksToday }],
  onAccount: [{ key: "tasks", title: "Tasks", at: 40, Part: pages.page((m) => m.TasksOfAccount) }],
} satisfies Domain;
