import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import Supercluster from "supercluster";
import { type Filter, useCommand } from "../../api";
import { Failure, Status } from "../../components";
import { href, to } from "../../paths";
import { words } from "../../texts/codes";
import { SERVICE_STATUS } from "../words";
import { draw, type Index, type Land, type Mark, type Pin, TONES } from "./draw";
import { framed, inside, project, scaleOf, type View, zoomAt } from "./geometry";
import { loadBorders, loadLand } from "./land";
import { useTiles } from "./tiles";

function clustered(pins: Pin[]): Index {
  const point = (pin: Pin) => ({
    type: "Feature" as const,
    properties: { pin },
    geometry: { type: "Point" as const, coordinates: [pin.longitude, pin.latitude] },
  });
  return new Supercluster<{ pin: Pin }>({ radius: 44, maxZoom: 15 }).load(pins.map(point));
}

/** All sites of a list with coordinates, clustered; a line drawn around some chooses them. */
export function SitesMap({ filters, text, onOpen }: { filters: Filter[]; text: string; onOpen: (id: string) => void }) {
  const { data, error } = useCommand("map_sites", {
    account_id: null,
    list: { text: text || null, filters, sort: null, offset: 0, limit: 1 },
  });
  const pins = useMemo<Pin[]>(
    () =>
      (data?.sites ?? []).map(([id, name, status, latitude, longitude]) => ({
        id,
        name,
        status,
        latitude: Number(latitude),
        longitude: Number(longitude),
      })),
    [data],
  );
  const index = useMemo(() => clustered(pins), [pins]);
  const named = useCommand("map_places", {});
  const places = useMemo(() => named.data ?? [], [named.data]);
  const { tiles, came, problem, attribution } = useTiles();
  const canvas = useRef<HTMLCanvasElement>(null);
  const marks = useRef<Mark[]>([]);
  const drag = useRef<{ x: number; y: number; moved: boolean }>(undefined);
  const [land, setLand] = useState<Land>([]);
  const [borders, setBorders] = useState<Land>([]);
  const [view, setView] = useState<View>();
  const [chosen, setChosen] = useState(new Set<string>());
  const [tip, setTip] = useState<{ x: number; y: number; text: string }>();
  const [line, setLine] = useState<[number, number][]>();
  const [lasso, setLasso] = useState(false);
  const [size, setSize] = useState("");
  const [missing, setMissing] = useState(false);
  useEffect(() => void loadLand().then(setLand, () => setMissing(true)), []);
  useEffect(() => void loadBorders().then(setBorders, () => setMissing(true)), []);
  useEffect(() => {
    const box = canvas.current;
    if (!box) return;
    const watch = new ResizeObserver(() => setSize(`${box.clientWidth} ${box.clientHeight}`));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  const whole = useCallback(() => {
    if (canvas.current) setView(framed(pins, canvas.current.clientWidth, canvas.current.clientHeight));
  }, [pins]);
  useEffect(whole, [whole]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas of another size is empty and is drawn anew
  useEffect(() => {
    if (!view) return;
    const frame = requestAnimationFrame(() => {
      const box = canvas.current;
      if (!box) return;
      const shown = tiles(view, box.clientWidth, box.clientHeight);
      marks.current = draw(box, view, { land, borders, places, tiles: shown }, index, chosen);
    });
    return () => cancelAnimationFrame(frame);
  }, [view, land, borders, places, index, chosen, size, tiles, came]);
  const at = (event: { clientX: number; clientY: number; currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top] as [number, number];
  };
  const under = (x: number, y: number) =>
    marks.current.findLast((mark) => Math.hypot(mark.x - x, mark.y - y) <= mark.radius);
  const zoom = (by: number, dx = 0, dy = 0) => setView((now) => now && zoomAt(now, by, dx, dy));
  const move = (dx: number, dy: number) =>
    setView((now) => now && { ...now, x: now.x + dx / scaleOf(now), y: now.y + dy / scaleOf(now) });
  function choose(around: [number, number][]) {
    const box = canvas.current;
    if (!view || !box || around.length < 3) return;
    const scale = scaleOf(view);
    const within = (pin: Pin) => {
      const [x, y] = project(pin.longitude, pin.latitude);
      return inside(around, box.clientWidth / 2 + (x - view.x) * scale, box.clientHeight / 2 + (y - view.y) * scale);
    };
    setChosen(new Set(pins.filter(within).map((pin) => pin.id)));
  }
  function click(x: number, y: number) {
    const mark = under(x, y);
    if (mark?.pin) onOpen(mark.pin.id);
    else if (mark?.cluster !== undefined && canvas.current && view)
      zoom(
        Math.max(1, index.getClusterExpansionZoom(mark.cluster) - Math.floor(view.zoom)),
        mark.x - canvas.current.clientWidth / 2,
        mark.y - canvas.current.clientHeight / 2,
      );
  }
  function onKeyDown(event: React.KeyboardEvent) {
    const step = 80;
    const keys: Record<string, () => void> = {
      "+": () => zoom(1),
      "=": () => zoom(1),
      "-": () => zoom(-1),
      ArrowLeft: () => move(-step, 0),
      ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step),
      ArrowDown: () => move(0, step),
      "0": whole,
      Escape: () => setChosen(new Set()),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
  const picked = pins.filter((pin) => chosen.has(pin.id));
  const counts = TONES.map(([status]) => ({
    status,
    count: pins.filter((pin) => pin.status === status).length,
  })).filter((entry) => entry.count > 0);
  if (error) return <Failure error={error} />;
  return (
    <div className="map-box">
      <div className="row wrap">
        {counts.map((entry) => (
          <span key={entry.status} className="row" style={{ gap: 4 }}>
            <Status words={SERVICE_STATUS} value={entry.status} /> {entry.count.toLocaleString("en")}
          </span>
        ))}
        {data && data.without_place > 0 && (
          <span className="muted">{data.without_place.toLocaleString("en")} without coordinates</span>
        )}
        <span className="grow" />
        <button className="button" type="button" aria-pressed={lasso} onClick={() => setLasso(!lasso)}>
          Draw around sites
        </button>
        <button className="button" type="button" aria-label="Zoom in" onClick={() => zoom(1)}>
          +
        </button>
        <button className="button" type="button" aria-label="Zoom out" onClick={() => zoom(-1)}>
          −
        </button>
        <button className="button" type="button" onClick={whole}>
          All
        </button>
      </div>
      <div
        className="map"
        role="application"
        aria-label={`Map of ${pins.length.toLocaleString("en")} sites. Plus and minus zoom, arrows move, 0 shows all. The list has the same sites.`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        data-testid="map"
        data-pins={pins.length}
        data-land={land.length}
        data-borders={borders.length}
      >
        <canvas
          ref={canvas}
          style={{ cursor: lasso ? "crosshair" : "grab" }}
          onWheel={(e) => {
            const [x, y] = at(e);
            zoom(e.deltaY < 0 ? 0.5 : -0.5, x - e.currentTarget.clientWidth / 2, y - e.currentTarget.clientHeight / 2);
          }}
          onPointerDown={(e) => {
            e.currentTarget.setPointerCapture(e.pointerId);
            const [x, y] = at(e);
            drag.current = { x, y, moved: false };
            if (lasso || e.shiftKey) setLine([[x, y]]);
          }}
          onPointerMove={(e) => {
            const [x, y] = at(e);
            const held = drag.current;
            if (held && line) return setLine([...line, [x, y]]);
            if (held) {
              if (held.moved || Math.hypot(x - held.x, y - held.y) > 3) {
                move(held.x - x, held.y - y);
                drag.current = { x, y, moved: true };
              }
              return;
            }
            const mark = under(x, y);
            setTip(mark ? { x, y, text: mark.pin?.name ?? `${mark.count.toLocaleString("en")} sites` } : undefined);
          }}
          onPointerUp={(e) => {
            const [x, y] = at(e);
            if (line) {
              choose(line);
              setLine(undefined);
              setLasso(false);
            } else if (drag.current && !drag.current.moved) click(x, y);
            drag.current = undefined;
          }}
          onPointerLeave={() => setTip(undefined)}
        />
        {line && (
          <svg className="lasso" aria-hidden="true">
            <polygon points={line.map((point) => point.join(",")).join(" ")} />
          </svg>
        )}
        {tip && (
          <span className="map-tip" style={{ left: tip.x + 12, top: tip.y + 12 }}>
            {tip.text}
          </span>
        )}
        {missing && (
          <p className="map-tip" role="status" style={{ left: 8, bottom: 8 }}>
            The coasts could not be loaded; the sites stand where they are.
          </p>
        )}
        {attribution && <span className="map-owner">{attribution}</span>}
        {problem && attribution && (
          <p className="map-tip" role="status" style={{ left: 8, bottom: 8 }}>
            {words({ code: problem, params: {} })}
          </p>
        )}
        {data && pins.length === 0 && <p className="empty">No site of this list has coordinates.</p>}
      </div>
      {chosen.size > 0 && (
        <div className="panel" role="status" data-testid="chosen">
          <div className="row wrap">
            <strong className="grow">{chosen.size.toLocaleString("en")} sites chosen</strong>
            <button className="button quiet" type="button" onClick={() => setChosen(new Set())}>
              Clear
            </button>
          </div>
          <ul className="list chosen">
            {picked.slice(0, 50).map((pin) => (
              <li key={pin.id}>
                <a href={href(to.site(pin.id))}>{pin.name}</a>
                <Status words={SERVICE_STATUS} value={pin.status} />
              </li>
            ))}
          </ul>
          {picked.length > 50 && <p className="meta">and {(picked.length - 50).toLocaleString("en")} more</p>}
        </div>
      )}
    </div>
  );
}
