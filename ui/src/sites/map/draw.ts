// The picture: land, clusters and pins. A plain canvas: it works where WebGL does not.
import type Supercluster from "supercluster";
import type { ServiceStatus } from "../../api";
import { project, scaleOf, unproject, type View } from "./geometry";
import type { Tile } from "./tiles";

/** A site on the map. */
export interface Pin {
  id: string;
  name: string;
  status: ServiceStatus;
  longitude: number;
  latitude: number;
}

/** A name on the map. */
export interface Place {
  name: string;
  kind: string;
  longitude: number;
  latitude: number;
}

export type Land = [number, number][][];
export type Index = Supercluster<{ pin: Pin }>;

/** A mark on the screen, for the pointer. */
export interface Mark {
  x: number;
  y: number;
  radius: number;
  pin?: Pin;
  cluster?: number;
  count: number;
}

/** Status, the colour of its pins. */
export const TONES: [ServiceStatus, string][] = [
  ["active", "--good"],
  ["suspended", "--warn"],
  ["cancelled", "--ink-3"],
  ["none", "--info"],
];

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#666";
}

/** A status has its own shape, so that it needs no colour to be told. */
function shape(to: CanvasRenderingContext2D, status: string, x: number, y: number, r: number) {
  to.beginPath();
  if (status === "active") to.arc(x, y, r, 0, 2 * Math.PI);
  else if (status === "suspended") {
    to.moveTo(x, y - r);
    to.lineTo(x + r, y + r);
    to.lineTo(x - r, y + r);
    to.closePath();
  } else if (status === "cancelled") {
    to.moveTo(x - r, y - r);
    to.lineTo(x + r, y + r);
    to.moveTo(x + r, y - r);
    to.lineTo(x - r, y + r);
  } else to.rect(x - r, y - r, 2 * r, 2 * r);
}

/** From here on provinces are named, and towns. */
const NAMED = { province: [4.4, 8], town: [4.8, 24] } as const;
/** From here on provinces have borders. */
const BORDERS = 3.6;
type Box = [number, number, number, number];

const apart = (a: Box, b: Box) => a[0] >= b[2] || b[0] >= a[2] || a[1] >= b[3] || b[1] >= a[3];

/** Names beside the pins; one that would lie over a pin or another name is left out until the map is nearer. */
function label(
  to: CanvasRenderingContext2D,
  places: Place[],
  zoom: number,
  marks: Mark[],
  at: (place: Place) => [number, number],
) {
  const taken = marks.map(({ x, y, radius: r }): Box => [x - r, y - r, x + r, y + r]);
  for (const place of places) {
    const province = place.kind === "province";
    const [from, until] = NAMED[province ? "province" : "town"];
    if (zoom < from || zoom > until) continue;
    const [x, y] = at(place);
    to.font = province ? "500 12px Inter, sans-serif" : "400 11px Inter, sans-serif";
    const text = province ? place.name.toUpperCase() : place.name;
    const wide = to.measureText(text).width;
    // A town's name stands to the right of what stands on the town.
    const over = marks.find((mark) => Math.hypot(mark.x - x, mark.y - y) < mark.radius + 2);
    const start = province ? x - wide / 2 : over ? over.x + over.radius + 4 : x + 5;
    const box: Box = [start - 1, y - 8, start + wide + 1, y + 8];
    if (!taken.every((other) => apart(box, other))) continue;
    taken.push(box);
    to.fillStyle = colour(province ? "--ink-3" : "--ink-2");
    if (!province && !over) {
      to.beginPath();
      to.arc(x, y, 2, 0, 2 * Math.PI);
      to.fill();
    }
    to.textAlign = "left";
    to.fillText(text, start, y);
  }
}

/** Draws everything and says what stands where. */
export function draw(
  canvas: HTMLCanvasElement,
  view: View,
  { land, borders, places, tiles }: { land: Land; borders: Land; places: Place[]; tiles: Tile[] },
  index: Index,
  chosen: Set<string>,
): Mark[] {
  const to = canvas.getContext("2d");
  if (!to) return [];
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
    canvas.width = width * ratio;
    canvas.height = height * ratio;
  }
  to.setTransform(ratio, 0, 0, ratio, 0, 0);
  to.fillStyle = colour("--sunken");
  to.fillRect(0, 0, width, height);
  const scale = scaleOf(view);
  const [left, top] = [width / 2 - view.x * scale, height / 2 - view.y * scale];
  to.fillStyle = colour("--surface");
  to.strokeStyle = colour("--hairline-strong");
  to.lineWidth = 1;
  for (const ring of land) {
    to.beginPath();
    for (const [x, y] of ring) to.lineTo(left + x * scale, top + y * scale);
    to.closePath();
    to.fill();
    to.stroke();
  }
  // Tiles have borders of their own, as they have names.
  if (view.zoom >= BORDERS && tiles.length === 0) {
    to.setLineDash([4, 3]);
    to.beginPath();
    for (const line of borders)
      line.forEach(([x, y], i) => {
        if (i === 0) to.moveTo(left + x * scale, top + y * scale);
        else to.lineTo(left + x * scale, top + y * scale);
      });
    to.stroke();
    to.setLineDash([]);
  }
  for (const { z, x, y, picture } of tiles) {
    // A hair larger than it is: no seams between two of them.
    const size = scale / 2 ** z;
    to.drawImage(picture, left + x * size, top + y * size, size + 0.5, size + 0.5);
  }
  const [west, north] = unproject(view.x - width / 2 / scale, view.y - height / 2 / scale);
  const [east, south] = unproject(view.x + width / 2 / scale, view.y + height / 2 / scale);
  const marks: Mark[] = [];
  to.textBaseline = "middle";
  to.textAlign = "center";
  to.font = "600 12px Inter, sans-serif";
  for (const found of index.getClusters([west, south, east, north], Math.floor(view.zoom))) {
    const [longitude, latitude] = found.geometry.coordinates as [number, number];
    const [wx, wy] = project(longitude, latitude);
    const [x, y] = [left + wx * scale, top + wy * scale];
    if ("cluster_id" in found.properties) {
      const { point_count: count, cluster_id: cluster } = found.properties;
      const radius = 11 + Math.min(14, 6 * Math.log10(count));
      to.beginPath();
      to.arc(x, y, radius, 0, 2 * Math.PI);
      to.fillStyle = colour("--accent");
      to.fill();
      to.fillStyle = colour("--on-accent");
      to.fillText(count >= 10_000 ? `${Math.round(count / 1000)}k` : count.toLocaleString("en"), x, y);
      marks.push({ x, y, radius, cluster, count });
    } else {
      const { pin } = found.properties;
      shape(to, pin.status, x, y, 6);
      const tone = colour(TONES.find(([status]) => status === pin.status)?.[1] ?? "--info");
      to.fillStyle = tone;
      to.strokeStyle = pin.status === "cancelled" ? tone : colour(chosen.has(pin.id) ? "--ink" : "--surface");
      to.lineWidth = chosen.has(pin.id) || pin.status === "cancelled" ? 3 : 1.5;
      if (pin.status !== "cancelled") to.fill();
      to.stroke();
      marks.push({ x, y, radius: 10, pin, count: 1 });
    }
  }
  // Tiles have names of their own.
  if (tiles.length === 0)
    label(to, places, view.zoom, marks, (place) => {
      const [wx, wy] = project(place.longitude, place.latitude);
      return [left + wx * scale, top + wy * scale];
    });
  return marks;
}
