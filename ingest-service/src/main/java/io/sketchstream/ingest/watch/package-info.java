/// Watched folders: the gallery holds their images. New files are added, changed ones replaced,
/// deleted ones removed. `folder ──> FolderWatch ──> Intake ──> [images]`.
package io.sketchstream.ingest.watch;
