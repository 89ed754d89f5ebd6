import { describe, expect, it } from "vitest";
import { tilesOf } from "./tiles";

describe("tiles of a view", () => {
  it("are those the picture shows, and no more", () => {
    const view = { x: 0.5, y: 0.5, zoom: 3 };
    const found = tilesOf(view, 512, 256, 18);
    expect(found.every((tile) => tile.z === 3)).toBe(true);
    expect(new Set(found.map((tile) => tile.x))).toEqual(new Set([3, 4, 5]));
    expect(new Set(found.map((tile) => tile.y))).toEqual(new Set([3, 4]));
  });
  it("are no deeper than the map has, and stay in the world", () => {
    const found = tilesOf({ x: 0, y: 0, zoom: 9 }, 800, 600, 6);
    expect(found.every((tile) => tile.z === 6 && tile.x >= 0 && tile.y >= 0)).toBe(true);
    expect(tilesOf({ x: 0.5, y: 0.5, zoom: 1 }, 3000, 3000, 18)).toHaveLength(4);
  });
});
