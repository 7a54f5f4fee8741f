package io.sketchstream.ingest.gallery;

import com.google.protobuf.UnsafeByteOperations;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Instants;
import io.sketchstream.images.decode.CanonicalImage;
import io.sketchstream.ingest.gallery.GalleryEntry.Fingerprint;
import java.time.Instant;

/// An image that is ready to be written.
///
/// @param fingerprint of the original and the attributes
record GalleryImage(
    String id, CanonicalImage canonical, ImageAttributes attributes, Fingerprint fingerprint) {
  ImageIngested event(Instant now) {
    return ImageIngested.newBuilder()
        .setImageId(id)
        .setJpeg(UnsafeByteOperations.unsafeWrap(canonical.jpeg()))
        .setAttributes(attributes)
        .setContentSha256(fingerprint.content())
        .setIngestedAt(Instants.timestamp(now))
        .setWidth(canonical.width())
        .setHeight(canonical.height())
        .build();
  }
}
