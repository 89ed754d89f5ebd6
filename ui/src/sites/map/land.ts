// The bundled world: coasts as rings, borders of provinces as lines, in the map's own units.
import type { Land } from "./draw";
import { around, project, unbroken } from "./geometry";

/** Land without borders: which of them are shown is not ours to decide, and a site needs none. Loaded when a map is opened. */
export async function loadLand(): Promise<Land> {
  const [{ feature }, file] = await Promise.all([import("topojson-client"), import("world-atlas/land-50m.json")]);
  const world = file.default as unknown as Parameters<typeof feature>[0];
  const outline = world.objects.land;
  if (!outline) return [];
  const land = feature(world, outline) as GeoJSON.FeatureCollection | GeoJSON.Feature;
  const rings: Land = [];
  for (const { geometry } of land.type === "FeatureCollection" ? land.features : [land]) {
    const polygons =
      geometry.type === "Polygon"
        ? [geometry.coordinates]
        : geometry.type === "MultiPolygon"
          ? geometry.coordinates
          : [];
    for (const polygon of polygons)
      for (const ring of polygon)
        rings.push(...around(unbroken(ring as [number, number][]).map(([lon, lat]) => project(lon, lat))));
  }
  return rings;
}

/** Degrees, a line each, of borders between the provinces and states of one country; its own outline is none of them. */
export async function borderLines(): Promise<[number, number][][]> {
  const file = (await import("./borders.json")).default;
  const lines: number[][] = Object.values(file.borders).flat();
  return lines.map((packed) => {
    let [lon, lat] = [0, 0];
    const line: [number, number][] = [];
    for (let i = 0; i + 1 < packed.length; i += 2) {
      // The first point, and then the steps from one to the next.
      lon += packed[i] ?? 0;
      lat += packed[i + 1] ?? 0;
      line.push([lon / file.scale, lat / file.scale]);
    }
    return line;
  });
}

/** Borders of provinces for the map. */
export async function loadBorders(): Promise<Land> {
  return (await borderLines()).map((line) => line.map(([lon, lat]) => project(lon, lat)));
}
