// Incidents that are not over, on Today.
import type { Today } from "../api";
import { Card, Status } from "../components";
import { SEVERITY } from "./words";

export function OpenIncidents({ today }: { today: Today | undefined }) {
  return (
    <Card title="Open incidents" empty="No open incidents on your accounts' sites.">
      {today?.open_incidents.map((incident) => (
        <li key={incident.id}>
          <span className="grow">
            {incident.account}: {incident.summary}
            <br />
            <span className="meta">
              {incident.number}, {incident.sites} sites, since {incident.started_text} ({incident.duration_text})
            </span>
          </span>
          <Status words={SEVERITY} value={incident.severity} />
        </li>
      ))}
    </Card>
  );
}
