/// Supervised loops. Every thread that polls Kafka or works periodically is a
/// [io.sketchstream.shell.worker.Worker]: a failure restarts it after a wait, and repeated failure
/// shows in liveness and in a metric.
package io.sketchstream.shell.worker;
