package io.sketchstream.ingest.gallery;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.PositionTokens;
import io.sketchstream.events.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/// The directory's entry of one image: where its record is and what it was made from, without
/// pixels.
///
/// @param partition partition of `images`
/// @param offset offset of the record in that partition
/// @param fingerprint what decides whether another upload would change anything
/// @param jpegChecksum CRC-32C of the canonical image
/// @param uri where the original is, as its attributes say; empty when unknown
public record GalleryEntry(
    int partition, long offset, Fingerprint fingerprint, int jpegChecksum, String uri) {
  private static final byte FORMAT = 1;
  private static final int HASH_SIZE = 32;
  private static final int FIXED_SIZE = 1 + 4 + 8 + HASH_SIZE + HASH_SIZE + 4;

  /// Identifies an original with its attributes: equal fingerprints mean that there is nothing to
  /// do.
  ///
  /// @param content SHA-256 of the original
  /// @param attributes SHA-256 of the attributes
  public record Fingerprint(ByteString content, ByteString attributes) {
    /// The fingerprint of an original that was hashed before.
    public static Fingerprint of(byte[] contentSha256, ImageAttributes attributes) {
      return new Fingerprint(
          ByteString.copyFrom(contentSha256),
          ByteString.copyFrom(Sha256.of(canonical(attributes))));
    }
  }

  /// Checks what the directory relies on.
  ///
  /// @param id key of the record
  /// @throws IllegalArgumentException naming the field that is not valid
  static void check(String id, ImageIngested image) {
    if (!image.getImageId().equals(id)) { // A change would be written under the other id.
      throw new IllegalArgumentException(
          "image_id '%.100s' is not the key of the record".formatted(image.getImageId()));
    }
    if (image.getContentSha256().size() != HASH_SIZE) {
      throw new IllegalArgumentException(
          "content_sha256 has %d bytes instead of %d"
              .formatted(image.getContentSha256().size(), HASH_SIZE));
    }
    if (image.getJpeg().isEmpty()) {
      throw new IllegalArgumentException("jpeg is empty");
    }
    try {
      ImageAttributes _ = AttributeBounds.check(image.getAttributes());
    } catch (RefusedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /// The entry of an image that a record of `images` put there.
  public static GalleryEntry of(ImageIngested image, int partition, long offset) {
    CRC32C checksum = new CRC32C();
    checksum.update(image.getJpeg().asReadOnlyByteBuffer());
    return new GalleryEntry(
        partition,
        offset,
        Fingerprint.of(image.getContentSha256().toByteArray(), image.getAttributes()),
        (int) checksum.getValue(),
        image.getAttributes().getUri());
  }

  /// The entity tag of the image: it changes when the pixels or the attributes do, and with nothing
  /// else.
  public String etag() {
    HexFormat hex = HexFormat.of();
    byte[] content = fingerprint.content().substring(0, HASH_SIZE / 2).toByteArray();
    byte[] attributes = fingerprint.attributes().substring(0, HASH_SIZE / 4).toByteArray();
    return "%s-%s-%s"
        .formatted(
            hex.formatHex(content), hex.toHexDigits(jpegChecksum), hex.formatHex(attributes));
  }

  /// The position token of the record.
  public String position() {
    return PositionTokens.format(partition, offset);
  }

  byte[] toBytes() {
    byte[] uriBytes = uri.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(FIXED_SIZE + uriBytes.length)
        .put(FORMAT)
        .putInt(partition)
        .putLong(offset)
        .put(fingerprint.content().toByteArray())
        .put(fingerprint.attributes().toByteArray())
        .putInt(jpegChecksum)
        .put(uriBytes)
        .array();
  }

  static GalleryEntry fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < FIXED_SIZE || buffer.get() != FORMAT) {
      throw new IllegalStateException("the gallery directory is of another version; delete it");
    }
    int partition = buffer.getInt();
    long offset = buffer.getLong();
    ByteString content = hash(buffer);
    ByteString attributes = hash(buffer);
    return new GalleryEntry(
        partition,
        offset,
        new Fingerprint(content, attributes),
        buffer.getInt(),
        StandardCharsets.UTF_8.decode(buffer).toString());
  }

  private static ByteString hash(ByteBuffer buffer) {
    byte[] hash = new byte[HASH_SIZE];
    buffer.get(hash);
    return ByteString.copyFrom(hash);
  }

  /// Protobuf leaves the order of a map open; here equal attributes must be equal bytes.
  private static byte[] canonical(ImageAttributes attributes) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(attributes.getSerializedSize());
      CodedOutputStream output = CodedOutputStream.newInstance(bytes);
      output.useDeterministicSerialization();
      attributes.writeTo(output);
      output.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
