/// Benchmarks of a whole installation over HTTP, started as `./sketchstream up` starts it:
/// freshness, throughput, search latency, orderly stops.
package io.sketchstream.benchmarks.pipeline;
