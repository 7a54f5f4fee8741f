/// Benchmarks of the network in this process: speed of encoding, training and evaluation, and
/// memory over time.
package io.sketchstream.benchmarks.model;
