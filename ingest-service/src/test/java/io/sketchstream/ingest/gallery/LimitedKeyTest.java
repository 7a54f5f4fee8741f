package io.sketchstream.ingest.gallery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.ingest.gallery.Gallery.Acknowledged;
import io.sketchstream.ingest.gallery.Intake.Description;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.ingest.labels.GalleryLabels;
import io.sketchstream.ingest.labels.LabelLine;
import io.sketchstream.ingest.labels.LabelUpload;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.tracing.TraceContext;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a caller whose key is limited to galleries can do with the images of these and of others.
final class LimitedKeyTest {
  private static final GalleryLimit YARD = GalleryLimit.to(List.of("yard"));
  private static final GalleryLimit MUSEUM = GalleryLimit.to(List.of("paintings", "old maps"));

  @TempDir Path directory;

  @Test
  void reachesTheImagesOfItsGalleriesAlone() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        TestGallery opened = TestGallery.open(broker, directory.resolve("state"))) {
      Gallery gallery = opened.gallery();
      Intake intake = opened.intake();
      assertEquals("yard", put(opened, "y1", 1, "", YARD));
      assertRefused(() -> put(opened, "y2", 2, "paintings", YARD));
      assertRefused(() -> put(opened, "m1", 3, "", MUSEUM));
      assertEquals("Paintings", put(opened, "m1", 3, "Paintings", MUSEUM));
      assertEquals("", put(opened, "none", 4, "", GalleryLimit.NONE));
      assertRefused(() -> put(opened, "m1", 5, "", YARD));
      assertRefused(() -> put(opened, "none", 5, "", YARD));

      assertTrue(gallery.has("y1", YARD) && gallery.has("m1", MUSEUM));
      assertFalse(gallery.has("m1", YARD) || gallery.has("none", YARD) || gallery.has("no", YARD));

      TraceContext trace = TraceContext.started();
      assertTrue(
          intake
              .change("y1", before -> titled(before, "", "new"), YARD, Precondition.NONE, trace)
              .isPresent());
      assertTrue(
          intake
              .change("m1", before -> titled(before, "", "new"), YARD, Precondition.NONE, trace)
              .isEmpty());
      assertRefused(() ->
          intake.change(
              "y1",
              before -> titled(before, "paintings", "moved"),
              YARD,
              Precondition.NONE,
              trace));
      assertEquals(Optional.empty(), intake.remove("m1", YARD, Precondition.NONE, trace));
      assertEquals(Optional.empty(), intake.remove("none", YARD, Precondition.NONE, trace));
      assertLabelsOfItsGalleries(opened);
      assertTrue(intake.remove("y1", YARD, Precondition.NONE, trace).isPresent());
      assertTrue(gallery.find("m1").isPresent());
      assertTrue(intake.remove("m1", GalleryLimit.NONE, Precondition.NONE, trace).isPresent());
    }
  }

  private static void assertLabelsOfItsGalleries(TestGallery opened) throws Exception {
    String lines =
        """
        {"imageId": "y1", "class": "cat"}
        {"imageId": "m1", "class": "cat"}
        {"imageId": "y1", "class": "cat", "labelId": "own"}
        {"labelId": "own", "withdrawn": true}
        {"strokes": [[[0, 90], [0, 90]]], "class": "cat"}
        """;
    LabelUpload.Result result = labels(opened, lines, YARD);
    assertEquals(1, result.accepted());
    assertEquals(
        List.of(2L, 3L, 4L, 5L),
        result.errors().stream().map(LabelUpload.LineError::line).toList());
    assertEquals(0, labels(opened, lines, GalleryLimit.NONE).rejected());
  }

  private static LabelUpload.Result labels(TestGallery opened, String lines, GalleryLimit limit)
      throws Exception {
    return new LabelUpload(
            opened.log(),
            new LabelLine(new SketchRenderer()),
            InstantSource.system(),
            TraceContext.started(),
            new GalleryLabels(opened.gallery(), limit))
        .run(new ByteArrayInputStream(lines.getBytes(UTF_8)), new SizeLimit("labels", 1 << 20));
  }

  /// @return the gallery that the image is in
  private static String put(
      TestGallery opened, String id, int seed, String gallery, GalleryLimit limit)
      throws Exception {
    byte[] original = TestImages.png(seed);
    ImageAttributes attributes = titled(ImageAttributes.getDefaultInstance(), gallery, "a title");
    Acknowledged put =
        opened
            .intake()
            .put(
                _ -> original,
                new Description(Optional.of(id), attributes, limit, TraceContext.started()));
    return opened
        .gallery()
        .read(put.imageId())
        .orElseThrow()
        .image()
        .getAttributes()
        .getExtraOrDefault("gallery", "");
  }

  private static ImageAttributes titled(ImageAttributes before, String gallery, String title) {
    ImageAttributes.Builder attributes = before.toBuilder().setTitle(title);
    if (!gallery.isEmpty()) {
      attributes.putExtra("gallery", gallery);
    }
    return attributes.build();
  }

  private interface Call {
    Object run() throws Exception;
  }

  private static void assertRefused(Call call) {
    RefusedException refused = assertThrows(RefusedException.class, call::run);
    assertEquals(Reason.OTHER_GALLERY, refused.reason(), refused::getMessage);
  }
}
