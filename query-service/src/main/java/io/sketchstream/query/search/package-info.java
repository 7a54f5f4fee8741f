/// `sketch-embeddings` becomes `search-results`: each search is scattered over the shards of the
/// one generation it was embedded in, and the answers are merged. HTTP callers go the same way:
/// their sketch is produced to `sketches` and their answer awaited on `search-results`.
package io.sketchstream.query.search;
