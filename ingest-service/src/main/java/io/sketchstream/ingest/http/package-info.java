/// The HTTP surface of the service: images in, out and back, labels in. Requests are admitted
/// before their bodies are read; errors are problem details. `HTTP ──> admission ──> Intake ──>
/// [images]`.
package io.sketchstream.ingest.http;
