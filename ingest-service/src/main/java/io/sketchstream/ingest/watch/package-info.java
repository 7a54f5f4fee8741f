/// Watched folders: their pictures are the gallery's. New files go in, changed ones replace what
/// they were, deleted ones leave. `folder ──> FolderWatch ──> Intake ──> [images]`.
package io.sketchstream.ingest.watch;
