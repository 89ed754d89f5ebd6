// What a domain of the window is. Each has a folder with a `domain.tsx` that says so, and one entry in `domains.ts`.
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { AccountView, HitKind, SearchHit, SubjectKind, Today } from "./api";
import type { Script } from "./lazy";
import type { Path } from "./paths";

/** Something a domain finds: its name beside the hit, and where it is looked at. */
export interface Found {
  word: string;
  /** What is typed to find it, for the empty field. */
  hint?: string;
  path: (hit: SearchHit) => Path;
}

/** What a change may be about: where that is looked at, and what the link is called. */
export interface Subject {
  open: string;
  path: (id: string) => Path;
}

/** A part of a page that many domains share; `at` is its place among the others, the smallest first. */
export interface Part<P> {
  at: number;
  Part: (props: P) => ReactNode;
}

export interface Tab extends Part<{ account: AccountView }> {
  key: string;
  title: string;
}

export interface Domain {
  /** The first part of its paths. */
  key: string;
  title: string;
  icon: LucideIcon;
  /** The key after `g`. */
  shortcut?: string;
  path: Path;
  /** The foot of the rail, below the others. */
  foot?: boolean;
  /** A technician carries it too; the office sees everything. */
  field?: boolean;
  /** The script of its pages; none when they are the window's own. */
  pages?: Script<unknown>;
  /** The page at a place: the parts after the domain's. */
  show: (parts: string[]) => ReactNode;
  /** What is made from anywhere, with its key. */
  make?: { key: string; title: string; Form: (props: { route: string[]; onClose: () => void }) => ReactNode };
  /** Keys of its pages, for the help. */
  keys?: readonly (readonly [key: string, what: string])[];
  /** What the search finds of it. */
  finds?: Partial<Record<HitKind, Found>>;
  /** What changes are about; `null` where nothing is opened by its id. */
  subjects?: Partial<Record<SubjectKind, Subject | null>>;
  /** Its cards on Today. */
  today?: readonly Part<{ today: Today | undefined }>[];
  /** Its tabs on an account. */
  onAccount?: readonly Tab[];
}
