-- The values one can filter sites by, with their counts, without reading the sites.
CREATE INDEX sites_by_facets ON sites (account_id, province, package, service_status, installation_status);
