package io.sketchstream.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// The name of this process in Kafka's consumer groups. It is stored with the shards: a process
/// that has the files is the same group member as before.
final class InstanceId {
  private InstanceId() {}

  /// @throws UncheckedIOException when the directory can't be written
  static String of(Path stateDirectory) {
    Path file = stateDirectory.resolve("instance.id");
    try {
      Files.createDirectories(stateDirectory);
      if (Files.exists(file)) {
        String id = Files.readString(file).strip();
        if (!id.isEmpty()) {
          return id;
        }
      }
      String id = UUID.randomUUID().toString();
      Files.writeString(file, id + "\n");
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException("the index directory " + stateDirectory + " can't be used", e);
    }
  }
}
