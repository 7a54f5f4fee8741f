/// The intake of the platform: images and labels arrive by HTTP or from watched folders, are
/// checked and made canonical, and leave as events. `photo ──> ingest ──> [images]`, `label ──>
/// [labels]`. This package wires the service.
package io.sketchstream.ingest;
