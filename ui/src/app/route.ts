// The place in the window: a path in the hash, so that it works under any origin and comes back after a restart.
import { useSyncExternalStore } from "react";

export function go(path: string) {
  window.location.hash = path;
}

function read(): string {
  return window.location.hash.replace(/^#/, "") || "/today";
}

export function useRoute(): string[] {
  const path = useSyncExternalStore((changed) => {
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, read);
  return path.split("/").filter(Boolean).map(decodeURIComponent);
}
