package io.sketchstream.query.index;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A vector as `shards.proto` carries it: float32, little-endian.
public final class PackedVector {
  private PackedVector() {}

  public static ByteString pack(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return UnsafeByteOperations.unsafeWrap(bytes); // Not shared.
  }

  /// @throws IllegalArgumentException when the number of bytes is not a multiple of 4
  public static float[] unpack(ByteString bytes) {
    if (bytes.size() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "a vector of " + bytes.size() + " bytes, not a multiple of 4");
    }
    float[] vector = new float[bytes.size() / Float.BYTES];
    bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
