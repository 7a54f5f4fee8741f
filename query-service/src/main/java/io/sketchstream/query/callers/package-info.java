/// The HTTP callers of this process. A search by sketch goes through `sketches` like that of any
/// client, and its answer arrives on `search-results`. A search by image queries the shards
/// directly. A search that another process is too slow to answer is answered here.
package io.sketchstream.query.callers;
