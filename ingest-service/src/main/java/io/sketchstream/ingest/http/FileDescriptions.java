package io.sketchstream.ingest.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.shell.problem.Reasons;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What an upload says of single files, in its parts named `attributes`: JSON objects with a
/// description for each file name.
///
/// **Threads:** filled by one, then read by any.
final class FileDescriptions {
  /// Largest size of all such parts together, in bytes.
  static final long BYTES_MAX = 8 << 20;

  /// Short names and values take far more memory as objects than as text.
  private static final int TOKENS_MAX = 1_000_000;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(TOKENS_MAX).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final TypeReference<Map<String, FileDescription>> TYPE = new TypeReference<>() {};

  private final Map<String, FileDescription> descriptions = new HashMap<>();
  private long bytes;

  /// The attributes given for one file; missing ones are taken from the query parameters.
  record FileDescription(
      String id, String title, List<String> tags, String uri, Map<String, String> extra) {
    static final FileDescription NONE = new FileDescription(null, null, null, null, null);
  }

  /// Adds the descriptions of one part.
  ///
  /// @throws RefusedException when it is no such JSON, or all of them are too large
  void add(String json) throws RefusedException {
    byte[] part = json.getBytes(StandardCharsets.UTF_8);
    checkSize(part.length);
    parse(part);
  }

  /// The same for a part that is a file; nothing is read when it is too large.
  void add(Path json) throws IOException, RefusedException {
    checkSize(Files.size(json));
    parse(Files.readAllBytes(json));
  }

  /// The description of a file; [FileDescription#NONE] when the upload has none.
  ///
  /// @throws RefusedException when it is null
  FileDescription of(String file) throws RefusedException {
    FileDescription description = descriptions.getOrDefault(file, FileDescription.NONE);
    if (description == null) {
      throw new RefusedException(Reason.BAD_ATTRIBUTES, "attributes: its description is null");
    }
    return description;
  }

  private void checkSize(long size) throws RefusedException {
    bytes += size;
    if (bytes > BYTES_MAX) {
      throw refusal("the parts of this name have more than %d bytes".formatted(BYTES_MAX), null);
    }
  }

  private void parse(byte[] json) throws RefusedException {
    try {
      Map<String, FileDescription> part = JSON.readValue(json, TYPE);
      if (part == null) {
        throw refusal("null is not an object with a description for each file name", null);
      }
      descriptions.putAll(part);
    } catch (UnrecognizedPropertyException e) {
      throw refusal(place(e) + " is not one of id, title, tags, uri and extra", e);
    } catch (JsonMappingException e) {
      throw refusal(mistake(e), e);
    } catch (JacksonException e) {
      throw refusal(Reasons.of(e), e);
    } catch (IOException e) {
      throw refusal("it can't be read: " + e.getMessage(), e);
    }
  }

  private static String mistake(JsonMappingException e) {
    if (e.getCause() instanceof JsonProcessingException bound) {
      return bound.getOriginalMessage().replaceAll(", from `[^`]*`", ""); // A class of the parser.
    }
    if (e.getOriginalMessage().startsWith("Trailing token")) {
      return Reasons.of(e);
    }
    return (e.getPath().isEmpty() ? "the part" : place(e)) + " does not have the expected type";
  }

  private static String place(JsonMappingException e) {
    return e.getPath().stream()
        .map(part -> part.getFieldName() == null ? "[]" : "'" + part.getFieldName() + "'")
        .collect(Collectors.joining("."));
  }

  private static RefusedException refusal(String reason, Exception cause) {
    return new RefusedException(Reason.BAD_ATTRIBUTES, "attributes: " + reason, cause);
  }
}
