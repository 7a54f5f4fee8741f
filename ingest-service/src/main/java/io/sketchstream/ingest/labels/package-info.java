/// Intake of labels: one JSON object per line, each checked and written to `[labels]`. `POST
/// /v1/labels ──> LabelUpload ──> [labels]`.
package io.sketchstream.ingest.labels;
