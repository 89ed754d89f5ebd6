import { useEffect, useMemo } from "react";
import type { SavedFile } from "../api";

/** A file that was written: where it is, and a copy for whoever wants it elsewhere. */
export function Saved({ file }: { file: SavedFile | undefined }) {
  const url = useMemo(() => {
    if (!file) return undefined;
    const bytes = Uint8Array.from(atob(file.bytes_base64), (c) => c.charCodeAt(0));
    return URL.createObjectURL(new Blob([bytes]));
  }, [file]);
  useEffect(
    () => () => {
      if (url) URL.revokeObjectURL(url);
    },
    [url],
  );
  if (!file) return null;
  return (
    <p className="row wrap meta" role="status" data-testid="saved-file">
      <span>Saved on this laptop:</span>
      <span style={{ userSelect: "all", overflowWrap: "anywhere" }}>{file.path}</span>
      <a className="button" href={url} download={file.file_name}>
        Save a copy
      </a>
    </p>
  );
}
