/// Standing queries: `[standing-queries] ──> render ──> device ──> [standing-query-embeddings-g]`,
/// one loop for each live generation, in the order of the log.
package io.sketchstream.embed.standing;
