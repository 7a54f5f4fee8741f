/// Benchmarks of the vector index on a real broker, without encoder and HTTP, against bare Lucene,
/// JVector and hnswlib.
package io.sketchstream.benchmarks.index;
