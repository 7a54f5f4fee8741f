package io.sketchstream.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {
  @TempDir Path directory;

  @Test
  void isCreatedIfMissingAndReleasedWhenClosed() throws Exception {
    Path home = directory.resolve("a/b");
    Home.open(home, 0).close();
    try (Home again = Home.open(home, 0)) {
      assertEquals(home.resolve("kafka"), again.resolve("kafka"));
    }
  }

  @Test
  void namesTheProcessThatUsesIt() throws Exception {
    try (Home _ = Home.open(directory, 0)) {
      assertRefused(directory, 0, "is in use by process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void refusesAFile() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    assertRefused(file, 0, "it is not a directory");
  }

  @Test
  void refusesAFullDiskAndReleasesTheLock() throws Exception {
    assertRefused(directory, Long.MAX_VALUE, "is full");
    Home.open(directory, 0).close();
  }

  @Test
  void isAccessibleToItsOwnerOnly() throws Exception {
    Home.open(directory, 0).close();
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
  }

  @Test
  void removesTheTemporaryFilesOfEarlierStarts() throws Exception {
    String before = System.getProperty("java.io.tmpdir");
    Path left = Files.createDirectories(directory.resolve("tmp/natives")).resolve("old.so");
    Files.createFile(left);
    try (Home home = Home.open(directory, 0)) {
      home.useForTemporaryFiles();
      assertEquals(directory.resolve("tmp").toString(), System.getProperty("java.io.tmpdir"));
      assertFalse(Files.exists(left.getParent()));
      try (Stream<Path> files = Files.list(directory.resolve("tmp"))) {
        assertTrue(files.anyMatch(file -> file.toString().contains("rocksdb")));
      }
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }

  private static void assertRefused(Path home, long freeSizeMin, String reason) {
    RefusedStartException refused =
        assertThrows(RefusedStartException.class, () -> Home.open(home, freeSizeMin).close());
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    assertTrue(refused.getMessage().contains(home.toString()), refused.getMessage());
  }
}
