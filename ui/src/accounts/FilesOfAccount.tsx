import type { AccountView } from "../api";
import { Files } from "../attachments";

export function FilesOfAccount({ account: { row } }: { account: AccountView }) {
  return (
    <div style={{ overflow: "auto", maxWidth: 760 }}>
      <Files kind="account" id={row.id} />
    </div>
  );
}
