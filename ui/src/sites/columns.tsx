// A site as a row, wherever sites are listed.
import type { SiteRow } from "../api";
import { Status } from "../components";
import { Uptime } from "../sla/Uptime";
import { SERVICE_STATUS } from "./words";

export const SITE_NAME = {
  key: "name",
  title: "Site",
  width: "minmax(200px,2fr)",
  sort: "name",
  cell: (r: SiteRow) => (
    <span title={r.name}>
      {r.name}
      {r.waiting ? " ◌" : ""}
    </span>
  ),
};

export const SITE_COLUMNS = [
  { key: "code", title: "Code", width: "90px", sort: "code", cell: (r: SiteRow) => r.code },
  { key: "city", title: "City", width: "minmax(100px,1fr)", sort: "city", cell: (r: SiteRow) => r.city },
  { key: "province", title: "Province", width: "120px", sort: "province", cell: (r: SiteRow) => r.province },
  { key: "postal", title: "Postal", width: "70px", cell: (r: SiteRow) => r.postal_code },
  { key: "package", title: "Package", width: "130px", cell: (r: SiteRow) => r.package },
  {
    key: "status",
    title: "Service",
    width: "110px",
    cell: (r: SiteRow) => <Status words={SERVICE_STATUS} value={r.service_status} />,
  },
  {
    key: "monthly",
    title: "Monthly",
    width: "110px",
    sort: "monthly",
    num: true,
    cell: (r: SiteRow) => r.monthly_text,
  },
  {
    key: "uptime",
    title: "Uptime",
    width: "120px",
    sort: "uptime",
    num: true,
    cell: (r: SiteRow) => <Uptime text={r.uptime_text} breach={r.breach} />,
  },
];
