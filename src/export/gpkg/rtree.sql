-- The spatial index of the layer {t} with the geometry {c} and the key {i} (OGC 12-128r18, annex F.3).
CREATE VIRTUAL TABLE "rtree_{t}_{c}" USING rtree(id, minx, maxx, miny, maxy);
