// A technician's day: the list, and one job with its one large button.
import { useEffect, useState } from "react";
import { type JobRow, type JobView, useAction, useCommand } from "../api";
import { AsOfMark, Badge, Failure, Field, Status, Waiting, Waits } from "../components";
import { Table } from "../components/DataTable";
import { href, to } from "../paths";
import { go } from "../route";
import { wordOf } from "../texts/word";
import { ACTION, HAPPENED, JOB_STATUS } from "./words";

export function JobsPage() {
  return (
    <div className="page">
      <h1>Jobs</h1>
      <Table<JobRow, "list_jobs">
        tools
        label="Jobs"
        command="list_jobs"
        args={(list) => list}
        rowKey={(j) => j.id}
        onOpen={(j) => go(to.job(j.id))}
        empty="No jobs from today on. They come with the next sync."
        columns={[
          { key: "day", title: "Day", width: "130px", sort: "window", cell: (j) => j.day },
          { key: "window", title: "Window", width: "120px", cell: (j) => j.window_text },
          {
            key: "status",
            title: "Status",
            width: "130px",
            cell: (j) => (
              <Badge word={j.needs_decision ? ["Cancelled, recorded", "warn"] : wordOf(JOB_STATUS, j.status)} />
            ),
          },
          {
            key: "title",
            title: "Job",
            width: "minmax(180px,1.3fr)",
            cell: (j) => <a href={href(to.job(j.id))}>{j.title}</a>,
          },
          { key: "account", title: "Customer", width: "minmax(140px,1fr)", sort: "account", cell: (j) => j.account },
          {
            key: "site",
            title: "Site",
            width: "minmax(140px,1fr)",
            cell: (j) => <span title={j.address}>{j.site}</span>,
          },
          { key: "number", title: "Number", width: "160px", cell: (j) => j.number },
        ]}
      />
    </div>
  );
}

export function JobPage({ id }: { id: string }) {
  const { data, error } = useCommand("get_job", { id });
  const [note, setNote] = useState("");
  const record = useAction("record_on_job", () => setNote(""));
  if (error) return <Waiting error={error} />;
  if (!data) return <Waiting error={null} />;
  const { row } = data;
  return (
    <div className="page job" style={{ overflow: "auto" }}>
      <div className="row wrap">
        <h1 className="grow">{row.title}</h1>
        <Status words={JOB_STATUS} value={row.status} />
      </div>
      <p className="job-place">
        <strong>{row.account}</strong>, {row.site}
        <br />
        {row.address}
        {data.contact ? (
          <>
            <br />
            {data.contact}
          </>
        ) : null}
      </p>
      <p className="muted">
        {row.number}, {row.day}, window {row.window_text}
        {row.technician ? `, ${row.technician}` : ""}
      </p>
      {row.status === "cancelled" && (
        <p className="nudge" style={{ background: "var(--warn-soft)" }}>
          {row.needs_decision
            ? "Cancelled by the office. What you recorded is kept; the dispatcher decides."
            : "Cancelled by the office. You can still record what you do; it is kept."}
        </p>
      )}
      <OnSite job={data} />
      {data.next.length > 0 && (
        <>
          <div className="row wrap">
            {data.next.map((kind, n) => (
              <button
                key={kind}
                type="button"
                data-testid={kind}
                className={`button huge ${n === 0 ? "primary" : ""}`}
                disabled={record.isPending}
                onClick={() => record.mutate({ job_id: id, kind, note })}
              >
                {ACTION[kind]}
              </button>
            ))}
          </div>
          <Field label="Note (optional)">
            {(field) => (
              <textarea
                id={field}
                className="input"
                rows={2}
                maxLength={2000}
                value={note}
                onChange={(e) => setNote(e.target.value)}
              />
            )}
          </Field>
        </>
      )}
      <Failure error={record.error} />
      {data.notes && <p>{data.notes}</p>}
      <h2>Recorded</h2>
      {data.events.length === 0 ? (
        <p className="muted">Nothing yet. What you record is on this laptop at once, with or without a network.</p>
      ) : (
        <ul className="list" data-testid="recorded">
          {data.events.map((e) => (
            <li key={e.id}>
              <span className="grow">
                {HAPPENED[e.kind]} <strong className="num">{e.at_text}</strong>, {e.by}
                {e.device_text && (
                  <span className="meta">
                    {" "}
                    (the device's clock said {e.device_text};{" "}
                    {e.proof === "device" ? "corrected when online" : "corrected"})
                  </span>
                )}
                {e.note && (
                  <>
                    <br />
                    {e.note}
                  </>
                )}
              </span>
              {e.waiting ? <Waits /> : <Badge word={["Confirmed", "good"]} />}
            </li>
          ))}
        </ul>
      )}
      <AsOfMark asOf={row.as_of} />
    </div>
  );
}

/** The running clock: counted by the browser from what the engine said, asked again when anything changes. */
function OnSite({ job }: { job: JobView }) {
  const [seconds, setSeconds] = useState(job.on_site_s);
  useEffect(() => {
    setSeconds(job.on_site_s);
    const start = performance.now();
    const from = job.on_site_s;
    if (from === null) return;
    const timer = setInterval(() => setSeconds(from + Math.floor((performance.now() - start) / 1000)), 1000);
    return () => clearInterval(timer);
  }, [job]);
  if (seconds === null) return null;
  const two = (n: number) => String(n).padStart(2, "0");
  return (
    <p className="hero num" style={{ textAlign: "left" }} role="timer" aria-label="Time on site" data-testid="on-site">
      {Math.floor(seconds / 3600)}:{two(Math.floor(seconds / 60) % 60)}:{two(seconds % 60)}
    </p>
  );
}
