import { Wrench } from "lucide-react";
import type { Domain } from "../domain";
import { script } from "../lazy";
import { to } from "../paths";

const pages = script(() => import("./index"));
const JobPage = pages.page((m) => m.JobPage);
const JobsPage = pages.page((m) => m.JobsPage);

export const jobs = {
  key: "jobs",
  title: "Jobs",
  icon: Wrench,
  shortcut: "j",
  path: to.jobs,
  field: true,
  pages,
  show: ([id]) => (id ? <JobPage key={id} id={id} /> : <JobsPage />),
  subjects: { job: { open: "Open the job", path: to.job } },
} satisfies Domain;
