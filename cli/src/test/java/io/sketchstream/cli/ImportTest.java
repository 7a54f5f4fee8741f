package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `import`, and `demo`, which imports.
@Timeout(180)
final class ImportTest {
  @TempDir private Path folder;
  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void importsFoldersAndNamesRejectedFiles() throws IOException {
    Photos.write(folder, "a.png", 1);
    Photos.write(folder, "sub/b_cat.jpg", 2);
    Photos.write(folder, "sub/.hidden/c.png", 3);
    Files.writeString(folder.resolve("broken.jpg"), "not an image");
    Files.writeString(folder.resolve("notes.txt"), "to be left out");
    Files.writeString(folder.resolve("b_cat.xmp"), "a sidecar");
    Files.writeString(folder.resolve("IMG_1.CR2"), "a raw photo");
    Files.createFile(folder.resolve("empty.png"));

    Ran ran = run("import", folder.toString(), "--tags", "x,y");

    assertEquals(Main.INCOMPLETE, ran.exitCode(), ran.err());
    assertEquals(2, server.images.size());
    assertTrue(
        ran.out().contains("rejected  " + folder.resolve("broken.jpg") + ": this is not an image"));
    assertTrue(ran.out().contains("empty.png: the file is empty (0 bytes)"), ran.out());
    assertTrue(
        ran.out().contains("4 files")
            && ran.out()
                .contains(
                    "2 accepted, 0 unchanged, 2 rejected; 1 PHOTOS LEFT OUT (1 cr2); 2 other files"
                        + " left out"),
        ran.out());
    Map<String, String> query =
        server.images.values().stream()
            .map(FakeServer.Stored::query)
            .filter(q -> q.get("title").equals("b cat"))
            .findFirst()
            .orElseThrow();
    assertEquals("x,y", query.get("tags"));
    assertTrue(query.get("uri").startsWith("file:///") && query.get("uri").endsWith("/b_cat.jpg"));
    assertTrue(server.images.keySet().stream().allMatch(id -> id.matches("[0-9a-f]{64}")));
  }

  @Test
  void changesNothingWhenImportingAgain() throws IOException {
    Photos.write(folder, "a.png", 1);
    Photos.write(folder, "b.png", 2);
    run("import", folder.toString());

    Ran again = run("import", folder.toString());

    assertEquals(0, again.exitCode());
    assertTrue(again.out().contains("0 accepted, 2 unchanged, 0 rejected"), again.out());
  }

  @Test
  void countsSkippedPhotosButNoSidecarsInTheExitCode() throws IOException {
    Photos.write(folder, "a.png", 1);
    Files.writeString(folder.resolve("a.xmp"), "a sidecar");
    assertEquals(0, run("import", folder.toString()).exitCode());

    Files.writeString(folder.resolve("a.dng"), "a raw photo");
    assertEquals(Main.INCOMPLETE, run("import", folder.toString()).exitCode());
  }

  @Test
  void importsAFolderThatIsALinkAndFollowsNoOther() throws IOException {
    Photos.write(folder, "photos/a.png", 1);
    Photos.write(folder, "photos/sub/b.png", 2);
    Photos.write(folder, "elsewhere/c.png", 3);
    Files.createSymbolicLink(folder.resolve("photos/link"), folder.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(folder.resolve("named"), folder.resolve("photos"));

    Ran ran = run("import", link.toString());

    assertEquals(0, ran.exitCode(), ran.out() + ran.err());
    assertEquals(2, server.images.size());
    assertTrue(
        server.images.values().stream()
            .anyMatch(stored -> stored.query().get("uri").endsWith("/named/sub/b.png")));
  }

  @Test
  void tellsPhotosOfRareNamesFromSidecars() throws IOException {
    int number = 0;
    for (String extension : List.of("heics", "avifs", "pjpeg", "apng", "dib", "HIF")) {
      Photos.write(folder, "taken." + extension, number++);
    }
    for (String extension : List.of("rwl", "iiq", "gpr", "j2k", "jpf")) {
      Files.writeString(folder.resolve("left." + extension), "a raw photo");
    }

    Ran ran = run("import", folder.toString());

    assertEquals(Main.INCOMPLETE, ran.exitCode());
    assertEquals(6, server.images.size());
    assertTrue(ran.out().contains("5 PHOTOS LEFT OUT"), ran.out());
  }

  @Test
  void importsFilesWhateverTheLengthOfTheirPath() throws IOException {
    Path deep = folder;
    for (int i = 0; i < 12; i++) {
      deep = deep.resolve("家族旅行の思い出の写真を集めたとても長い名前のアルバム" + i);
    }
    Photos.write(folder, folder.relativize(deep).resolve("札幌雪まつり.png").toString(), 1);

    assertEquals(0, run("import", folder.toString()).exitCode());

    Map<String, String> query = server.images.values().iterator().next().query();
    assertEquals("札幌雪まつり", query.get("title"));
    assertFalse(query.containsKey("uri"));
  }

  @Test
  void boundsTheRequestsInFlightAndWaitsForABusyServer() throws IOException {
    for (int i = 0; i < 40; i++) {
      Photos.write(folder, "i" + i + ".png", i);
    }
    server.busy.set(15);

    Ran ran = run("import", folder.toString(), "--concurrency", "3");

    assertEquals(0, ran.exitCode(), ran.out() + ran.err());
    assertEquals(40, server.images.size());
    assertTrue(server.inFlightMax.get() <= 3, server.inFlightMax + " at once");
  }

  @Test
  void waitsUntilTheImagesAreSearchable() throws IOException {
    Photos.write(folder, "a.png", 1);
    Photos.write(folder, "b.png", 2);
    server.notYetVisible.set(2);

    assertEquals(0, run("import", folder.toString()).exitCode());

    assertEquals(3, server.searches.size());
    assertEquals("0:1", server.searches.getLast().get("after"));

    server.searches.clear();
    assertEquals(0, run("import", "--no-wait", folder.toString()).exitCode());
    assertTrue(server.searches.isEmpty());
  }

  @Test
  void importsIntoAGallery() throws IOException {
    Photos.write(folder, "a.png", 1);
    Ran ran = run("import", folder.toString(), "--gallery", "museum", "--no-wait");
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(
        server.images.values().stream()
            .allMatch(image -> image.query().get("gallery").equals("museum")),
        server.images::toString);
  }

  @Test
  void removesTheDemonstration() throws IOException {
    Photos.write(folder, "a.png", 1);
    Photos.write(folder, "b.png", 2);
    assertEquals(0, run("import", folder.toString(), "--gallery", "demo").exitCode());
    Ran ran = run("demo", "--remove");
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().contains("gallery:demo: 2 images removed"), ran.out());
    assertEquals(0, server.images.size());
    assertTrue(
        server.searches.stream().anyMatch(search -> "gallery:demo".equals(search.get("filter"))),
        server.searches::toString);
    assertEquals(2, run("demo", folder.toString(), "--remove").exitCode());
  }

  @Test
  void demonstratesWithAFolder() throws IOException {
    Photos.write(folder, "a.png", 1);
    Path sheet = folder.resolve("demo.png");

    Ran ran = run("demo", folder.toString(), "--sheet", sheet.toString());

    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().contains("umbrella"), ran.out());
    assertTrue(Files.size(sheet) > 1000);
  }

  private Ran run(String... arguments) {
    return Ran.execute(Ran.with(arguments, "--server", server.address()));
  }
}
