// The bundled world: coasts as rings in the map's own units.
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
