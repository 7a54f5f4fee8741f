/// Traces: one for each query and each image, from the HTTP request through every topic to the
/// shards and back. The sender puts the context of its span into the record's `traceparent`; the
/// reader continues from there. Off unless `tracing.endpoint` is set.
package io.sketchstream.shell.tracing;
