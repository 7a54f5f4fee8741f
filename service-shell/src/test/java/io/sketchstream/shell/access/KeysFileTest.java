package io.sketchstream.shell.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeysFileTest {
  @TempDir private Path directory;

  @Test
  void acceptsTwoKeysOfOneHolder() throws IOException {
    KeyRing keys =
        ring(
            write(
                "# of the cameras\n\ncamera ingest "
                    + hash("the-old-one")
                    + "\r\ncamera ingest,read "
                    + hash("the-new-one")
                    + " # since May\n"));

    assertEquals("camera", holder(keys, "the-old-one"));
    assertEquals("camera", holder(keys, "the-new-one"));
    assertTrue(keys.find("Bearer the-third-one", null).isEmpty());
    Key old = keys.find("Bearer the-old-one", null).orElseThrow();
    assertTrue(old.allows(Scope.INGEST));
    assertFalse(old.allows(Scope.READ));
    assertFalse(old.allows(Scope.ADMIN));
  }

  @Test
  void limitsAKeyToGalleries() throws IOException {
    KeyRing keys =
        ring(
            write(
                "museum read,ingest galleries=Paintings,old%20maps "
                    + hash("museums")
                    + "\n"
                    + "camera ingest galleries=yard "
                    + hash("cameras")
                    + "\n"
                    + "anna read "
                    + hash("annas")));
    GalleryLimit museum = keys.find("Bearer museums", null).orElseThrow().limit();
    assertTrue(museum.allows("paintings"));
    assertTrue(museum.allows(" Old Maps"));
    assertFalse(museum.allows("old"));
    assertFalse(museum.allows(""), "an image in no gallery");
    assertEquals(Optional.empty(), museum.only());
    assertEquals("gallery in (\"Paintings\", \"old maps\")", museum.narrowed(" "));
    assertEquals(
        "(a:1 or b:2) and gallery in (\"Paintings\", \"old maps\")", museum.narrowed("a:1 or b:2"));
    GalleryLimit camera = keys.find("Bearer cameras", null).orElseThrow().limit();
    assertEquals(Optional.of("yard"), camera.only());
    GalleryLimit anna = keys.find("Bearer annas", null).orElseThrow().limit();
    assertTrue(anna.isNone() && anna.allows("") && anna.allows("yard"));
    assertEquals("a:1", anna.narrowed("a:1"));
  }

  @Test
  void refusesAHashAsAKey() throws IOException {
    KeyRing keys = ring(write("anna read " + hash("her-key")));
    assertTrue(keys.find("Bearer " + hash("her-key"), null).isEmpty());
  }

  @Test
  void reloadsChangesAndKeepsTheLastValidKeys() throws IOException {
    Path path = write("anna read " + hash("first"));
    KeysFile file = new KeysFile(path);
    Files.writeString(path, "anna read " + hash("second"));
    file.look();
    assertTrue(file.keys().getFirst().hasHash(Key.hash("second")));
    Files.writeString(path, "anna nothing " + hash("third"));
    file.look();
    assertTrue(file.keys().getFirst().hasHash(Key.hash("second")));
    Files.delete(path);
    file.look();
    assertTrue(file.keys().getFirst().hasHash(Key.hash("second")));
    Files.writeString(path, "");
    file.look();
    assertEquals(List.of(), file.keys());
  }

  @Test
  void admitsNobodyWithAnEmptyFile() throws IOException {
    KeyRing keys = ring(write("# none yet"));
    assertFalse(keys.open());
    assertTrue(keys.find("Bearer anything", null).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anna read",
        "anna read secret-in-plain",
        "anna root 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
        "a/b read 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
        "anna read 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a2",
        "anna read, write 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
      })
  void namesTheLineThatIsNotValidAndNotWhatItHolds(String line) throws IOException {
    Path path = write("# keys\n" + line);
    String message =
        assertThrows(IllegalStateException.class, () -> new KeysFile(path)).getMessage();
    assertTrue(message.contains("line 2"), message);
    assertFalse(message.contains("secret"), message);
    assertFalse(message.contains("2bb80d"), message);
  }

  @Test
  void failsToStartWithoutTheFile() {
    String message =
        assertThrows(IllegalStateException.class, () -> new KeysFile(directory.resolve("none")))
            .getMessage();
    assertTrue(message.contains("access.keys-file") && message.contains("no such file"), message);
  }

  private Path write(String text) throws IOException {
    return Files.write(directory.resolve("keys"), text.getBytes(UTF_8));
  }

  private static KeyRing ring(Path path) {
    return new KeyRing(List.of(), Optional.of(new KeysFile(path)::keys));
  }

  private static String holder(KeyRing keys, String key) {
    return keys.find("Bearer " + key, null).orElseThrow().name();
  }

  static String hash(String key) {
    return HexFormat.of().formatHex(Key.hash(key));
  }
}
