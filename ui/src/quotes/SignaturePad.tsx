// A field to sign in, by pen, finger or mouse. What is drawn stays lines, in a field of 1000 by 300.
import { useRef, useState } from "react";

const [WIDTH, HEIGHT] = [1000, 300];
const MAX_POINTS = 5000;
export type Strokes = [number, number][][];

export function SignaturePad({ strokes, onChange }: { strokes: Strokes; onChange: (strokes: Strokes) => void }) {
  const field = useRef<SVGSVGElement>(null);
  const [drawing, setDrawing] = useState<[number, number][]>();
  function point(event: React.PointerEvent): [number, number] {
    const box = (field.current as SVGSVGElement).getBoundingClientRect();
    const within = (value: number, most: number) => Math.max(0, Math.min(most, Math.round(value)));
    return [
      within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH),
      within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT),
    ];
  }
  const count = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  const path = (stroke: [number, number][]) => stroke.map(([x, y], n) => `${n ? "L" : "M"}${x} ${y}`).join("");
  function end() {
    if (drawing && drawing.length > 1) onChange([...strokes, drawing]);
    setDrawing(undefined);
  }
  return (
    <div className="field">
      <span>Signature of the customer (optional)</span>
      <svg
        ref={field}
        className="signature"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={strokes.length ? "Signed" : "Sign here"}
        data-testid="signature"
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId);
          setDrawing([point(e)]);
        }}
        onPointerMove={(e) => {
          if (drawing && count + drawing.length < MAX_POINTS) setDrawing([...drawing, point(e)]);
        }}
        onPointerUp={end}
        onPointerCancel={end}
      >
        <line
          x1={40}
          x2={WIDTH - 40}
          y1={HEIGHT - 50}
          y2={HEIGHT - 50}
          stroke="var(--hairline-strong)"
          strokeWidth={2}
        />
        {[...strokes, ...(drawing ? [drawing] : [])].map((stroke, n) => (
          <path
            key={n}
            d={path(stroke)}
            fill="none"
            stroke="var(--ink)"
            strokeWidth={5}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        ))}
      </svg>
      <span className="row">
        <span className="meta grow">
          The printed quote is kept with its digest, the signature and the time; a signed copy hangs on the quote.
        </span>
        {strokes.length > 0 && (
          <button type="button" className="button quiet" onClick={() => onChange([])}>
            Clear
          </button>
        )}
      </span>
    </div>
  );
}
