/// Where trained models are kept: a directory or S3, behind [io.sketchstream.store.ArtifactStore].
/// Training writes, embedding reads; nothing that was stored is changed.
package io.sketchstream.store;
