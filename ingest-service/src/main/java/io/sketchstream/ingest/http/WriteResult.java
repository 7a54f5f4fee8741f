package io.sketchstream.ingest.http;

import io.sketchstream.ingest.gallery.Gallery.Acknowledged;

/// The answer to a write.
///
/// @param position position token: a search that carries it has seen this write
/// @param status `accepted`, `unchanged` or `removed`
record WriteResult(String imageId, String position, String status) {
  static WriteResult of(Acknowledged acknowledged) {
    return new WriteResult(acknowledged.imageId(), acknowledged.position(), acknowledged.status());
  }
}
