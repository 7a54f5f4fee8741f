package io.sketchstream.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.events.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads and hashes the files of a model.
final class ArtifactFiles {
  /// A calibrated manifest has about 10 kB.
  static final int JSON_BYTES_MAX = 1 << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private ArtifactFiles() {}

  /// Reads a JSON file of at most [#JSON_BYTES_MAX].
  static <T> T read(Path file, Class<T> type) throws BrokenModelException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(JSON_BYTES_MAX + 1);
      if (bytes.length > JSON_BYTES_MAX) {
        throw new BrokenModelException(
            "%s is too large: at most %d bytes are read".formatted(file, JSON_BYTES_MAX));
      }
      T value = JSON.readValue(bytes, type);
      if (value == null) {
        throw new BrokenModelException(file + " is empty");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new BrokenModelException(file + " is damaged: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new BrokenModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  static void write(Path file, ModelManifest manifest) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(manifest) + "\n");
  }

  /// In lower-case hexadecimal.
  static String sha256(Path file) throws BrokenModelException {
    try {
      return Sha256.hex(file);
    } catch (NoSuchFileException e) {
      throw new BrokenModelException("there is no file " + file, e);
    } catch (IOException e) {
      throw new BrokenModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
