/// [images] to [image-embeddings-g], one loop for each generation:
///
/// ```
/// images ──> poll ──> decoders ──> device ──> writer ──> image-embeddings-g
///             ^                                  │
///             └──── commit <── acknowledged ─────┘
/// ```
package io.sketchstream.embed.images;
