package io.sketchstream.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.EmbeddedBroker;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.ingest.TestImages;
import io.sketchstream.ingest.gallery.TestGallery;
import io.sketchstream.ingest.http.BatchUpload.Part;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.tracing.TraceContext;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is wrong with one file of an upload is that file's result.
final class BatchUploadTest {
  @TempDir static Path home;
  static EmbeddedBroker broker;
  static TestGallery gallery;

  @BeforeAll
  static void open() throws Exception {
    broker = EmbeddedBroker.start(home.resolve("kafka"));
    gallery = TestGallery.open(broker, home.resolve("state"));
  }

  @AfterAll
  static void close() {
    gallery.close();
    broker.close();
  }

  @Test
  void aBadDescriptionIsTheResultOfItsFile() throws Exception {
    String json =
        """
        {"null.png": null, "tags.png": {"tags": ["a", null]}, "extra.png": {"extra": {"x": null}},
         "id.png": {"id": ""}, "good.png": {"title": "A cat"}}
        """;

    List<FileResult> results =
        upload(json, List.of("null.png", "tags.png", "extra.png", "id.png", "good.png"));

    for (FileResult bad : results.subList(0, 4)) {
      assertEquals("rejected", bad.status(), bad.toString());
      assertEquals(400, bad.problem().status(), bad.toString());
      assertTrue(bad.problem().detail().startsWith(bad.file()), bad.toString());
    }
    assertTrue(results.get(1).problem().detail().contains("tags"), results.toString());
    assertTrue(results.get(2).problem().detail().contains("extra.x"), results.toString());
    assertEquals("accepted", results.get(4).status(), results.toString());
  }

  /// Such as a file system that answers with an exception that no one expects.
  @Test
  void aFailureNobodyExpectedIsTheResultOfItsFile() throws Exception {
    Path archive = home.resolve("closed.zip");
    Path gone;
    try (FileSystem zip =
        FileSystems.newFileSystem(URI.create("jar:" + archive.toUri()), Map.of("create", "true"))) {
      gone = Files.write(zip.getPath("cat.png"), TestImages.png(41));
    }
    Path there = Files.write(home.resolve("there.png"), TestImages.png(42));
    List<Part> parts = List.of(new Part("a", "gone.png", gone), new Part("a", "there.png", there));

    List<FileResult> results = batch("{}").run(parts, 1);

    assertEquals("failed", results.get(0).status(), results.toString());
    assertEquals(500, results.get(0).problem().status(), results.toString());
    assertEquals("accepted", results.get(1).status(), results.toString());
  }

  private static List<FileResult> upload(String json, List<String> names) throws Exception {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Path file = Files.write(home.resolve(names.get(i)), TestImages.png(50 + i));
      parts.add(new Part("image", names.get(i), file));
    }
    return batch(json).run(parts, 2);
  }

  private static BatchUpload batch(String json) throws Exception {
    FileDescriptions descriptions = new FileDescriptions();
    descriptions.add(json);
    return new BatchUpload(
        gallery.intake(),
        ImageAttributes.getDefaultInstance(),
        descriptions,
        GalleryLimit.NONE,
        TraceContext.started());
  }
}
