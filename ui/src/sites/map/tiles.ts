// Tiles of the organisation's own map, as the engine has them: fetched online, kept for offline.
import { useCallback, useEffect, useRef, useState } from "react";
import { call, type RefusalCode, useCommand } from "../../api";
import type { View } from "./geometry";

/** Most pictures held in the window. */
const HELD = 256;
/** After so many ms a tile that was out of reach is asked for again. */
const AGAIN = 30_000;

/** Tiles of a zoom that the picture shows. */
export function tilesOf(
  view: View,
  width: number,
  height: number,
  deepest: number,
): { z: number; x: number; y: number }[] {
  const z = Math.max(0, Math.min(deepest, Math.round(view.zoom)));
  const edge = 2 ** z;
  const [halfWidth, halfHeight] = [width / 2 / (256 * 2 ** view.zoom), height / 2 / (256 * 2 ** view.zoom)];
  const clip = (value: number) => Math.max(0, Math.min(edge - 1, Math.floor(value * edge)));
  const found: { z: number; x: number; y: number }[] = [];
  for (let y = clip(view.y - halfHeight); y <= clip(view.y + halfHeight); y += 1)
    for (let x = clip(view.x - halfWidth); x <= clip(view.x + halfWidth); x += 1) found.push({ z, x, y });
  return found;
}

export interface Tile {
  z: number;
  x: number;
  y: number;
  picture: ImageBitmap;
}

async function picture(base64: string): Promise<ImageBitmap> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return createImageBitmap(new Blob([bytes]));
}

/** The tiles there are for a view, more of them with each that comes; and why some are missing. */
export function useTiles() {
  const source = useCommand("get_map_tiles", {}).data;
  const held = useRef(new Map<string, ImageBitmap | null>());
  const [came, setCame] = useState(0);
  const [problem, setProblem] = useState<RefusalCode>();
  const url = source?.url ?? "";
  const missed = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: tiles of another map are not this one's
  useEffect(() => {
    held.current.clear();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [url]);
  /** The network comes back without telling anybody: what it kept from us is asked for again in a while. */
  const later = useCallback((key: string) => {
    missed.current.add(key);
    timer.current ??= setTimeout(() => {
      for (const one of missed.current) held.current.delete(one);
      missed.current.clear();
      timer.current = undefined;
      setCame((n) => n + 1);
    }, AGAIN);
  }, []);
  const tiles = useCallback(
    (view: View, width: number, height: number): Tile[] => {
      if (!url) return [];
      const there: Tile[] = [];
      for (const at of tilesOf(view, width, height, source?.max_zoom ?? 18)) {
        const key = `${at.z}/${at.x}/${at.y}`;
        const found = held.current.get(key);
        if (found) there.push({ ...at, picture: found });
        if (found !== undefined) continue;
        held.current.set(key, null);
        for (const old of held.current.keys()) {
          if (held.current.size <= HELD) break;
          held.current.delete(old);
        }
        void call("map_tile", at)
          .then(async (tile) => {
            if (tile.image_base64) held.current.set(key, await picture(tile.image_base64));
            else if (tile.problem === "map.out_of_reach") later(key);
            setProblem(tile.problem ?? undefined);
          })
          .catch(() => setProblem("map.no_picture"))
          .finally(() => setCame((n) => n + 1));
      }
      return there;
    },
    [url, source?.max_zoom, later],
  );
  return { tiles, came, problem, attribution: url ? source?.attribution : undefined };
}
