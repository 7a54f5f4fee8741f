package io.sketchstream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `backup` and `restore` refuse before they talk to Kafka.
final class BackupCommandsTest {
  private static final String NOBODY = "http://127.0.0.1:1";

  @TempDir Path directory;

  @Test
  void writesNothingWithoutAServer() {
    Path place = directory.resolve("backup");
    Ran ran = Ran.execute("backup", "--server", NOBODY, place.toString());
    assertEquals(3, ran.exitCode(), ran.err());
    assertFalse(Files.exists(place));
  }

  @Test
  void restoresNothingWithoutAManifest() throws Exception {
    Files.writeString(directory.resolve("images-0.records"), "half of it");
    Files.writeString(directory.resolve("unfinished"), "");
    for (String option : new String[] {"--check", "--force"}) {
      Ran ran = Ran.execute("restore", "--server", NOBODY, option, directory.toString());
      assertEquals(1, ran.exitCode(), ran.err());
      assertTrue(ran.err().contains("holds no finished backup"), ran.err());
      assertTrue(ran.err().contains("writing it was interrupted"), ran.err());
    }
  }

  @Test
  void namesAnUnreadableSettingsFile() throws Exception {
    try (FakeServer server = new FakeServer()) {
      Path missing = directory.resolve("client.properties");
      Ran ran =
          Ran.execute(
              "backup",
              "--server",
              server.address(),
              "--kafka-config",
              missing.toString(),
              directory.resolve("backup").toString());
      assertEquals(2, ran.exitCode(), ran.err());
      assertTrue(ran.err().startsWith("--kafka-config: " + missing), ran.err());
    }
  }
}
