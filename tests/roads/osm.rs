//! Writes small extracts of OpenStreetMap (.osm.pbf, uncompressed blobs).

pub type Tags = &'static [(&'static str, &'static str)];

/// What an extract has.
#[derive(Default)]
pub struct Osm {
    nodes: Vec<(i64, [f64; 2], Tags)>,
    ways: Vec<(i64, Vec<i64>, Tags)>,
    turns: Vec<(&'static str, [i64; 3])>,
}

impl Osm {
    /// Longitude and latitude.
    pub fn node(mut self, id: i64, place: [f64; 2]) -> Osm {
        self.nodes.push((id, place, &[]));
        self
    }

    /// What stands at a node.
    pub fn at(mut self, id: i64, tags: Tags) -> Osm {
        let node = self.nodes.iter_mut().find(|n| n.0 == id).unwrap();
        node.2 = tags;
        self
    }

    pub fn way(mut self, id: i64, nodes: &[i64], tags: Tags) -> Osm {
        self.ways.push((id, nodes.to_vec(), tags));
        self
    }

    /// A restriction (`no_left_turn`, `only_straight_on`) from a way over a node to a way.
    pub fn turn(mut self, kind: &'static str, from: i64, via: i64, to: i64) -> Osm {
        self.turns.push((kind, [from, via, to]));
        self
    }

    /// Without a way.
    pub fn without(mut self, id: i64) -> Osm {
        self.ways.retain(|way| way.0 != id);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.bytes_for("DenseNodes")
    }

    /// For readers that know this feature.
    pub fn bytes_for(&self, feature: &str) -> Vec<u8> {
        let mut header = Vec::new();
        text(&mut header, 4, b"OsmSchema-V0.6");
        text(&mut header, 4, feature.as_bytes());
        let mut out = blob("OSMHeader", &raw(&header));
        out.extend(blob("OSMData", &raw(&self.block())));
        out
    }

    /// The block of data, as it stands in its blob.
    pub fn block(&self) -> Vec<u8> {
        let mut strings: Vec<&str> = vec![""];
        let mut group = Vec::new();
        for (id, [lon, lat], tags) in &self.nodes {
            let mut node = Vec::new();
            number(&mut node, 1, zigzag(*id));
            tagged(&mut node, tags, &mut strings);
            let units = |degrees: f64| (degrees * 1e7).round() as i64;
            number(&mut node, 8, zigzag(units(*lat)));
            number(&mut node, 9, zigzag(units(*lon)));
            text(&mut group, 1, &node);
        }
        for (id, nodes, tags) in &self.ways {
            let mut way = Vec::new();
            number(&mut way, 1, *id as u64);
            tagged(&mut way, tags, &mut strings);
            packed(&mut way, 8, deltas(nodes));
            text(&mut group, 3, &way);
        }
        for (at, (kind, members)) in self.turns.iter().enumerate() {
            let mut relation = Vec::new();
            number(&mut relation, 1, at as u64 + 1);
            let tags = [("type", "restriction"), ("restriction", *kind)];
            tagged(&mut relation, &tags, &mut strings);
            let roles = ["from", "via", "to"].map(|role| index(&mut strings, role));
            packed(&mut relation, 8, roles.into_iter());
            packed(&mut relation, 9, deltas(members));
            packed(&mut relation, 10, [1, 0, 1].into_iter());
            text(&mut group, 4, &relation);
        }
        let mut table = Vec::new();
        strings
            .iter()
            .for_each(|s| text(&mut table, 1, s.as_bytes()));
        let mut block = Vec::new();
        text(&mut block, 1, &table);
        text(&mut block, 2, &group);
        block
    }
}

/// A blob with its header.
pub fn blob(kind: &str, blob: &[u8]) -> Vec<u8> {
    let mut header = Vec::new();
    text(&mut header, 1, kind.as_bytes());
    number(&mut header, 3, blob.len() as u64);
    let mut out = (header.len() as u32).to_be_bytes().to_vec();
    out.extend(header);
    out.extend(blob);
    out
}

/// A blob's content, not compressed.
pub fn raw(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    text(&mut out, 1, content);
    out
}

/// A blob's content, compressed to these bytes, which says it has so many.
pub fn packed_blob(zlib: &[u8], says: u64) -> Vec<u8> {
    let mut out = Vec::new();
    number(&mut out, 2, says);
    text(&mut out, 3, zlib);
    out
}

fn varint(out: &mut Vec<u8>, mut x: u64) {
    while x >= 0x80 {
        out.push(x as u8 | 0x80);
        x >>= 7;
    }
    out.push(x as u8);
}

fn zigzag(x: i64) -> u64 {
    ((x << 1) ^ (x >> 63)) as u64
}

fn number(out: &mut Vec<u8>, field: u64, x: u64) {
    varint(out, field << 3);
    varint(out, x);
}

fn text(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend(bytes);
}

fn packed(out: &mut Vec<u8>, field: u64, values: impl Iterator<Item = u64>) {
    let mut bytes = Vec::new();
    values.for_each(|x| varint(&mut bytes, x));
    text(out, field, &bytes);
}

fn deltas(ids: &[i64]) -> impl Iterator<Item = u64> {
    let mut last = 0;
    ids.iter()
        .map(move |id| zigzag(id - std::mem::replace(&mut last, *id)))
}

fn index<'s>(strings: &mut Vec<&'s str>, text: &'s str) -> u64 {
    let at = strings.iter().position(|s| *s == text);
    at.unwrap_or_else(|| {
        strings.push(text);
        strings.len() - 1
    }) as u64
}

fn tagged<'s>(out: &mut Vec<u8>, tags: &[(&'s str, &'s str)], strings: &mut Vec<&'s str>) {
    let keys: Vec<u64> = tags.iter().map(|(key, _)| index(strings, key)).collect();
    let values: Vec<u64> = tags
        .iter()
        .map(|(_, value)| index(strings, value))
        .collect();
    packed(out, 2, keys.into_iter());
    packed(out, 3, values.into_iter());
}
