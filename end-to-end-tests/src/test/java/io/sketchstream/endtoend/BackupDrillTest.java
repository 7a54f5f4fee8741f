package io.sketchstream.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sketchstream.cli.backup.Manifest;
import io.sketchstream.endtoend.CliProcess.Ran;
import io.sketchstream.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The restore drill: a gallery is saved while it is filled, its machine is lost, and another one
/// gets it back.
final class BackupDrillTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BEFORE = 12;
  private static final int LABELLED = 6;

  @TempDir Path directory;

  @Test
  void restoresAGalleryOnAnotherMachine() throws Exception {
    Path saved = directory.resolve("backup");
    Map<String, byte[]> pictures;
    try (StandaloneProcess first = StandaloneProcess.start(directory.resolve("first"))) {
      pictures = fillAndSave(first, saved);
      first.kill();
    }
    Manifest manifest = Manifest.read(saved);
    assertTrue(manifest.live("images") >= BEFORE, manifest::toString);
    assertEquals(LABELLED, manifest.live("labels"));
    assertEquals(1, manifest.live("standing-queries"));
    assertEquals(1, manifest.models().size(), manifest::toString);
    assertFalse(manifest.samples().isEmpty());
    Ran checked = cli("restore", "--check", saved.toString());
    assertEquals(0, checked.exitCode(), checked::output);
    try (StandaloneProcess second = StandaloneProcess.start(directory.resolve("second"))) {
      String[] restore = {
        "restore",
        "--server",
        second.address().toString(),
        "--kafka-config",
        login("second"),
        saved.toString()
      };
      Ran restored = cli(restore);
      assertEquals(0, restored.exitCode(), restored::output);
      assertTrue(restored.output().contains("are found again"), restored::output);
      assertIsBack(second, manifest, pictures);
      Ran again = cli(restore);
      assertEquals(1, again.exitCode(), again::output);
      assertTrue(again.output().contains("the installation is not empty"), again::output);
    }
  }

  /// @return the pictures that were there when the backup began, as they are served
  private Map<String, byte[]> fillAndSave(StandaloneProcess server, Path saved) throws Exception {
    try (GalleryClient gallery = new GalleryClient(server.address())) {
      List<String> positions = new ArrayList<>();
      for (int seed = 0; seed < BEFORE; seed++) {
        positions.add(gallery.put("drawing-" + seed, Pictures.png(seed)).position());
      }
      positions.add(gallery.put("removed", Pictures.png(77)).position());
      positions.add(gallery.delete("removed").position());
      JsonNode _ = gallery.search(Pictures.png(0), 1, String.join(",", positions));
      label(server.address());
      JsonNode _ = gallery.watch("id=kept&one_in=1000", Pictures.png(3));
      Map<String, byte[]> pictures = new HashMap<>();
      for (int seed = 0; seed < BEFORE; seed++) {
        pictures.put("drawing-" + seed, gallery.image("drawing-" + seed).body());
      }
      AtomicBoolean stop = new AtomicBoolean();
      CompletableFuture<Void> filling =
          CompletableFuture.runAsync(() -> {
            for (int seed = 1000; !stop.get(); seed++) {
              gallery.put("meanwhile-" + seed, Pictures.png(seed));
            }
          });
      try {
        Ran ran =
            cli(
                "backup",
                "--server",
                server.address().toString(),
                "--kafka-config",
                login("first"),
                saved.toString());
        assertEquals(0, ran.exitCode(), ran::output);
      } finally {
        stop.set(true);
        filling.join();
      }
      return pictures;
    }
  }

  private static void label(URI address) throws IOException, InterruptedException {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < LABELLED; i++) {
      labels.append(
          JSON.writeValueAsString(
              Map.of("imageId", "drawing-" + i, "class", i % 2 == 0 ? "even" : "odd")));
      labels.append('\n');
    }
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/v1/labels"))
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofString(labels.toString()))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      assertEquals(202, answer.statusCode(), answer::body);
      assertEquals(LABELLED, JSON.readTree(answer.body()).path("accepted").asInt(), answer::body);
    }
  }

  private static void assertIsBack(
      StandaloneProcess server, Manifest manifest, Map<String, byte[]> pictures)
      throws IOException {
    try (GalleryClient gallery = new GalleryClient(server.address())) {
      Await.until(
          "the gallery knows every image",
          Duration.ofMinutes(2),
          () -> gallery.count() == manifest.live("images"),
          () -> gallery.count() + " of " + manifest.live("images"));
      pictures.forEach((id, picture) -> assertArrayEquals(picture, gallery.image(id).body(), id));
      assertEquals(404, gallery.image("removed").statusCode());
      for (int seed = 0; seed < BEFORE; seed++) {
        JsonNode answer = gallery.searchByPhoto(Pictures.png(seed), 3);
        assertEquals("drawing-" + seed, GalleryClient.ids(answer).getFirst(), answer::toString);
      }
      JsonNode labels = JSON.readTree(gallery.get("/v1/training/labels").body());
      assertEquals(LABELLED, labels.path("labels").asInt(), labels::toString);
      JsonNode watched = JSON.readTree(gallery.get("/v1/standing-queries/kept").body());
      assertEquals(1000, watched.path("oneIn").asInt(), watched::toString);
      JsonNode models = JSON.readTree(gallery.get("/v1/models").body());
      assertEquals(
          manifest.models().getFirst().generation(),
          models.path("active").asText(),
          models::toString);
      URI kept = URI.create(models.at("/models/0/artifactUri").asText());
      assertTrue(Files.isDirectory(Path.of(kept)), kept::toString);
    }
  }

  private String login(String home) {
    return directory.resolve(home).resolve("kafka.properties").toString();
  }

  private Ran cli(String... arguments) throws IOException, InterruptedException {
    return CliProcess.run(directory.resolve("cli"), arguments);
  }
}
