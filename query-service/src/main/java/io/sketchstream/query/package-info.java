/// The query service: embeddings to searchable shards, sketches to hits. This package wires the
/// parts and holds what an operator can set; the work is done in `index`, `generations` and
/// `search`, and reached through `http`.
package io.sketchstream.query;
