package io.sketchstream.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ImageKeyTest {
  @Test
  void isOneTo1024BytesOfUtf8() {
    assertTrue(ImageKey.isId("é".repeat(512)));
    assertFalse(ImageKey.isId("é".repeat(513)));
    assertFalse(ImageKey.isId(""));
    assertFalse(ImageKey.isId((byte[]) null));
    assertTrue(ImageKey.isId("cat-1".getBytes(UTF_8)));
    assertFalse(ImageKey.isId(new byte[] {'c', (byte) 0xc3}));
  }
}
