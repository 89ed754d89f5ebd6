import { describe, expect, it } from "vitest";
import { around, framed, inside, project, scaleOf, unbroken, unproject, zoomAt } from "./geometry";
import { borderLines, loadLand } from "./land";

describe("the map's geometry", () => {
  it("comes back from the picture to the same degrees", () => {
    for (const [longitude, latitude] of [
      [28.05, -26.2],
      [77.2, 28.6],
      [-179.5, 84],
    ] as const) {
      const [x, y] = project(longitude, latitude);
      const [lon, lat] = unproject(x, y);
      expect(lon).toBeCloseTo(longitude, 9);
      expect(lat).toBeCloseTo(latitude, 9);
    }
  });
  it("fits all points into the picture, one point and none included", () => {
    const points = [
      { longitude: 18.4, latitude: -33.9 },
      { longitude: 31, latitude: -29.8 },
    ];
    const view = framed(points, 800, 600);
    for (const point of points) {
      const [x, y] = project(point.longitude, point.latitude);
      expect(Math.abs((x - view.x) * scaleOf(view))).toBeLessThanOrEqual(400);
      expect(Math.abs((y - view.y) * scaleOf(view))).toBeLessThanOrEqual(300);
    }
    expect(framed(points.slice(0, 1), 800, 600).zoom).toBeLessThanOrEqual(13);
    expect(framed([], 800, 600).zoom).toBe(1);
  });
  it("keeps what is under the pointer when it zooms", () => {
    const view = { x: 0.5, y: 0.5, zoom: 4 };
    const next = zoomAt(view, 1.5, 120, -80);
    const under = (v: typeof view) => [v.x + 120 / scaleOf(v), v.y - 80 / scaleOf(v)];
    expect(under(next)[0]).toBeCloseTo(under(view)[0] ?? NaN, 12);
    expect(under(next)[1]).toBeCloseTo(under(view)[1] ?? NaN, 12);
  });
  it("goes on across the date line", () => {
    expect(
      unbroken([
        [179, -17],
        [-179, -17],
        [-179, -18],
        [179, -18],
      ]),
    ).toEqual([
      [179, -17],
      [181, -17],
      [181, -18],
      [179, -18],
    ]);
  });
  it("leaves most of a coast where it is, whichever part the line begins with", () => {
    const ring: [number, number][] = [
      [-179, 66],
      [179, 66],
      [100, 60],
      [25, -30],
      [100, 10],
      [179, 60],
      [-179, 65],
    ];
    expect(unbroken(ring).map(([longitude]) => longitude)).toEqual([181, 179, 100, 25, 100, 179, 181]);
    const copies = around(unbroken(ring).map(([longitude, latitude]) => project(longitude, latitude)));
    expect(copies).toHaveLength(2);
  });
  it("has land where people live", async () => {
    const rings = await loadLand();
    const dry = (longitude: number, latitude: number) => {
      const [x, y] = project(longitude, latitude);
      return rings.filter((ring) => inside(ring, x, y)).length % 2 === 1;
    };
    for (const [name, longitude, latitude] of [
      ["Johannesburg", 28.05, -26.2],
      ["Bloemfontein", 26.21, -29.12],
      ["Nagpur", 79.09, 21.15],
      ["Nairobi", 36.82, -1.29],
      ["Yakutsk", 129.73, 62.03],
      ["the end of Chukotka", -172.5, 66],
      ["Denver", -104.99, 39.74],
    ] as const)
      expect(dry(longitude, latitude), name).toBe(true);
    expect(dry(0, -30), "the Atlantic").toBe(false);
  });
  it("knows what a line goes around", () => {
    const line: [number, number][] = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ];
    expect(inside(line, 5, 5)).toBe(true);
    expect(inside(line, 15, 5)).toBe(false);
  });
  it("has a border between towns of different provinces and none between towns of one", async () => {
    const lines = await borderLines();
    const side = (a: [number, number], b: [number, number], p: [number, number]) =>
      Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
    const crossed = (from: [number, number], to: [number, number]) =>
      lines.flatMap((line) =>
        line.slice(1).filter((b, i) => {
          const a = line[i] ?? b;
          return side(from, to, a) !== side(from, to, b) && side(a, b, from) !== side(a, b, to);
        }),
      ).length;
    const johannesburg: [number, number] = [28.05, -26.2];
    expect(crossed(johannesburg, [28.19, -25.75])).toBe(0); // Pretoria
    expect(crossed(johannesburg, [31.02, -29.86])).toBeGreaterThan(0); // Durban
    expect(crossed([77.59, 12.97], [80.27, 13.08])).toBeGreaterThan(0); // Bengaluru, Chennai
    expect(crossed([72.88, 19.08], [73.86, 18.52])).toBe(0); // Mumbai, Pune
    // A country's outline is not drawn: from Johannesburg into Botswana only provinces are left.
    expect(crossed([25.6, -25.85], [25.91, -24.65])).toBe(0); // Mahikeng, Gaborone
  });
});
