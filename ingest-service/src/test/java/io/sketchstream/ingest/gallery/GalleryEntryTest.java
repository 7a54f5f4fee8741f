package io.sketchstream.ingest.gallery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.protobuf.ByteString;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Sha256;
import org.junit.jupiter.api.Test;

final class GalleryEntryTest {
  private static final ImageIngested CAT =
      ImageIngested.newBuilder()
          .setImageId("cat")
          .setJpeg(ByteString.copyFromUtf8("jpeg"))
          .setContentSha256(ByteString.copyFrom(Sha256.of(new byte[] {1})))
          .setAttributes(
              ImageAttributes.newBuilder()
                  .setUri("file:///katze/ä.png")
                  .putExtra("a", "1")
                  .putExtra("b", "2"))
          .build();

  @Test
  void readsWhatItWrote() {
    GalleryEntry entry = GalleryEntry.of(CAT, 3, 1L << 40);
    assertEquals(entry, GalleryEntry.fromBytes(entry.toBytes()));
    assertEquals("3:1099511627776", entry.position());
    assertEquals("file:///katze/ä.png", entry.uri());
  }

  @Test
  void ignoresTheOrderOfAttributes() {
    ImageAttributes reordered =
        ImageAttributes.newBuilder()
            .setUri("file:///katze/ä.png")
            .putExtra("b", "2")
            .putExtra("a", "1")
            .build();
    assertEquals(
        GalleryEntry.of(CAT, 0, 0).fingerprint(),
        GalleryEntry.of(CAT.toBuilder().setAttributes(reordered).build(), 0, 0).fingerprint());
  }

  @Test
  void derivesTheEntityTagFromPixelsAndAttributes() {
    String etag = GalleryEntry.of(CAT, 0, 0).etag();
    assertEquals(etag, GalleryEntry.of(CAT.toBuilder().clearIngestedAt().build(), 1, 7).etag());
    assertNotEquals(etag, GalleryEntry.of(CAT.toBuilder().clearAttributes().build(), 0, 0).etag());
    assertNotEquals(
        etag,
        GalleryEntry.of(CAT.toBuilder().setJpeg(ByteString.copyFromUtf8("x")).build(), 0, 0)
            .etag());
  }
}
