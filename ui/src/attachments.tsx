// Files at an account, a site or a quote: taken offline, opened offline once they are here.
import { useRef } from "react";
import { type FileState, type FileSubject, useAction, useCommand } from "./api";
import { Badge, Failure } from "./components";
import type { Word } from "./texts/word";

/** In a word, and in full. */
const STATES: Record<FileState, readonly [Word, string]> = {
  waiting: [["waiting", "stale"], "On this laptop; goes out when you are online"],
  here: [["here", "good"], "On this laptop and on the server"],
  server: [["on the server", "good"], "On the server; comes when you open it"],
  laptop: [["on this laptop", "good"], "On this laptop; the demo has no server"],
};

async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

export function Files({ kind, id }: { kind: FileSubject; id: string }) {
  const input = useRef<HTMLInputElement>(null);
  const list = useCommand("list_attachments", { kind, id });
  const add = useAction("add_attachment");
  const open = useAction("open_attachment");
  return (
    <section aria-label="Files">
      <div className="row">
        <h2 className="grow">Files</h2>
        <button className="button" type="button" disabled={add.isPending} onClick={() => input.current?.click()}>
          {add.isPending ? "Adding…" : "Add a file"}
        </button>
        <input
          ref={input}
          type="file"
          hidden
          data-testid="attach"
          accept=".pdf,.png,.jpg,.jpeg,.webp,.xlsx,.docx,.csv,.txt"
          aria-label="File to add"
          onChange={async (e) => {
            const file = e.target.files?.[0];
            e.target.value = "";
            if (file) add.mutate({ subject: { kind, id }, name: file.name, bytes_base64: await base64(file) });
          }}
        />
      </div>
      <Failure error={add.error ?? open.error ?? list.error} />
      {open.data && (
        <p className="meta" role="status">
          Saved for other programs: {open.data.path}
        </p>
      )}
      {list.data?.length ? (
        <ul className="list">
          {list.data.map((file) => (
            <li key={file.id}>
              <span className="grow" style={{ minWidth: 0 }}>
                <button
                  type="button"
                  className="button quiet"
                  style={{
                    padding: 0,
                    minHeight: 0,
                    color: "var(--accent)",
                    whiteSpace: "normal",
                    textAlign: "left",
                    overflowWrap: "anywhere",
                  }}
                  onClick={() => open.mutate({ id: file.id })}
                >
                  {file.name}
                </button>
                <br />
                <span className="meta">
                  {file.size_text}, {file.by}, {file.added_text}
                </span>
              </span>
              <span title={STATES[file.state][1]}>
                <Badge word={STATES[file.state][0]} />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="muted">No files. Purchase orders, photos and signed papers belong here; at most 25 MB each.</p>
      )}
    </section>
  );
}
