package io.sketchstream.shell.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class HttpAddressTest {
  @Test
  void isTheOneThatTheServerListensOn() {
    assertEquals("[::1]:8083", HttpAddress.fromElsewhere("::1", 8083));
    assertEquals("localhost:8083", HttpAddress.fromElsewhere("localhost", 8083));
    assertEquals("[::1]:80", HttpAddress.fromHere("::1", 80));
    assertEquals("192.168.1.5:80", HttpAddress.fromHere("192.168.1.5", 80));
  }

  @Test
  void isLoopbackFromHereWhereTheServerListensEverywhere() {
    assertEquals("127.0.0.1:80", HttpAddress.fromHere("0.0.0.0", 80));
    assertEquals("127.0.0.1:80", HttpAddress.fromHere("::", 80));
  }
}
