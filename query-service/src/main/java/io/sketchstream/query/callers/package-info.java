/// The HTTP callers of this process. A search by sketch goes the way that every client's goes,
/// through `sketches`, and its answer is awaited on `search-results`; a search by image asks the
/// shards directly; what another process is too slow to answer is answered here.
package io.sketchstream.query.callers;
