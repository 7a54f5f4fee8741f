/// Labels on their way in: one JSON object a line, each checked and written to `[labels]`. `POST
/// /v1/labels ──> LabelUpload ──> [labels]`.
package io.sketchstream.ingest.labels;
