package io.sketchstream.query.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

final class PackedVectorTest {
  @Test
  void readsWhatItWrote() {
    float[] vector = {0, -1.5f, Float.MIN_VALUE, Float.MAX_VALUE};
    assertArrayEquals(vector, PackedVector.unpack(PackedVector.pack(vector)));
  }

  /// As Protobuf packs a list of floats.
  @Test
  void isLittleEndian() {
    assertEquals(
        ByteString.copyFrom(new byte[] {0, 0, (byte) 0x80, 0x3f}),
        PackedVector.pack(new float[] {1}));
  }

  @Test
  void refusesATruncatedNumber() {
    assertThrows(
        IllegalArgumentException.class,
        () -> PackedVector.unpack(ByteString.copyFrom(new byte[] {1, 2, 3})));
  }
}
