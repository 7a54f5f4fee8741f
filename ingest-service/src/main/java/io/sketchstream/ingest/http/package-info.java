/// The HTTP API of the service: adds, removes and reads images, and accepts labels. Requests are
/// admitted before their bodies are read; errors are problem details. `HTTP ──> admission ──>
/// Intake ──> [images]`.
package io.sketchstream.ingest.http;
