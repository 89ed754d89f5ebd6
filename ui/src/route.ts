// Where the window stands: a path in the hash, so that it works under any origin and comes back after a restart.
import { useSyncExternalStore } from "react";
import { href, type Path, partsOf, placeOf, to } from "./paths";

export function go(place: Path) {
  window.location.hash = place;
}

const read = () => window.location.hash || href(to.today);

/** The place as it is kept; none before anything was opened. */
export const here = (): Path | undefined => (window.location.hash ? placeOf(partsOf(window.location.hash)) : undefined);

/** The parts of the place, the domain's first. */
export function useRoute(): string[] {
  const hash = useSyncExternalStore((changed) => {
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, read);
  return partsOf(hash);
}
