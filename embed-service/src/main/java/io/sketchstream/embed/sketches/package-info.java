/// [sketches] to [sketch-embeddings]: every sketch gets exactly one answer, an embedding or an
/// error.
///
/// ```
/// sketches ──> poll ──> render ──> device ──> answer ──> sketch-embeddings
///               ^                                │
///               └──── commit <── acknowledged ───┘
/// ```
package io.sketchstream.embed.sketches;
