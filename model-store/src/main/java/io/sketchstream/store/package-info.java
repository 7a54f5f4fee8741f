/// Stores trained models in a directory or S3, behind [io.sketchstream.store.ArtifactStore]. The
/// training service writes, the embed service reads; a stored model never changes.
package io.sketchstream.store;
