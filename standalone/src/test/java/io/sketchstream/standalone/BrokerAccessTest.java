package io.sketchstream.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sketchstream.broker.BrokerPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerAccessTest {
  @TempDir Path directory;

  @Test
  void keepsOnePasswordReadableByItsOwner() throws Exception {
    BrokerAccess first = access(directory.resolve("one"), 20_001);
    BrokerAccess again = access(directory.resolve("one"), 20_002);
    BrokerAccess other = access(directory.resolve("two"), 20_001);
    assertEquals(first.login(), again.login());
    assertNotEquals(first.login(), other.login());

    Path file = directory.resolve("one/kafka.properties");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Properties written = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      written.load(reader);
    }
    assertEquals("127.0.0.1:20002", written.getProperty("bootstrap.servers"));
    again.client().forEach((name, value) -> assertEquals(value, written.getProperty(name), name));
    assertEquals(again.login().password(), written.getProperty("sasl.password"));
  }

  @Test
  void namesAFileWithoutPassword() throws Exception {
    Path file = directory.resolve("kafka.properties");
    Files.writeString(file, "bootstrap.servers=127.0.0.1:1\n");
    RefusedStartException refused =
        assertThrows(RefusedStartException.class, () -> access(directory, 20_001));
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
  }

  private static BrokerAccess access(Path directory, int port) throws RefusedStartException {
    try (Home home = Home.open(directory, 0)) {
      return BrokerAccess.of(home, new BrokerPorts(port, port + 1));
    }
  }
}
