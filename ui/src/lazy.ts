// Pages' scripts: read when a page is first opened, the rest while nothing else is to do.
import { type ComponentType, lazy, type ReactNode } from "react";

/** A script that holds pages. */
export interface Script<M> {
  /** Reads it, once. */
  load: () => Promise<M>;
  /** A component of it, for drawing before it is here. */
  page: <P extends object>(pick: (script: M) => ComponentType<P>) => (props: P) => ReactNode;
}

const scripts: Script<unknown>[] = [];

/** Answers at once: React draws a page whose script is here without a blank before it. */
// biome-ignore lint/suspicious/noThenProperty: what React asks of a lazy page is its `then`
const atOnce = <T>(value: T) => ({ then: (take: (value: T) => void) => take(value) }) as unknown as Promise<T>;

export function script<M>(read: () => Promise<M>): Script<M> {
  let here: M | undefined;
  const load = async () => {
    here ??= await read();
    return here;
  };
  const page = <P extends object>(pick: (script: M) => ComponentType<P>) =>
    lazy(() => {
      if (here) return atOnce({ default: pick(here) });
      return load().then((loaded) => ({ default: pick(loaded) }));
    }) as unknown as (props: P) => ReactNode;
  const made: Script<M> = { load, page };
  scripts.push(made);
  return made;
}

/** Reads what was not opened yet, so that no later click waits for it. */
export function loadAll() {
  // A script that cannot be read is said by the page that needs it.
  for (const { load } of scripts) load().catch(() => undefined);
}
