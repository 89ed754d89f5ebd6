// From degrees to the picture and back: Web Mercator, the world is one unit wide.
export interface View {
  /** Centre of the picture in world units, 0 to 1. */
  x: number;
  y: number;
  /** Zoom: the world is 256 · 2^zoom pixels wide. */
  zoom: number;
}

export const MIN_ZOOM = 1;
export const MAX_ZOOM = 17;

export function project(longitude: number, latitude: number): [number, number] {
  const sin = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
  return [longitude / 360 + 0.5, 0.5 - (0.25 * Math.log((1 + sin) / (1 - sin))) / Math.PI];
}

export function unproject(x: number, y: number): [number, number] {
  const latitude = (360 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI))) / Math.PI - 90;
  return [(x - 0.5) * 360, latitude];
}

export const scaleOf = (view: View) => 256 * 2 ** view.zoom;

/** The view that shows all points with some air around them; the whole world when there are none. */
export function framed(points: { longitude: number; latitude: number }[], width: number, height: number): View {
  if (points.length === 0 || width === 0 || height === 0) return { x: 0.5, y: 0.45, zoom: MIN_ZOOM };
  let [west, north, east, south] = [1, 1, 0, 0];
  for (const point of points) {
    const [x, y] = project(point.longitude, point.latitude);
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  const wide = Math.log2((width * 0.85) / 256 / Math.max(east - west, 1e-6));
  const high = Math.log2((height * 0.85) / 256 / Math.max(south - north, 1e-6));
  return { x: (west + east) / 2, y: (north + south) / 2, zoom: Math.max(MIN_ZOOM, Math.min(13, wide, high)) };
}

/** Zooms so that what lies under the pointer stays there. `dx`, `dy` are pixels from the picture's centre. */
export function zoomAt(view: View, by: number, dx: number, dy: number): View {
  const zoom = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, view.zoom + by));
  const [before, after] = [scaleOf(view), 256 * 2 ** zoom];
  return { x: view.x + dx / before - dx / after, y: view.y + dy / before - dy / after, zoom };
}

/**
 * A coast that crosses the date line goes on beyond 180 degrees instead of back across the whole world. Most of it stays
 * where it is: which part the line begins with does not matter.
 */
export function unbroken(ring: [number, number][]): [number, number][] {
  let turn = 0;
  let before: number | undefined;
  const points = new Map<number, number>();
  const turned = ring.map(([longitude, latitude]) => {
    if (before !== undefined && longitude - before > 180) turn -= 360;
    if (before !== undefined && before - longitude > 180) turn += 360;
    before = longitude;
    points.set(turn, (points.get(turn) ?? 0) + 1);
    return [longitude + turn, latitude] as [number, number];
  });
  const most = [...points].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])[0];
  return turned.map(([longitude, latitude]) => [longitude - most, latitude]);
}

/** A ring that reaches beyond the edge of the world is there on the other side too. */
export function around(ring: [number, number][]): [number, number][][] {
  const beyond = [
    [1, ring.some(([x]) => x < 0)],
    [-1, ring.some(([x]) => x > 1)],
  ] as const;
  const copies = beyond.filter(([, is]) => is).map(([by]) => ring.map(([x, y]) => [x + by, y] as [number, number]));
  return [ring, ...copies];
}

/** Whether a point lies inside a closed line. */
export function inside(line: [number, number][], x: number, y: number): boolean {
  let within = false;
  let before = line.at(-1);
  for (const corner of line) {
    if (!before) break;
    const [[xi, yi], [xj, yj]] = [corner, before];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
    before = corner;
  }
  return within;
}
