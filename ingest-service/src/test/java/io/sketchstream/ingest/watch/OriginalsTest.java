package io.sketchstream.ingest.watch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.ingest.TestImages;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.watch.Originals.Original;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OriginalsTest {
  @TempDir Path home;
  private Path root;
  private Originals originals;

  @BeforeEach
  void watch() throws Exception {
    root = Files.createDirectories(home.resolve("watched"));
    originals = new Originals(List.of(root));
  }

  @Test
  void findsTheFileOfAnImage() throws Exception {
    Path cat = write(root.resolve("a/b ä.jpg"), TestImages.jpeg(1));
    Path png = write(root.resolve("wrong-name.jpg"), TestImages.png(2));
    assertEquals(Optional.of("image/jpeg"), find(cat));
    assertEquals(Optional.of("image/png"), find(png));
    Files.delete(cat);
    assertTrue(find(cat).isEmpty());
  }

  @Test
  void anImageWithAnotherUriHasNone() throws Exception {
    Path cat = write(root.resolve("cat.jpg"), TestImages.jpeg(1));
    String uri = ImageIds.uriOf(cat);
    assertTrue(originals.open("cat-1", uri).isEmpty());
    assertTrue(originals.open(ImageIds.ofFile(uri), "https://example.org/cat.jpg").isEmpty());
    assertTrue(new Originals(List.of()).open(ImageIds.ofFile(uri), uri).isEmpty());
  }

  /// Whoever may add images chooses ids and URIs.
  @Test
  void nothingElseIsReached() throws Exception {
    Path outside = write(home.resolve("secret.jpg"), TestImages.jpeg(1));
    assertTrue(find(outside).isEmpty());
    String around = "file://" + root + "/../secret.jpg";
    assertTrue(originals.open(ImageIds.ofFile(around), around).isEmpty());
    String escaped = "file://" + root + "/%2e%2e/secret.jpg";
    assertTrue(originals.open(ImageIds.ofFile(escaped), escaped).isEmpty());
    Path link = Files.createSymbolicLink(root.resolve("link.jpg"), outside);
    assertTrue(find(link).isEmpty());
    Path directory = Files.createSymbolicLink(root.resolve("linked"), home);
    assertTrue(find(directory.resolve("secret.jpg")).isEmpty());
    assertTrue(find(write(root.resolve(".hidden.jpg"), TestImages.jpeg(1))).isEmpty());
    assertTrue(find(write(root.resolve(".git/cat.jpg"), TestImages.jpeg(1))).isEmpty());
    assertTrue(find(write(root.resolve("passwords.jpg"), "user:secret".getBytes())).isEmpty());
    assertTrue(find(write(root.resolve("drawing.svg"), "<svg></svg>".getBytes())).isEmpty());
    assertTrue(find(root).isEmpty());
  }

  @Test
  void aWatchedDirectoryMayItselfBeReachedByALink() throws Exception {
    Path link = Files.createSymbolicLink(home.resolve("pictures"), root);
    write(root.resolve("cat.jpg"), TestImages.jpeg(1));
    originals = new Originals(List.of(link));
    assertTrue(find(link.resolve("cat.jpg")).isPresent());
  }

  @Test
  void whatWasCheckedIsRead() throws Exception {
    Path cat = write(root.resolve("cat.jpg"), TestImages.jpeg(1));
    Path secret = write(home.resolve("secret.jpg"), TestImages.jpeg(2));
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (Original original = open(cat).orElseThrow()) {
      Files.delete(cat);
      Files.createSymbolicLink(cat, secret);
      assertEquals("cat.jpg", original.name());
      assertEquals(TestImages.jpeg(1).length, original.size());
      original.writeTo(read);
    }
    assertArrayEquals(TestImages.jpeg(1), read.toByteArray());
  }

  @Test
  void aFileThatIsCutOffMeanwhileIsNotSentAsWhole() throws Exception {
    Path cat = write(root.resolve("cat.jpg"), TestImages.jpeg(1));
    try (Original original = open(cat).orElseThrow()) {
      Files.write(cat, new byte[1]);
      assertThrows(EOFException.class, () -> original.writeTo(OutputStream.nullOutputStream()));
    }
  }

  /// Its media type.
  private Optional<String> find(Path file) throws Exception {
    Optional<Original> original = open(file);
    if (original.isEmpty()) {
      return Optional.empty();
    }
    original.get().close();
    return Optional.of(original.get().mediaType());
  }

  private Optional<Original> open(Path file) {
    String uri = ImageIds.uriOf(file);
    return originals.open(ImageIds.ofFile(uri), uri);
  }

  private static Path write(Path file, byte[] bytes) throws Exception {
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }
}
