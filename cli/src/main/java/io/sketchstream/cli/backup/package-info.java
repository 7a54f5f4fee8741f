/// Backups: the topics that can't be rebuilt, written to files of a directory and back, with the
/// models beside them. Talks to Kafka alone; models and answers come through the commands.
///
/// ```
/// images, labels, models, training-runs ──> DIR/*.records, manifest.json ──> the same topics
/// ```
package io.sketchstream.cli.backup;
