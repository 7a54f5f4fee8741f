/// A rollout under load: writes, searches and the checks of both, against real services. The
/// benchmark runs it long and measures, the end-to-end tests run it short and kill services.
package io.sketchstream.benchmarks.rollout;
