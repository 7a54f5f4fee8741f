package io.sketchstream.ingest.http;

import com.fasterxml.jackson.core.type.TypeReference;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.RefusedException.Reason;
import io.sketchstream.shell.problem.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What an upload says of single files, in its parts named `attributes`: JSON objects with a
/// description for each file name.
///
/// **Threads:** filled by one, then read by any.
final class FileDescriptions {
  /// Largest size of all such parts together, in bytes.
  static final long BYTES_MAX = 8 << 20;

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

  /// Adds the descriptions of a part that is a file; one that is too large is not read.
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
      throw refusal("the parts of this name have more than %d bytes".formatted(BYTES_MAX));
    }
  }

  private void parse(byte[] json) throws RefusedException {
    descriptions.putAll(StrictJson.read("the part", TYPE, json, FileDescriptions::refusal));
  }

  private static RefusedException refusal(String reason) {
    return new RefusedException(Reason.BAD_ATTRIBUTES, "attributes: " + reason);
  }
}
